import { WebSocket } from "ws";
import * as z from "zod";
import { toBase64 } from "../record/bytes.ts";
import { RecordError } from "../record/error.ts";
import { type AgentMessage, agentProof, encodeMessage, parseMessage, WIRE_MESSAGE_LIMIT, WIRE_PROTOCOL } from "../record/wire.ts";
import { Backoff } from "./backoff.ts";

/** In milliseconds: between pings, until silence means that the connection is dead, until a connection must be made. */
export interface ConnectionTimes {
  ping: number;
  silence: number;
  connect: number;
  firstRetry: number;
  mostRetry: number;
  /** How the time until the next attempt passes; gives back what stops it. By the machine's own timers, if not given. */
  wait: (milliseconds: number, attempt: () => void) => () => void;
}
const TIMES: ConnectionTimes = {
  ...{ ping: 20_000, silence: 50_000, connect: 20_000, firstRetry: 500, mostRetry: 60_000 },
  wait: (milliseconds, attempt) => {
    const timer = setTimeout(attempt, milliseconds);
    return () => clearTimeout(timer);
  },
};

/** Close codes of the server. */
const CLOSED = { malformed: 4000, notProven: 4001, replaced: 4002, ended: 4003 } as const;
const PAUSE_WHEN_REPLACED = 30_000;

/** Why there is no connection now. */
export type Lost =
  | "unreachable"
  | "refused"
  | "not-found"
  | "silent"
  | "closed"
  | "replaced"
  | "not-proven"
  | "protocol"
  | "journal";

export interface ConnectionOptions<T> {
  /** `wss://…/agent/endpoint/<ref>` or `/agent/session/<ref>`. */
  url: string;
  ref: string;
  sign(message: Uint8Array): Uint8Array;
  /** How many committed lines are held already. */
  have(): number;
  parse(data: Buffer): T;
  onConnecting?(): void;
  onMessage(message: T): void;
  /** @param retryIn milliseconds until the next attempt; undefined when there will be none. */
  onLost(lost: Lost, retryIn: number | undefined): void;
  times?: Partial<ConnectionTimes>;
}

const challenge = z.object({ type: z.literal("challenge"), protocol: z.literal(WIRE_PROTOCOL), nonce: z.base64() });

/**
 * A socket to one of the server's objects that is opened again for ever, until closed. Each new one answers the object's challenge
 * with a proof of the endpoint's key; what comes after is the caller's.
 */
export class Connection<T> {
  readonly #options: ConnectionOptions<T>;
  readonly #times: ConnectionTimes;
  readonly #backoff: Backoff;
  #socket: WebSocket | undefined;
  #stopWaiting = () => {};
  #watch: NodeJS.Timeout | undefined;
  #isOver = false;

  constructor(options: ConnectionOptions<T>) {
    this.#options = options;
    this.#times = { ...TIMES, ...options.times };
    this.#backoff = new Backoff(this.#times.firstRetry, this.#times.mostRetry);
  }

  open(): void {
    if (!this.#isOver && this.#socket === undefined) this.#connect();
  }

  /** The connection does what it is for: the next failure waits briefly again. */
  accepted(): void {
    this.#backoff.reset();
  }

  /** Sends on the present socket; without one the message is dropped, as the other side asks for it after reconnecting. */
  send(message: AgentMessage): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(encodeMessage(message));
  }

  /** Ends it for good. */
  close(): void {
    this.#isOver = true;
    this.#stopWaiting();
    const socket = this.#socket;
    this.#drop();
    socket?.close(1000);
    // A server that doesn't answer the close must not keep the process alive.
    if (socket !== undefined) setTimeout(() => socket.terminate(), 1000).unref();
  }

  /** Gives the present socket up and tries again after a pause. */
  restart(lost: Lost): void {
    const socket = this.#socket;
    if (socket === undefined) return;
    socket.close(4000);
    this.#lost(socket, lost);
  }

  #connect(): void {
    this.#options.onConnecting?.();
    const socket = new WebSocket(this.#options.url, {
      handshakeTimeout: this.#times.connect,
      maxPayload: 4 * WIRE_MESSAGE_LIMIT,
      perMessageDeflate: false,
      followRedirects: false,
    });
    this.#socket = socket;
    let isChallenged = false;
    let refused: Lost = "unreachable";
    socket.on("unexpected-response", (request, response) => {
      refused = response.statusCode === 404 || response.statusCode === 410 ? "not-found" : "refused";
      request.destroy();
      this.#lost(socket, refused);
    });
    socket.on("error", () => this.#lost(socket, refused));
    socket.on("close", (code) => this.#lost(socket, lostBy(code)));
    socket.on("open", () => this.#heard(socket));
    socket.on("message", (data: Buffer, isBinary) => {
      if (socket !== this.#socket) return;
      this.#heard(socket);
      if (!isBinary && data.length === 4 && data.toString() === "pong") return;
      try {
        if (isChallenged) {
          this.#options.onMessage(this.#options.parse(data));
          return;
        }
        isChallenged = true;
        this.#answer(parseMessage(challenge, data).nonce);
      } catch (error) {
        // Only what the other side sent is its fault; anything else is ours, and must not be mistaken for it.
        if (!(error instanceof RecordError)) throw error;
        this.restart("protocol");
      }
    });
  }

  #answer(nonce: string): void {
    const { ref, sign, have } = this.#options;
    this.send({
      type: "hello",
      protocol: WIRE_PROTOCOL,
      signature: toBase64(sign(agentProof(ref, nonce))),
      have: have(),
      clock: new Date().toISOString(),
    });
  }

  /** Something came: ask for a sign of life in a while, and give up when none comes. */
  #heard(socket: WebSocket): void {
    clearTimeout(this.#watch);
    this.#watch = setTimeout(() => {
      if (socket.readyState === WebSocket.OPEN) socket.send("ping");
      this.#watch = setTimeout(() => {
        socket.terminate();
        this.#lost(socket, "silent");
      }, this.#times.silence - this.#times.ping);
    }, this.#times.ping);
  }

  #drop(): void {
    clearTimeout(this.#watch);
    this.#socket = undefined;
  }

  #lost(socket: WebSocket, lost: Lost): void {
    if (socket !== this.#socket) return;
    this.#drop();
    if (this.#isOver) return;
    // Two that replace each other in turn would do nothing else.
    const pause = lost === "replaced" ? PAUSE_WHEN_REPLACED : this.#backoff.next();
    this.#stopWaiting = this.#times.wait(pause, () => this.#connect());
    this.#options.onLost(lost, pause);
  }
}

function lostBy(code: number): Lost {
  if (code === CLOSED.replaced) return "replaced";
  if (code === CLOSED.notProven) return "not-proven";
  if (code === CLOSED.malformed) return "protocol";
  return "closed";
}

/** Address of a socket for this object. */
export function socketUrl(server: string, kind: "endpoint" | "session", ref: string): string {
  const url = new URL(`/agent/${kind}/${ref}`, server);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url.href;
}
