import { type Event, WIRE_MESSAGE_LIMIT } from "../record/wire.ts";
import type { Journal } from "./journal.ts";

/** Events a message may hold. */
const BATCH_EVENTS = 200;
/** Bytes of UTF-8 a message may hold, with room for what is around the events. */
const BATCH_BYTES = WIRE_MESSAGE_LIMIT - 1000;
/** Bytes on their way and not acknowledged, beyond which nothing more is sent. */
const WINDOW_BYTES = 2_000_000;

/** Sends one session's journalled events in order: each once a connection, a bounded amount ahead of what is acknowledged. */
export class Outbox {
  readonly #journal: Journal;
  readonly #session: string;
  readonly #sendEvents: (events: Event[]) => void;
  /** Sent on this connection and not acknowledged: number and bytes. */
  readonly #onTheWay = new Map<number, number>();
  #bytesOnTheWay = 0;
  /** Number of the first event not sent on this connection; undefined while nothing can be sent. */
  #unsent: number | undefined;

  constructor(journal: Journal, session: string, sendEvents: (events: Event[]) => void) {
    this.#journal = journal;
    this.#session = session;
    this.#sendEvents = sendEvents;
  }

  /** Sends from event `next` on, whatever was sent before. */
  startFrom(next: number): void {
    this.stop();
    this.#unsent = next;
    this.send();
  }

  /** Nothing can be sent now. */
  stop(): void {
    this.#unsent = undefined;
    this.#onTheWay.clear();
    this.#bytesOnTheWay = 0;
  }

  acknowledged(n: number): void {
    this.#bytesOnTheWay -= this.#onTheWay.get(n) ?? 0;
    this.#onTheWay.delete(n);
  }

  /** Sends what is journalled and not sent, as far as the window goes. */
  send(): void {
    while (this.#unsent !== undefined && this.#bytesOnTheWay < WINDOW_BYTES) {
      const events: Event[] = [];
      let size = 0;
      for (const { n, json } of this.#journal.eventsFrom(this.#session, this.#unsent)) {
        const bytes = Buffer.byteLength(json) + 1;
        if (events.length === BATCH_EVENTS || (events.length > 0 && size + bytes > BATCH_BYTES)) break;
        size += bytes;
        this.#onTheWay.set(n, bytes);
        events.push(JSON.parse(json) as Event);
      }
      const last = events.at(-1);
      if (last === undefined) return;
      this.#bytesOnTheWay += size;
      this.#unsent = last.n + 1;
      this.#sendEvents(events);
    }
  }
}
