import { RecordError } from "../../../record/error.ts";
import { type AgentMessage, agentMessage, encodeMessage, parseMessage } from "../../../record/wire.ts";
import { accepted } from "../../answer.ts";
import { now } from "../../clock.ts";
import type { Bindings } from "../../env.ts";
import { CLOSE, isReady, prove } from "../agent-socket.ts";
import { endpointObject, proven, refOf } from "../name.ts";
import type { Recorder } from "./commit.ts";
import type { Finisher } from "./finish.ts";
import type { SessionHead } from "./head.ts";
import { Requests } from "./requests.ts";
import type { SessionSockets } from "./sockets.ts";
import type { SessionStore } from "./store.ts";

type Hello = AgentMessage & { type: "hello" };
type Events = AgentMessage & { type: "events" };
type WitnessAnswer = AgentMessage & { type: "cosignature" | "disagree" };

/** What an endpoint's agent says to a session. Whatever is refused is answered with a code; the agent still holds it. */
export class AgentChannel {
  readonly #ctx: DurableObjectState;
  readonly #env: Bindings;
  readonly #store: SessionStore;
  readonly #recorder: Recorder;
  readonly #head: SessionHead;
  readonly #sockets: SessionSockets;
  readonly #finisher: Finisher;

  constructor(
    ctx: DurableObjectState,
    env: Bindings,
    store: SessionStore,
    recorder: Recorder,
    head: SessionHead,
    sockets: SessionSockets,
    finisher: Finisher,
  ) {
    this.#ctx = ctx;
    this.#env = env;
    this.#store = store;
    this.#recorder = recorder;
    this.#head = head;
    this.#sockets = sockets;
    this.#finisher = finisher;
  }

  async receive(socket: WebSocket, data: string | ArrayBuffer): Promise<void> {
    let message: AgentMessage;
    try {
      message = parseMessage(agentMessage, data);
    } catch (error) {
      if (!(error instanceof RecordError)) throw error;
      socket.send(encodeMessage({ type: "rejected", code: error.code, message: error.message }));
      if (!isReady(socket)) socket.close(CLOSE.malformed, "expected a message of this protocol");
      return;
    }
    if (message.type === "hello") await this.#hello(socket, message);
    else if (!isReady(socket)) socket.close(CLOSE.notProven, "expected the endpoint's signature");
    else if (message.type === "events") this.#events(socket, message);
    else if (message.type === "waiting") this.#sockets.notice(message);
    else if (message.type === "leave") {
      const expected = "expected a message to a session, this one is for the endpoint's own object";
      socket.send(encodeMessage({ type: "rejected", code: "wire/malformed", message: expected }));
    } else await this.#witnessAnswered(socket, message);
  }

  async #hello(socket: WebSocket, hello: Hello): Promise<void> {
    if (isReady(socket)) return;
    const { organization, endpoint } = this.#store.facts();
    const enrolled = await accepted(endpointObject(this.#env, proven(organization), endpoint).isEnrolled());
    if (!enrolled) {
      socket.send(encodeMessage({ type: "ended", reason: "removed" }));
      return socket.close(CLOSE.ended, "removed");
    }
    const facts = this.#store.facts();
    if (!prove(socket, refOf(this.#ctx.id), facts.endpoint_key, hello.signature)) {
      return socket.close(CLOSE.notProven, "expected the endpoint's signature");
    }
    this.#sockets.replaceAgent(socket, CLOSE.replaced);
    this.#store.agentSeen();
    const closed = facts.state !== "open";
    const { id: session, next_event: next, size } = facts;
    socket.send(encodeMessage({ type: "welcome", session, next, size, clock: now(), closed }));
    this.#sockets.catchUpAgent(socket, hello.have);
    if (!closed) for (const message of new Requests(this.#ctx.storage.sql).unheard()) socket.send(encodeMessage(message));
    const head = this.#head.get();
    if (head?.witnessed || (closed && this.#store.disagreement())) this.#sockets.endAgents("closed", CLOSE.ended);
    else if (head?.note) socket.send(encodeMessage({ type: "checkpoint", note: head.note }));
  }

  #events(socket: WebSocket, { events }: Events): void {
    if (this.#store.facts().state !== "open") {
      const n = events[0]?.n ?? 0;
      socket.send(encodeMessage({ type: "rejected", n, code: "session/closed", message: "The session is closed." }));
      return;
    }
    const { committed, rejected } = this.#recorder.report(events);
    this.#sockets.committed(committed);
    if (rejected !== undefined) socket.send(encodeMessage({ type: "rejected", ...rejected }));
  }

  async #witnessAnswered(socket: WebSocket, answer: WitnessAnswer): Promise<void> {
    const facts = this.#store.facts();
    if (answer.type === "disagree") {
      this.#store.disagree(answer.seq, answer.reason);
      if (facts.state === "open") return;
    } else if (!this.#head.cosign(answer.size, answer.line, facts.endpoint_key)) {
      if (this.#head.get()?.witnessed) return;
      const message = "expected the endpoint's cosignature over this session's head";
      socket.send(encodeMessage({ type: "rejected", code: "checkpoint/malformed", message }));
      return;
    }
    // The alarm carries it on, and is tried again when another object is away.
    if (facts.state === "closed") await this.#finisher.settle();
    else await this.#ctx.storage.setAlarm(Date.now());
  }
}
