import WebSocket from "ws";
import { type AgentState, signAs } from "../../agent/state.ts";
import { toBase64 } from "../../record/bytes.ts";
import { makeText } from "../../record/text.ts";
import {
  type AgentMessage,
  agentProof,
  type Event,
  encodeMessage,
  endpointMessage,
  parseMessage,
  type ReportedKind,
  type SessionMessage,
  sessionMessage,
  WIRE_PROTOCOL,
} from "../../record/wire.ts";

/** The wire protocol by hand, with an enrolled machine's key: says what a well-behaved agent would not. */
export class WireAgent {
  readonly received: SessionMessage[] = [];
  closed: number | undefined;
  readonly #socket: WebSocket;
  #wake = () => {};

  private constructor(origin: string, ref: string) {
    this.#socket = new WebSocket(`${origin.replace("http", "ws")}/agent/session/${ref}`);
    this.#socket.on("message", (data: Buffer) => {
      this.received.push(parseMessage(sessionMessage, data));
      this.#wake();
    });
    this.#socket.on("close", (code) => {
      this.closed = code;
      this.#wake();
    });
    this.#socket.on("error", () => {});
  }

  /** Connects and proves the machine's key. */
  static async connect(origin: string, ref: string, state: AgentState, have = 0): Promise<WireAgent> {
    const agent = new WireAgent(origin, ref);
    const { nonce } = await agent.next("challenge");
    const signature = toBase64(signAs(state, agentProof(ref, nonce)));
    agent.send({ type: "hello", protocol: WIRE_PROTOCOL, signature, have, clock: new Date().toISOString() });
    await agent.next("welcome");
    return agent;
  }

  send(message: AgentMessage): void {
    this.#socket.send(encodeMessage(message));
  }

  /** The first message of this type, there already or to come. */
  async next<K extends SessionMessage["type"]>(
    type: K,
    is: (message: Extract<SessionMessage, { type: K }>) => boolean = () => true,
  ): Promise<Extract<SessionMessage, { type: K }>> {
    for (;;) {
      const found = this.received.find((one): one is Extract<SessionMessage, { type: K }> => one.type === type && is(one as never));
      if (found !== undefined) return found;
      if (this.closed !== undefined) throw new Error(`expected ${type}, the socket was closed with ${this.closed}`);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Waits until event `n` is acknowledged. */
  async acknowledged(n: number): Promise<void> {
    await this.next("committed", ({ entries }) => entries.some((entry) => entry.n === n));
  }

  async ended(): Promise<number> {
    while (this.closed === undefined) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.closed;
  }

  close(): void {
    this.#socket.terminate();
  }
}

/** The ref of the session that a machine is invited to next. */
export async function invitationOf(origin: string, state: AgentState): Promise<string> {
  const socket = new WebSocket(`${origin.replace("http", "ws")}/agent/endpoint/${state.ref}`);
  try {
    return await new Promise<string>((resolve, reject) => {
      socket.on("error", reject);
      socket.on("message", (data: Buffer) => {
        const message = parseMessage(endpointMessage, data);
        if (message.type === "invite") resolve(message.ref);
        if (message.type !== "challenge") return;
        const signature = toBase64(signAs(state, agentProof(state.ref, message.nonce)));
        const clock = new Date().toISOString();
        socket.send(encodeMessage({ type: "hello", protocol: WIRE_PROTOCOL, signature, have: 0, clock }));
      });
    });
  } finally {
    socket.terminate();
  }
}

export function event(n: number, kind: ReportedKind, fields: Record<string, unknown>, text: Record<string, string> = {}): Event {
  const texts = Object.entries(text).map(([name, value]) => [name, makeText(value, crypto.getRandomValues(new Uint8Array(32)))]);
  return { n, seen: new Date().toISOString(), kind, fields, text: Object.fromEntries(texts) };
}
