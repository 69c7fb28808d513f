import { encodeMessage, type SessionMessage, WIRE_MESSAGE_LIMIT } from "../../../record/wire.ts";
import type { LiveMessage } from "../../schema.ts";
import { isReady, readyAgent } from "../agent-socket.ts";
import type { Indexing } from "./indexing.ts";
import type { Committed, SessionStore } from "./store.ts";

/** Room for JSON around the entries of one message. */
const BATCH = WIRE_MESSAGE_LIMIT / 2;

/** A session's sockets: its agent's, and those of technicians who look on. All hibernate; what they need is attached to them. */
export class SessionSockets {
  readonly #ctx: DurableObjectState;
  readonly #store: SessionStore;
  readonly #indexing: Indexing;

  constructor(ctx: DurableObjectState, store: SessionStore, indexing: Indexing) {
    this.#ctx = ctx;
    this.#store = store;
    this.#indexing = indexing;
  }

  get agent(): WebSocket | undefined {
    return readyAgent(this.#ctx);
  }

  toAgent(message: SessionMessage): void {
    this.agent?.send(encodeMessage(message));
  }

  /** New entries, to all, and some time later to the search index. */
  committed(entries: readonly Committed[]): void {
    if (entries.length === 0) return;
    this.#indexing.schedule();
    const agent = this.agent;
    for (const batch of batches(entries)) {
      agent?.send(encodeMessage(committedMessage(batch)));
      this.#toTechnicians(entriesMessage(batch));
    }
  }

  /** Entries from number `from` on, to an agent that has those before. */
  catchUpAgent(socket: WebSocket, from: number): void {
    for (const batch of this.#stored(from)) socket.send(encodeMessage(committedMessage(batch)));
  }

  /** Takes in a technician's socket: entries from number `from` on, then what comes. */
  acceptTechnician(from: number, state: LiveMessage): Response {
    const { 0: client, 1: server } = new WebSocketPair();
    this.#ctx.acceptWebSocket(server, ["technician"]);
    for (const batch of this.#stored(from)) server.send(JSON.stringify(entriesMessage(batch)));
    server.send(JSON.stringify(state));
    return new Response(null, { status: 101, webSocket: client });
  }

  /** @param state is made only when somebody looks on. */
  stateChanged(state: () => LiveMessage): void {
    if (this.#ctx.getWebSockets("technician").length > 0) this.#toTechnicians(state());
  }

  /** A notice that is not recorded: whoever looks on later learns of it by the agent's message in the record. */
  notice(message: LiveMessage & { type: "waiting" }): void {
    this.#toTechnicians(message);
  }

  /** Closes every other socket on which the agent has proven its key. */
  replaceAgent(by: WebSocket, code: number): void {
    for (const other of this.#ctx.getWebSockets("agent")) {
      if (other === by || !isReady(other)) continue;
      other.send(encodeMessage({ type: "ended", reason: "replaced" }));
      other.close(code, "replaced");
    }
  }

  endAgents(reason: "closed" | "removed", code: number): void {
    for (const socket of this.#ctx.getWebSockets("agent")) {
      if (isReady(socket)) socket.send(encodeMessage({ type: "ended", reason }));
      socket.close(code, reason);
    }
  }

  *#stored(from: number): Generator<Committed[]> {
    for (let next = from; ; ) {
      const entries = this.#store.read(next, 200, BATCH);
      if (entries.length === 0) return;
      yield entries;
      next += entries.length;
    }
  }

  #toTechnicians(message: LiveMessage): void {
    const sockets = this.#ctx.getWebSockets("technician");
    if (sockets.length === 0) return;
    const data = JSON.stringify(message);
    for (const socket of sockets) if (socket.readyState === WebSocket.OPEN) socket.send(data);
  }
}

/** An agent holds the texts of what it reported itself; it needs those of others. */
function committedMessage(batch: readonly Committed[]): SessionMessage {
  return {
    type: "committed",
    from: batch[0]?.seq ?? 0,
    entries: batch.map(({ line, text, n }) => (n === undefined ? { line, text } : { line, n })),
  };
}

function entriesMessage(batch: readonly Committed[]): LiveMessage {
  return { type: "entries", from: batch[0]?.seq ?? 0, entries: batch.map(({ line, text }) => ({ line, text })) };
}

function* batches(entries: readonly Committed[]): Generator<Committed[]> {
  let batch: Committed[] = [];
  let bytes = 0;
  for (const entry of entries) {
    if (batch.length > 0 && bytes + entry.bytes > BATCH) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(entry);
    bytes += entry.bytes;
  }
  if (batch.length > 0) yield batch;
}
