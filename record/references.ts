import type { Entry, EntryOf } from "./entry.ts";
import { RecordError } from "./error.ts";

export type ParticipantRole = EntryOf<"joined">["role"];

/** What something may still point at: a question without its answer, an approval without its command, a command without its end. */
export type OpenKind = "approval.asked" | "approval.answered" | "command";

/** What is known of a session's earlier entries; whoever records has it in a store, whoever verifies in memory. */
export interface EarlierEntries {
  /** Undefined for one who has not joined. */
  role(participant: string): ParticipantRole | undefined;
  /** Whether entry `seq` is of this kind, and open. Of answers, only those that approve are ever open. */
  isOpen(seq: number, kind: OpenKind): boolean;
}

const AT_THE_ENDPOINT: readonly ParticipantRole[] = ["person", "agent"];
const TECHNICIAN: readonly ParticipantRole[] = ["technician"];
const ANYONE: readonly ParticipantRole[] = ["technician", "person", "agent"];

/**
 * Checks that an entry points at earlier entries of the right kind, as each recorder must make sure and each verifier finds.
 * @throws RecordError `entry/refers-nowhere`; `entry/participant-unknown`, `entry/participant-taken`.
 */
export function checkReferences(entry: Entry, earlier: EarlierEntries): void {
  const by = (participant: string | undefined, roles: readonly ParticipantRole[]) => {
    if (participant === undefined) return;
    const role = earlier.role(participant);
    if (role === undefined || !roles.includes(role))
      throw new RecordError("entry/participant-unknown", `expected a participant who is ${roles.join(" or ")}, got ${participant}`);
  };
  const open = (seq: number, kind: OpenKind, what: string) => {
    if (!earlier.isOpen(seq, kind)) throw new RecordError("entry/refers-nowhere", `expected the number of ${what}, got ${seq}`);
  };
  switch (entry.kind) {
    case "joined":
      if (earlier.role(entry.participant) !== undefined)
        throw new RecordError("entry/participant-taken", `expected a new participant, got ${entry.participant}`);
      break;
    case "approval.asked":
      by(entry.by, TECHNICIAN);
      break;
    case "approval.answered":
      by(entry.by, AT_THE_ENDPOINT);
      open(entry.asked, "approval.asked", "a question without an answer");
      break;
    case "command":
      by(entry.by, TECHNICIAN);
      if ((entry.consent === "answered") !== (entry.answered !== undefined))
        throw new RecordError("entry/refers-nowhere", "expected `answered` where the consent is an answer, and only there");
      if (entry.answered !== undefined) open(entry.answered, "approval.answered", "an approval without a command");
      break;
    case "output":
    case "finished":
      open(entry.command, "command", "a command without its end");
      break;
    case "note":
      by(entry.by, ANYONE);
      if (entry.about !== undefined && entry.about >= entry.seq)
        throw new RecordError("entry/refers-nowhere", `expected the number of an earlier entry, got ${entry.about}`);
      break;
    case "chat":
    case "closed":
      by(entry.by, ANYONE);
      break;
  }
}

/** How many entries of a session may be open at once. No session comes near it; a hostile one must not fill the memory. */
export const OPEN_LIMIT = 100_000;

/** The references of a session, followed entry by entry. */
export class ReferenceFollower implements EarlierEntries {
  readonly #roles = new Map<string, ParticipantRole>();
  readonly #open = new Map<number, OpenKind>();

  role(participant: string): ParticipantRole | undefined {
    return this.#roles.get(participant);
  }

  isOpen(seq: number, kind: OpenKind): boolean {
    return this.#open.get(seq) === kind;
  }

  /**
   * Takes the next entry, whether it holds or not.
   * @throws RecordError as {@link checkReferences}; `entry/refers-nowhere` when too many are open.
   */
  add(entry: Entry): void {
    let fault: unknown;
    try {
      checkReferences(entry, this);
    } catch (error) {
      fault = error;
    }
    this.#take(entry);
    if (fault !== undefined) throw fault;
    if (opens(entry) && this.#open.get(entry.seq) === undefined)
      throw new RecordError("entry/refers-nowhere", `expected at most ${OPEN_LIMIT} questions, approvals and commands to be open`);
  }

  #take(entry: Entry): void {
    if (entry.kind === "joined" && !this.#roles.has(entry.participant)) this.#roles.set(entry.participant, entry.role);
    const ended = answers(entry);
    if (ended !== undefined && this.#open.get(ended.seq) === ended.kind) this.#open.delete(ended.seq);
    const kind = opens(entry);
    if (kind !== undefined && this.#open.size < OPEN_LIMIT) this.#open.set(entry.seq, kind);
  }
}

/** As what an entry stays open, if it does. */
function opens(entry: Entry): OpenKind | undefined {
  if (entry.kind === "approval.asked" || entry.kind === "command") return entry.kind;
  return entry.kind === "approval.answered" && approves(entry) ? entry.kind : undefined;
}

/** Which entry is no longer open after this one. */
function answers(entry: Entry): { seq: number; kind: OpenKind } | undefined {
  if (entry.kind === "approval.answered") return { seq: entry.asked, kind: "approval.asked" };
  if (entry.kind === "command" && entry.answered !== undefined) return { seq: entry.answered, kind: "approval.answered" };
  return entry.kind === "finished" ? { seq: entry.command, kind: "command" } : undefined;
}

/** Whether an answer allows the command. */
export function approves({ answer }: EntryOf<"approval.answered">): boolean {
  return answer === "approved" || answer === "standing";
}
