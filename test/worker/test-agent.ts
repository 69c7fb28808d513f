import { exports } from "cloudflare:workers";
import { toBase64, utf8 } from "../../record/bytes.ts";
import { cosign, parseCheckpoint } from "../../record/checkpoint.ts";
import { nobleHashes } from "../../record/hash.ts";
import { publicKeyOf, SIGNATURE_TYPE, signWith, verifierKey } from "../../record/key.ts";
import { parseNote } from "../../record/note.ts";
import { encodeRaw } from "../../record/raw-output.ts";
import { makeText } from "../../record/text.ts";
import { Tree } from "../../record/tree.ts";
import {
  type AgentMessage,
  agentProof,
  type EndpointMessage,
  type Event,
  encodeMessage,
  endpointMessage,
  enrolmentProof,
  parseMessage,
  type ReportedKind,
  type SessionMessage,
  sessionMessage,
  WIRE_PROTOCOL,
} from "../../record/wire.ts";
import { fetchWorker } from "./api.ts";
import { ORIGIN } from "./tokens.ts";

/** A machine that has enrolled. */
export interface Machine {
  seed: Uint8Array;
  endpoint: string;
  ref: string;
  keyName: string;
}

/** Enrols a machine of this name with a code. */
export async function enrolMachine(code: string, name: string): Promise<Machine> {
  const seed = crypto.getRandomValues(new Uint8Array(32));
  const response = await requestEnrolment(code, name, seed);
  if (response.status !== 201) throw new Error(`expected to be enrolled, got ${response.status}: ${await response.text()}`);
  return { seed, ...((await response.json()) as Omit<Machine, "seed">) };
}

export function requestEnrolment(code: string, name: string, seed: Uint8Array, proofSeed = seed): Promise<Response> {
  const key = toBase64(publicKeyOf(seed));
  const proof = toBase64(signWith(proofSeed, enrolmentProof(code, key)));
  return fetchWorker("/api/enrolments", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ code, name, platform: "linux", key, proof }),
  });
}

/** A socket whose messages are kept in order, to be waited for. */
export class TestSocket<T extends { type: string }> {
  readonly socket: WebSocket;
  readonly received: T[] = [];
  closed: number | undefined;
  #taken = 0;
  #wake = () => {};

  constructor(socket: WebSocket, parse: (data: string) => T, onMessage: (message: T) => void = () => {}) {
    this.socket = socket;
    socket.addEventListener("message", ({ data }) => {
      if (data === "pong") return;
      const message = parse(String(data));
      this.received.push(message);
      onMessage(message);
      this.#wake();
    });
    socket.addEventListener("close", ({ code }) => {
      this.closed = code;
      this.#wake();
    });
    socket.accept();
  }

  static async open<T extends { type: string }>(
    path: string,
    parse: (data: string) => T,
    headers: Record<string, string> = {},
    onMessage?: (message: T) => void,
  ): Promise<TestSocket<T>> {
    const response = await exports.default.fetch(
      new Request(new URL(path, ORIGIN), { headers: { upgrade: "websocket", ...headers } }),
    );
    if (response.webSocket === null) throw new Error(`expected a socket, got ${response.status}`);
    return new TestSocket(response.webSocket, parse, onMessage);
  }

  /** The next message of this type; those before it are passed over. */
  async next<K extends T["type"]>(type: K): Promise<Extract<T, { type: K }>> {
    for (;;) {
      while (this.#taken < this.received.length) {
        const message = this.received[this.#taken++];
        if (message?.type === type) return message as Extract<T, { type: K }>;
      }
      if (this.closed !== undefined) throw new Error(`expected a message ${type}, the socket was closed with ${this.closed}`);
      await this.#woken();
    }
  }

  /** Waits until something holds that messages bring about. */
  async when(what: string, holds: () => boolean): Promise<void> {
    while (!holds()) {
      if (this.closed !== undefined) throw new Error(`expected ${what}, the socket was closed with ${this.closed}`);
      await this.#woken();
    }
  }

  async ended(): Promise<number> {
    while (this.closed === undefined) await this.#woken();
    return this.closed;
  }

  #woken(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}

/** Connects a machine's control socket. */
export async function connectMachine(machine: Machine): Promise<TestSocket<EndpointMessage>> {
  const socket = await TestSocket.open(`/agent/endpoint/${machine.ref}`, (data) => parseMessage(endpointMessage, data));
  const { nonce } = await socket.next("challenge");
  socket.socket.send(encodeMessage(hello(machine, machine.ref, nonce, 0)));
  await socket.next("present");
  return socket;
}

export function hello(machine: Machine, ref: string, nonce: string, have: number): AgentMessage {
  const signature = toBase64(signWith(machine.seed, agentProof(ref, nonce)));
  return { type: "hello", protocol: WIRE_PROTOCOL, signature, have, clock: new Date().toISOString() };
}

/** An agent in one session, as simple as the protocol allows; its own tree over the lines that it was sent. */
export class TestAgent {
  readonly machine: Machine;
  readonly ref: string;
  lines: string[] = [];
  next = 0;
  /** Entries that events became, by the events' numbers. */
  readonly committed = new Map<number, number>();
  socket!: TestSocket<SessionMessage>;

  constructor(machine: Machine, ref: string) {
    this.machine = machine;
    this.ref = ref;
  }

  async connect(): Promise<Extract<SessionMessage, { type: "welcome" }>> {
    const parse = (data: string) => parseMessage(sessionMessage, data);
    this.socket = await TestSocket.open(`/agent/session/${this.ref}`, parse, {}, (message) => this.#take(message));
    const { nonce } = await this.socket.next("challenge");
    this.send(hello(this.machine, this.ref, nonce, this.lines.length));
    const welcome = await this.socket.next("welcome");
    await this.socket.when("all lines", () => this.lines.length >= welcome.size);
    return welcome;
  }

  send(message: AgentMessage): void {
    this.socket.socket.send(encodeMessage(message));
  }

  event(kind: ReportedKind, fields: Record<string, unknown>, text: Record<string, string> = {}): Event {
    const texts = Object.fromEntries(
      Object.entries(text).map(([name, value]) => [name, makeText(value, crypto.getRandomValues(new Uint8Array(32)))]),
    );
    return { n: this.next++, seen: new Date().toISOString(), kind, fields, text: texts };
  }

  /** Reports events and waits until all are acknowledged. Gives the number of the entry that each became. */
  async report(...events: Event[]): Promise<number[]> {
    this.send({ type: "events", events });
    await this.socket.when("all events to be committed", () => events.every(({ n }) => this.committed.has(n)));
    return events.map(({ n }) => this.committed.get(n) ?? -1);
  }

  /** Runs one command that needs no approval, as asked for by `run`. */
  async runReadOnly(output: string): Promise<{ command: number }> {
    const run = await this.socket.next("run");
    const command = this.event("command", { by: run.by, shell: "bash", consent: "read-only" }, { command: run.command });
    const [seq = -1] = await this.report(command);
    await this.report(
      this.event("output", { command: seq, stream: "stdout", newline: true }, { output }),
      this.event("finished", finished(seq), { raw: rawOf(output) }),
    );
    return { command: seq };
  }

  /** Answers the checkpoint that comes next with this endpoint's cosignature. */
  async witness(): Promise<void> {
    const { note } = await this.socket.next("checkpoint");
    this.send(await this.cosignature(parseNote(utf8(note)).text));
  }

  /** This endpoint's cosignature over a checkpoint body. */
  async cosignature(body: string): Promise<AgentMessage> {
    const key = verifierKey(this.machine.keyName, SIGNATURE_TYPE.cosignature, publicKeyOf(this.machine.seed));
    const line = await cosign(body, key, Math.floor(Date.now() / 1000), (message) => signWith(this.machine.seed, message));
    return { type: "cosignature", size: parseCheckpoint(body).size, line };
  }

  root(): Uint8Array {
    const tree = new Tree();
    for (const line of this.lines) tree.append(utf8(line));
    return tree.root();
  }

  #take(message: SessionMessage): void {
    if (message.type !== "committed") return;
    if (message.from !== this.lines.length) throw new Error(`expected line ${this.lines.length}, got ${message.from}`);
    for (const { line, n } of message.entries) {
      const seq = this.lines.push(line) - 1;
      if (n !== undefined) this.committed.set(n, seq);
    }
  }
}

export function finished(command: number): Record<string, unknown> {
  return { command, exit: 0, end: "exited", duration: 5, cut: { stdout: 0, stderr: 0 } };
}

/** The text `raw` of such an entry. */
export function rawOf(output: string): string {
  const of = (text: string) => ({ sha256: nobleHashes.sha256(utf8(text)), bytes: utf8(text).length });
  return encodeRaw(of(output), of(""));
}
