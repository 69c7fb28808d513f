import { visibleLines } from "../../../record/text.ts";
import { accepted } from "../../answer.ts";
import type { Bindings } from "../../env.ts";
import { type IndexBatch, Passages } from "../../search/passages.ts";
import { groupObject, proven } from "../name.ts";
import type { SessionStore } from "./store.ts";

/** Milliseconds from an entry until it is sent to the index with those that came meanwhile: nobody waits for it. */
const DELAY = 2_000;
/** As long as so many entries come in that time, or some came so many times in a row: few large batches take less than many small ones. */
const MANY = 16;
const TIMES = 3;
const LONG_DELAY = 10_000;
/**
 * Entries and bytes in one message to the client group, and messages until other work has its turn. Each is a transaction there, and
 * those cost the index more than what is in them.
 */
const ENTRIES = 256;
const BYTES = 400_000;
const BATCHES = 4;

/**
 * Brings what is recorded into the client group's search index, after it was acknowledged. The session keeps how far it came, the group
 * too, in the transaction that takes a batch in: a batch that is sent twice is taken once, and none is passed over.
 */
export class Indexing {
  readonly #ctx: DurableObjectState;
  readonly #env: Bindings;
  readonly #store: SessionStore;
  #isScheduled = false;
  #delay = DELAY;
  /** How often in a row entries came while others had just been sent. */
  #times = 0;
  #stepped = 0;
  #running: Promise<unknown> = Promise.resolve();

  constructor(ctx: DurableObjectState, env: Bindings, store: SessionStore) {
    this.#ctx = ctx;
    this.#env = env;
    this.#store = store;
  }

  get isBehind(): boolean {
    const { size, indexed } = this.#store.facts();
    return indexed < size;
  }

  /** Entries were added to an open session: its alarm is free, and will bring them into the index. */
  schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.#times = Date.now() - this.#stepped < DELAY ? this.#times + 1 : 0;
    if (this.#times >= TIMES) this.#delay = LONG_DELAY;
    void this.#ctx.storage.setAlarm(Date.now() + this.#delay);
  }

  /** Sends some of what the index is missing. @returns whether there is more. */
  async step(): Promise<boolean> {
    this.#isScheduled = false;
    this.#stepped = Date.now();
    const { size, indexed } = this.#store.facts();
    this.#delay = size - indexed >= (MANY * this.#delay) / DELAY ? LONG_DELAY : DELAY;
    const sending = this.#running.then(() => this.#sendSome());
    this.#running = sending.catch(() => {});
    return sending;
  }

  /** Resolves when no batch is on its way: what is erased now is not brought back by one that was read before. */
  async settled(): Promise<void> {
    await this.#running;
  }

  async #sendSome(): Promise<boolean> {
    for (let i = 0; i < BATCHES && this.isBehind; i++) {
      const { id, organization, group_id, indexed } = this.#store.facts();
      const group = groupObject(this.#env, proven(organization), group_id);
      const answer = await accepted(group.indexSession(id, this.#batch(indexed)));
      this.#store.set({ indexed: answer.indexed });
    }
    return this.isBehind;
  }

  #batch(from: number): IndexBatch {
    const passages = new Passages((command, stream, seq) => this.#store.outputBefore(command, stream, seq));
    const batch: IndexBatch = { from, to: from, passages: [], technicians: [], counts: this.#counts() };
    for (const recorded of this.#store.read(from, ENTRIES, BYTES)) {
      const { entry, passages: found } = passages.of(recorded);
      batch.passages.push(...found);
      const name = recorded.text.name;
      if (entry.kind === "joined" && entry.role === "technician" && name !== undefined) {
        batch.technicians.push({ participant: entry.participant, name: visibleLines(name)[0]?.text ?? "" });
      }
      batch.to = entry.seq + 1;
    }
    return batch;
  }

  #counts(): IndexBatch["counts"] {
    const { size, commands, approvals } = this.#store.facts();
    return { entries: size, commands, approvals };
  }
}
