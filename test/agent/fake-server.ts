import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";
import type { GroupLogHead } from "../../agent/group-log.ts";
import type { AgentState } from "../../agent/state.ts";
import { fromBase64, fromUtf8, toBase64, utf8 } from "../../record/bytes.ts";
import { cosignedAt, encodeCheckpoint, sessionOrigin, signCheckpoint } from "../../record/checkpoint.ts";
import { type Entry, encodeEntry, parseEntry } from "../../record/entry.ts";
import { encodeVerifierKey, isSigned, publicKeyOf, SIGNATURE_TYPE, signWith, verifierKey } from "../../record/key.ts";
import { parseNote, parseSignature } from "../../record/note.ts";
import { parseRawLine, RAW_LINE } from "../../record/raw-output.ts";
import { commitText, makeText, type OpenText, visibleLines } from "../../record/text.ts";
import { Tree } from "../../record/tree.ts";
import {
  type AgentMessage,
  agentMessage,
  agentProof,
  type EndpointMessage,
  type Event,
  encodeMessage,
  entryOfEvent,
  parseMessage,
  type SessionMessage,
  WIRE_MESSAGE_LIMIT,
  WIRE_PROTOCOL,
} from "../../record/wire.ts";

export const ORGANIZATION_KEY = "caisey.test/org_test";
export const ENDPOINT = "end_0123456789abcdef";
const GROUP = "grp_0123456789abcdef";

export interface Stored {
  entry: Entry;
  line: string;
  n: number | undefined;
  text: Record<string, OpenText>;
}

/** How the server misbehaves, for tests of what the agent makes of it. */
export interface Faults {
  /** Cuts the connection in place of the n-th answer. */
  dropCommits?: number;
  /** Changes a committed line on its way to the agent. */
  alter?(stored: Stored): { line?: string; text?: Record<string, OpenText> } | undefined;
  /** Refuses an event. */
  reject?(event: Event): string | undefined;
  /** Doesn't answer events at all while true. */
  mute?: boolean;
}

/** One session on the server's side of the wire, in memory: stores events in order, once, and commits them. */
export class FakeSession {
  readonly id: string;
  readonly ref: string;
  readonly stored: Stored[] = [];
  readonly received: AgentMessage[] = [];
  /** Events that came again although they were stored. */
  repeated = 0;
  faults: Faults = {};
  next = 0;
  isClosed = false;
  socket: WebSocket | undefined;
  witnessed: number | undefined;
  readonly disagreements: { seq: number; reason: string }[] = [];
  readonly #state: AgentState;
  readonly #seed = new Uint8Array(randomBytes(32));
  note: string | undefined;

  constructor(id: string, ref: string, state: AgentState, mode: "live" | "imported", log: GroupLogHead) {
    this.id = id;
    this.ref = ref;
    this.#state = state;
    this.write(
      {
        kind: "opened",
        format: "caisey-session/1",
        session: id,
        group: GROUP,
        endpoint: ENDPOINT,
        endpointKey: encodeVerifierKey(this.endpointKey),
        mode,
        at: log.at,
        log: { size: log.size, root: log.root },
      },
      { subject: "Printing fails", organization: "Northwind IT", client: "Acme", endpoint: "ACME-WS014" },
    );
    this.write({ kind: "joined", participant: "p0", role: "technician" }, { name: "Tess Technician" });
  }

  get endpointKey() {
    return verifierKey(this.#state.keyName, SIGNATURE_TYPE.cosignature, publicKeyOf(this.#state.seed));
  }

  get entries(): Entry[] {
    return this.stored.map(({ entry }) => entry);
  }

  ofKind<K extends Entry["kind"]>(kind: K): { entry: Extract<Entry, { kind: K }>; text: Record<string, string> }[] {
    return this.stored.flatMap(({ entry, text }) => {
      if (entry.kind !== kind) return [];
      const plain = Object.fromEntries(
        Object.entries(text).map(([name, value]) => [
          name,
          visibleLines(value)
            .map((l) => l.text)
            .join("\n"),
        ]),
      );
      return [{ entry: entry as Extract<Entry, { kind: K }>, text: plain }];
    });
  }

  /** Output of a command as it was recorded. */
  output(command: number, stream?: "stdout" | "stderr"): string {
    return this.ofKind("output")
      .filter(({ entry }) => entry.command === command && (stream === undefined || entry.stream === stream))
      .map(({ entry, text }) => text.output + (entry.newline ? "\n" : ""))
      .join("");
  }

  /** How much a finished command wrote, as it was recorded. */
  rawBytes(command: number): Record<keyof typeof RAW_LINE, number> {
    const raw =
      this.ofKind("finished")
        .find(({ entry }) => entry.command === command)
        ?.text.raw?.split("\n") ?? [];
    const bytes = (line: number) => parseRawLine(raw[line] ?? "").bytes;
    return { stdout: bytes(RAW_LINE.stdout), stderr: bytes(RAW_LINE.stderr) };
  }

  /** An entry that the server writes itself. */
  write(fields: Record<string, unknown>, plain: Record<string, string>): number {
    const text = Object.fromEntries(
      Object.entries(plain).map(([name, value]) => [name, makeText(value, new Uint8Array(randomBytes(32)))]),
    );
    const seq = this.stored.length;
    const commitments = Object.fromEntries(Object.entries(text).map(([name, value]) => [name, commitText(value)]));
    const line = fromUtf8(encodeEntry({ at: new Date().toISOString(), ...fields, seq, text: commitments } as Entry));
    const stored = { entry: parseEntry(utf8(line)), line, n: undefined, text };
    this.stored.push(stored);
    this.#commit([stored]);
    return seq;
  }

  run(request: string, command: string, reason = "to find out", seen?: string): void {
    this.send({ type: "run", request, by: "p0", command, reason, ...(seen === undefined ? {} : { seen }) });
  }

  cancel(request: string): void {
    this.send({ type: "cancel", request });
  }

  async close(): Promise<void> {
    this.write({ kind: "closed", by: "p0", outcome: "resolved" }, {});
    this.isClosed = true;
    const tree = new Tree();
    for (const { line } of this.stored) tree.append(utf8(line));
    const checkpoint = { origin: sessionOrigin(ORGANIZATION_KEY, this.id), size: tree.size, root: tree.root() };
    const key = verifierKey(ORGANIZATION_KEY, SIGNATURE_TYPE.log, publicKeyOf(this.#seed));
    this.note = fromUtf8(await signCheckpoint(checkpoint, key, (message) => signWith(this.#seed, message)));
    this.send({ type: "checkpoint", note: this.note });
    expectBody(encodeCheckpoint(checkpoint), this.note);
  }

  send(message: SessionMessage): void {
    this.socket?.send(encodeMessage(message));
  }

  welcome(socket: WebSocket, have: number): void {
    this.socket?.close(4002);
    this.socket = socket;
    const clock = new Date().toISOString();
    this.send({ type: "welcome", session: this.id, next: this.next, size: this.stored.length, clock, closed: this.isClosed });
    if (have < this.stored.length) this.#commit(this.stored.slice(have));
    if (this.note !== undefined && this.witnessed === undefined) this.send({ type: "checkpoint", note: this.note });
  }

  receive(message: AgentMessage): void {
    this.received.push(message);
    if (message.type === "events") this.#events(message.events);
    else if (message.type === "disagree") this.disagreements.push({ seq: message.seq, reason: message.reason });
    else if (message.type === "cosignature") {
      const note = parseNote(utf8(this.note ?? ""));
      this.witnessed = cosignedAt(
        { ...note, signatures: [...note.signatures, parseSignature(message.line.trimEnd())] },
        this.endpointKey,
      );
      this.send({ type: "ended", reason: "closed" });
      this.socket?.close(4003);
    }
  }

  #events(events: Event[]): void {
    if (this.faults.mute) return;
    const fresh: Stored[] = [];
    for (const event of events) {
      if (this.isClosed) {
        this.send({ type: "rejected", n: event.n, code: "session/closed", message: "closed" });
        return;
      }
      if (event.n < this.next) {
        this.repeated++;
        continue;
      }
      const code = event.n > this.next ? "event/out-of-order" : this.faults.reject?.(event);
      if (code !== undefined) {
        this.#commit(fresh);
        this.send({ type: "rejected", n: event.n, code, message: "refused" });
        return;
      }
      const commitments = Object.fromEntries(Object.entries(event.text).map(([name, value]) => [name, commitText(value)]));
      const entry = entryOfEvent(event, this.stored.length, new Date().toISOString(), commitments);
      const stored = { entry, line: fromUtf8(encodeEntry(entry)), n: event.n, text: event.text };
      this.next++;
      this.stored.push(stored);
      fresh.push(stored);
    }
    this.#commit(fresh);
  }

  #commit(stored: Stored[]): void {
    if (stored.length === 0 || this.socket === undefined) return;
    if (this.faults.dropCommits !== undefined && this.faults.dropCommits-- <= 0) {
      delete this.faults.dropCommits;
      this.socket.terminate();
      return;
    }
    const entries = stored.map((one) => {
      const altered = this.faults.alter?.(one);
      const line = altered?.line ?? one.line;
      return one.n === undefined ? { line, text: altered?.text ?? one.text } : { line, n: one.n };
    });
    this.send({ type: "committed", from: stored[0]?.entry.seq ?? 0, entries });
  }
}

function expectBody(body: string, note: string): void {
  if (parseNote(utf8(note)).text !== body) throw new Error("the fake server signed something else");
}

/** A server that speaks the wire protocol over real sockets, for one endpoint. */
export class FakeServer {
  readonly sessions = new Map<string, FakeSession>();
  endpointSocket: WebSocket | undefined;
  connections = 0;
  /** Status with which the next upgrades are refused. */
  refuse: number | undefined;
  /** How often the endpoint said that it leaves, and with which code it is kept. */
  left = 0;
  refuseLeave: string | undefined;
  readonly #state: AgentState;
  readonly #http = createServer((request, response) => {
    if (request.method !== "POST" || request.url !== "/api/enrolments") return void response.writeHead(404).end();
    // Whoever comes is let in, under the names that this server knows its endpoint by.
    const { endpoint, ref, keyName, organization, client } = this.#state;
    request.resume();
    response.writeHead(201, { "content-type": "application/json" });
    response.end(JSON.stringify({ endpoint, ref, keyName, organization, client }));
  });
  readonly #sockets = new WebSocketServer({ noServer: true, maxPayload: WIRE_MESSAGE_LIMIT });

  private constructor(state: AgentState) {
    this.#state = state;
    this.#http.on("upgrade", (request, socket, head) => {
      if (this.refuse !== undefined) {
        socket.end(`HTTP/1.1 ${this.refuse} No\r\nContent-Length: 0\r\n\r\n`);
        return;
      }
      this.#sockets.handleUpgrade(request, socket, head, (webSocket) => this.#accept(webSocket, request));
    });
  }

  /** @param state gets the server's address. */
  static async open(state: AgentState): Promise<FakeServer> {
    const server = new FakeServer(state);
    await server.listen(0);
    state.server = `http://127.0.0.1:${server.port}`;
    return server;
  }

  get port(): number {
    return (this.#http.address() as AddressInfo).port;
  }

  async listen(port: number): Promise<void> {
    await new Promise<void>((resolve) => this.#http.listen(port, "127.0.0.1", resolve));
  }

  /** What sessions that are opened from now on say of the client group's log, and when they say to be opened. */
  log: Partial<GroupLogHead> = {};

  invite(mode: "live" | "imported" = "live", subject = "Printing fails"): FakeSession {
    const id = `ses_${String(this.sessions.size).padStart(16, "0")}`;
    const log = { size: 0, root: toBase64(new Tree().root()), at: new Date().toISOString(), ...this.log };
    const session = new FakeSession(id, `ref-${this.sessions.size}`, this.#state, mode, log);
    this.sessions.set(session.ref, session);
    this.#toEndpoint({ type: "invite", session: id, ref: session.ref, subject, mode });
    return session;
  }

  remove(): void {
    this.#toEndpoint({ type: "removed" });
  }

  /** Cuts every connection without a word. */
  cut(): void {
    for (const socket of this.#sockets.clients) socket.terminate();
  }

  async close(): Promise<void> {
    this.cut();
    this.#http.closeAllConnections();
    await new Promise((resolve) => this.#http.close(resolve));
  }

  #toEndpoint(message: EndpointMessage): void {
    this.endpointSocket?.send(encodeMessage(message));
  }

  #accept(socket: WebSocket, request: IncomingMessage): void {
    this.connections++;
    const [, kind, ref] = /^\/agent\/(endpoint|session)\/(.+)$/.exec(request.url ?? "") ?? [];
    const session = this.sessions.get(ref ?? "");
    const nonce = toBase64(new Uint8Array(randomBytes(32)));
    let isProven = false;
    socket.send(encodeMessage({ type: "challenge", protocol: WIRE_PROTOCOL, nonce }));
    socket.on("message", (data: Buffer) => {
      if (data.toString() === "ping") return socket.send("pong");
      const message = parseMessage(agentMessage, data);
      if (isProven && message.type === "leave") {
        this.left++;
        const answer: EndpointMessage =
          this.refuseLeave === undefined ? { type: "left" } : { type: "rejected", code: this.refuseLeave, message: "not now" };
        return socket.send(encodeMessage(answer));
      }
      if (isProven) return session?.receive(message);
      const key = publicKeyOf(this.#state.seed);
      if (message.type !== "hello" || !isSigned(fromBase64(message.signature), agentProof(ref ?? "", nonce), key))
        return socket.close(4001);
      isProven = true;
      if (kind === "session") session?.welcome(socket, message.have);
      else {
        this.endpointSocket = socket;
        socket.send(encodeMessage({ type: "present", endpoint: ENDPOINT, clock: new Date().toISOString() }));
        for (const { id, ref: of, isClosed, witnessed } of this.sessions.values()) {
          if (!isClosed || witnessed === undefined) {
            socket.send(encodeMessage({ type: "invite", session: id, ref: of, subject: "Printing fails", mode: "live" }));
          }
        }
      }
    });
  }
}
