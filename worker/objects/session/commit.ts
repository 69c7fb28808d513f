import { fromUtf8, utf8 } from "../../../record/bytes.ts";
import { type Entry, encodeEntry, entry as entrySchema } from "../../../record/entry.ts";
import { RecordError } from "../../../record/error.ts";
import { parseRawLine } from "../../../record/raw-output.ts";
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

  constructor(storage: DurableObjectStorage, store: SessionStore) {
    this.#storage = storage;
    this.#store = store;
    this.#requests = new Requests(storage.sql);
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
          else if (error instanceof RecordError) rejected = { n: event.n, code: "event/malformed", message: error.message };
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
    const refersTo = (seq: number | undefined, kind: Entry["kind"], answeredBy: Entry["kind"] | undefined) => {
      const found = seq === undefined ? undefined : this.#store.kindOf(seq);
      if (seq === undefined || found?.kind !== kind)
        throw new WorkerError("event/refers-nowhere", `expected the number of an entry ${kind}`);
      if (answeredBy !== undefined && this.#store.isAnswered(seq, answeredBy)) {
        throw new WorkerError("event/refers-nowhere", `expected an entry ${kind} without ${answeredBy}, got ${seq}`);
      }
    };
    switch (value.kind) {
      case "joined": {
        const taken = this.#store.participant(value.participant) !== undefined;
        if (taken) throw new WorkerError("event/participant-taken", `expected a new participant, got ${value.participant}`);
        // Technicians are introduced by the Worker, which knows who is signed in.
        if (value.role === "technician")
          throw new WorkerError("event/malformed", "expected somebody at the endpoint, got a technician");
        if ((event.text.name?.lines.length ?? 0) !== 1) throw new WorkerError("event/malformed", "expected a name of one line");
        break;
      }
      case "approval.asked":
        this.#checkParticipant(value.by, ["technician"]);
        break;
      case "approval.answered":
        if (value.by !== undefined) this.#checkParticipant(value.by, ["person", "agent"]);
        refersTo(value.asked, "approval.asked", "approval.answered");
        break;
      case "command":
        this.#checkParticipant(value.by, ["technician"]);
        if (value.consent === "answered") refersTo(value.answered, "approval.answered", "command");
        break;
      case "output":
        refersTo(value.command, "command", undefined);
        break;
      case "finished":
        refersTo(value.command, "command", "finished");
        for (const line of event.text.raw?.lines ?? []) parseRawLine(line);
        break;
      case "chat":
        this.#checkParticipant(value.by, ["person", "agent"]);
        break;
    }
  }

  #checkParticipant(id: string, roles: readonly string[]): void {
    const participant = this.#store.participant(id);
    if (participant === undefined || !roles.includes(participant.role)) {
      throw new WorkerError("event/participant-unknown", `expected a participant who is ${roles.join(" or ")}, got ${id}`);
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
