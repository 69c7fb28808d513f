import { fromUtf8, utf8 } from "../../../record/bytes.ts";
import { type Entry, encodeEntry, entry as entrySchema } from "../../../record/entry.ts";
import { RecordError, type RecordErrorCode } from "../../../record/error.ts";
import { parseRawLine } from "../../../record/raw-output.ts";
import { approves, checkReferences, type EarlierEntries, type OpenKind } from "../../../record/references.ts";
import { commitText, makeText, type OpenText, type TextCommitment } from "../../../record/text.ts";
import { type Event, entryOfEvent } from "../../../record/wire.ts";
import { later, now } from "../../clock.ts";
import { WorkerError, type WorkerErrorCode } from "../../error.ts";
import { Requests } from "./requests.ts";
import type { Committed, SessionStore } from "./store.ts";

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
  readonly #storage: DurableObjectStorage;
  readonly #store: SessionStore;
  readonly #requests: Requests;
  readonly #earlier: EarlierEntries;

  constructor(storage: DurableObjectStorage, store: SessionStore) {
    this.#storage = storage;
    this.#store = store;
    this.#requests = new Requests(storage.sql);
    this.#earlier = {
      role: (participant) => store.participant(participant)?.role,
      isOpen: (seq, kind) => isOpen(store, seq, kind),
    };
  }

  /** Stores entries of the Worker's own. */
  write(entries: readonly OwnEntry[]): Committed[] {
    return this.#storage.transactionSync(() => {
      const tree = this.#store.tree();
      const committed = entries.map(({ fields, text }) => {
        const texts: Record<string, OpenText> = {};
        const commitments: Record<string, TextCommitment> = {};
        for (const [field, value] of Object.entries(text)) {
          if (value === undefined) continue;
          const made = makeText(value, crypto.getRandomValues(new Uint8Array(32)));
          texts[field] = made;
          commitments[field] = commitText(made);
        }
        const value = entrySchema.parse({ ...fields, seq: tree.size, at: this.#clock(), text: commitments });
        return this.#append(value, texts, undefined, tree);
      });
      this.#store.keepTree(tree);
      return committed;
    });
  }

  /**
   * Stores what an endpoint reports. Events stored before are passed over. The first event that can't be stored ends the batch:
   * those behind it would leave a hole.
   */
  report(events: readonly Event[]): BatchResult {
    return this.#storage.transactionSync(() => {
      const tree = this.#store.tree();
      const committed: Committed[] = [];
      let rejected: BatchResult["rejected"];
      for (const event of events) {
        try {
          const next = this.#store.facts().next_event;
          if (event.n < next) continue;
          if (event.n > next) throw new WorkerError("event/out-of-order", `expected event ${next}, got ${event.n}`);
          committed.push(this.#append(this.#entryOf(event, tree.size), event.text, event.n, tree));
        } catch (error) {
          if (error instanceof WorkerError) rejected = { n: event.n, code: error.code, message: error.message };
          else if (error instanceof RecordError)
            rejected = { n: event.n, code: REFERENCE[error.code] ?? "event/malformed", message: error.message };
          else throw error;
          break;
        }
      }
      this.#store.keepTree(tree);
      return { committed, rejected };
    });
  }

  #entryOf(event: Event, seq: number): Entry {
    const commitments: Record<string, TextCommitment> = {};
    for (const [field, text] of Object.entries(event.text)) commitments[field] = commitText(text);
    const value = entryOfEvent(event, seq, this.#clock(), commitments);
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

  #append(value: Entry, text: Record<string, OpenText>, n: number | undefined, tree: ReturnType<SessionStore["tree"]>): Committed {
    const line = encodeEntry(value);
    this.#store.append(value, line, text, n, referenceOf(value));
    tree.append(line);
    if (value.kind === "joined" && n !== undefined) {
      this.#store.addParticipant(value.participant, value.role, text.name?.lines[0] ?? "", undefined);
    }
    this.#requests.follow(value, text, n === undefined ? undefined : (seq) => this.#store.kindOf(seq)?.refers ?? undefined);
    const bytes = line.length + Object.values(text).reduce((sum, one) => sum + utf8(JSON.stringify(one)).length, 0);
    return { seq: value.seq, n, line: fromUtf8(line), text, bytes };
  }

  /** The Worker's clock; it never goes back within a session. */
  #clock(): string {
    return later(now(), this.#store.facts().last_at);
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
