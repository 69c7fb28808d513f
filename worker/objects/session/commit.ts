import { fromUtf8 } from "../../../record/bytes.ts";
import { type Entry, encodeEntry, entry as entrySchema } from "../../../record/entry.ts";
import { RecordError, type RecordErrorCode } from "../../../record/error.ts";
import { parseRawLine } from "../../../record/raw-output.ts";
import { approves, checkReferences, type EarlierEntries, type OpenKind, type ParticipantRole } from "../../../record/references.ts";
import { commitText, makeText, type OpenText, type TextCommitment } from "../../../record/text.ts";
import type { Tree } from "../../../record/tree.ts";
import { type Event, entryOfEvent } from "../../../record/wire.ts";
import { later, now } from "../../clock.ts";
import { WorkerError, type WorkerErrorCode } from "../../error.ts";
import { workerHashes } from "./hashes.ts";
import { Requests } from "./requests.ts";
import type { Committed, Progress, SessionStore } from "./store.ts";

type Own<E> = E extends Entry ? Omit<E, "seq" | "at" | "text"> : never;
/** An entry that the Worker itself writes, and its texts as plain strings; those that are undefined are left out. */
export interface OwnEntry {
  fields: Own<Entry>;
  text: Record<string, string | undefined>;
}

/** What became of a batch of events: those stored, in order, and why it stopped before the end, if it did. */
export interface BatchResult {
  committed: Committed[];
  rejected: { n: number; code: WorkerErrorCode; message: string } | undefined;
}

/** Turns what happened into committed lines: numbers them, sets the clock, hashes texts, grows the tree. All or nothing a call. */
export class Recorder {
  readonly #store: SessionStore;
  readonly #requests: Requests;
  readonly #earlier: StoredReferences;

  constructor(sql: SqlStorage, store: SessionStore) {
    this.#store = store;
    this.#requests = new Requests(sql);
    this.#earlier = new StoredReferences(store);
    store.onUndone(() => this.#earlier.forget());
  }

  /** Stores entries of the Worker's own. */
  write(entries: readonly OwnEntry[]): Committed[] {
    return this.#transaction((tree, progress) => {
      const committed = entries.map(({ fields, text }) => {
        const texts: Record<string, OpenText> = {};
        const commitments: Record<string, TextCommitment> = {};
        for (const [field, value] of Object.entries(text)) {
          if (value === undefined) continue;
          const made = makeText(value, crypto.getRandomValues(new Uint8Array(32)));
          texts[field] = made;
          commitments[field] = commitText(made, workerHashes);
        }
        const value = entrySchema.parse({ ...fields, seq: tree.size, at: clock(progress), text: commitments });
        return this.#append(value, texts, undefined, tree, progress);
      });
      return committed;
    });
  }

  /**
   * Stores what an endpoint reports. Events stored before are passed over. The first event that can't be stored ends the batch:
   * those behind it would leave a hole.
   */
  report(events: readonly Event[]): BatchResult {
    return this.#transaction((tree, progress) => {
      progress.agent_seen = now();
      const committed: Committed[] = [];
      let rejected: BatchResult["rejected"];
      for (const event of events) {
        try {
          const next = progress.next_event;
          if (event.n < next) continue;
          if (event.n > next) throw new WorkerError("event/out-of-order", `expected event ${next}, got ${event.n}`);
          const value = this.#entryOf(event, tree.size, clock(progress));
          committed.push(this.#append(value, event.text, event.n, tree, progress));
        } catch (error) {
          if (error instanceof WorkerError) rejected = { n: event.n, code: error.code, message: error.message };
          else if (error instanceof RecordError)
            rejected = { n: event.n, code: REFERENCE[error.code] ?? "event/malformed", message: error.message };
          else throw error;
          break;
        }
      }
      return { committed, rejected };
    });
  }

  /** All or nothing; what the session came to is read once at the beginning and kept once at the end. */
  #transaction<T>(work: (tree: Tree, progress: Progress) => T): T {
    return this.#store.transaction(() => {
      const tree = this.#store.tree();
      const { last_at, next_event, commands, approvals, agent_seen } = this.#store.facts();
      const progress = { last_at, next_event, commands, approvals, agent_seen };
      const result = work(tree, progress);
      this.#store.keep(tree, progress);
      return result;
    });
  }

  #entryOf(event: Event, seq: number, at: string): Entry {
    const commitments: Record<string, TextCommitment> = {};
    for (const [field, text] of Object.entries(event.text)) commitments[field] = commitText(text, workerHashes);
    const value = entryOfEvent(event, seq, at, commitments);
    this.#check(value, event);
    return value;
  }

  /** Whether what an endpoint reports fits what is recorded already. */
  #check(value: Entry, event: Event): void {
    checkReferences(value, this.#earlier);
    switch (value.kind) {
      case "joined": {
        // Technicians are introduced by the Worker, which knows who is signed in.
        if (value.role === "technician")
          throw new WorkerError("event/malformed", "expected somebody at the endpoint, got a technician");
        if ((event.text.name?.lines.length ?? 0) !== 1) throw new WorkerError("event/malformed", "expected a name of one line");
        break;
      }
      case "finished":
        for (const line of event.text.raw?.lines ?? []) parseRawLine(line);
        break;
      case "chat":
        // What a technician says comes by HTTP.
        if (this.#earlier.role(value.by) === "technician")
          throw new WorkerError("event/participant-unknown", `expected somebody at the endpoint, got ${value.by}`);
        break;
    }
  }

  #append(value: Entry, text: Record<string, OpenText>, n: number | undefined, tree: Tree, progress: Progress): Committed {
    const line = encodeEntry(value);
    const bytes = line.length + this.#store.append(value, line, text, n, referenceOf(value));
    tree.append(line);
    progress.last_at = value.at;
    if (n !== undefined) progress.next_event = n + 1;
    if (value.kind === "command") progress.commands++;
    if (value.kind === "approval.asked") progress.approvals++;
    this.#earlier.follow(value);
    if (value.kind === "joined" && n !== undefined) {
      this.#store.addParticipant(value.participant, value.role, text.name?.lines[0] ?? "", undefined);
    }
    this.#requests.follow(value, text, n === undefined ? undefined : (seq) => this.#store.kindOf(seq)?.refers ?? undefined);
    return { seq: value.seq, n, line: fromUtf8(line), text, bytes };
  }
}

/** The Worker's clock; it never goes back within a session. */
function clock({ last_at }: Progress): string {
  return later(now(), last_at);
}

/** What a session's store says of its earlier entries; each thing is asked for once, as long as no transaction fails. */
class StoredReferences implements EarlierEntries {
  readonly #store: SessionStore;
  readonly #roles = new Map<string, ParticipantRole>();
  readonly #open = new Set<string>();

  constructor(store: SessionStore) {
    this.#store = store;
  }

  role(participant: string): ParticipantRole | undefined {
    const role = this.#roles.get(participant) ?? this.#store.participant(participant)?.role;
    if (role !== undefined) this.#roles.set(participant, role);
    return role;
  }

  isOpen(seq: number, kind: OpenKind): boolean {
    const known = `${kind} ${seq}`;
    if (this.#open.has(known)) return true;
    const found = isOpen(this.#store, seq, kind);
    if (found) this.#open.add(known);
    return found;
  }

  /** An entry was added: what it points at may be open no more. */
  follow(value: Entry): void {
    const refers = referenceOf(value);
    if (refers === undefined || value.kind === "output") return;
    for (const kind of Object.keys(ENDED_BY)) this.#open.delete(`${kind} ${refers}`);
  }

  forget(): void {
    this.#roles.clear();
    this.#open.clear();
  }
}

const REFERENCE: Partial<Record<RecordErrorCode, WorkerErrorCode>> = {
  "entry/participant-taken": "event/participant-taken",
  "entry/participant-unknown": "event/participant-unknown",
  "entry/refers-nowhere": "event/refers-nowhere",
};

/** By which entry each kind is no longer open. */
const ENDED_BY = {
  "approval.asked": "approval.answered",
  "approval.answered": "command",
  command: "finished",
} as const satisfies Record<OpenKind, Entry["kind"]>;

function isOpen(store: SessionStore, seq: number, kind: OpenKind): boolean {
  if (store.kindOf(seq)?.kind !== kind || store.isAnswered(seq, ENDED_BY[kind])) return false;
  const answer = kind === "approval.answered" ? store.entry(seq) : undefined;
  return answer === undefined || (answer.kind === "approval.answered" && approves(answer));
}

function referenceOf(value: Entry): number | undefined {
  switch (value.kind) {
    case "approval.answered":
      return value.asked;
    case "command":
      return value.answered;
    case "output":
    case "finished":
      return value.command;
    case "note":
      return value.about;
    default:
      return undefined;
  }
}
