import { RecordError } from "../../record/error.ts";
import { agentMessage, type EndpointMessage, encodeMessage, parseMessage } from "../../record/wire.ts";
import { type Answer, accepted, answering } from "../answer.ts";
import type { Bindings } from "../env.ts";
import { WorkerError } from "../error.ts";
import { acceptAgent, answerPings, CLOSE, isReady, prove, readyAgent } from "./agent-socket.ts";
import { ENDPOINT_MIGRATIONS } from "./endpoint/schema.ts";
import { groupObject, proven, refOf, sessionObject } from "./name.ts";
import { StoredObject } from "./stored-object.ts";

export interface NewEndpoint {
  organization: string;
  group: string;
  endpoint: string;
  /** C2SP verifier key, type cosignature. */
  key: string;
  enrolled: string;
}

export interface Invitation {
  session: string;
  /** Of the Session object. */
  ref: string;
  subject: string;
  mode: "live" | "imported";
}

export interface Presence {
  connected: boolean;
  lastSeen: string | null;
}

/** One per enrolled machine: its agent's control socket, its presence, the sessions that it is to join. */
export class Endpoint extends StoredObject {
  constructor(ctx: DurableObjectState, env: Bindings) {
    super(ctx, env, ENDPOINT_MIGRATIONS);
    answerPings(ctx);
  }

  async create(endpoint: NewEndpoint): Promise<Answer<null>> {
    return answering(() => {
      this.createOnce(() => {
        this.sql.exec(
          "INSERT INTO endpoint (id, organization, group_id, key, enrolled) VALUES (?, ?, ?, ?, ?)",
          endpoint.endpoint,
          endpoint.organization,
          endpoint.group,
          endpoint.key,
          endpoint.enrolled,
        );
      });
      return null;
    });
  }

  async presence(): Promise<Answer<Presence>> {
    return answering(() => {
      this.demandExists();
      const socket = readyAgent(this.ctx);
      const { last_seen } = this.sql.exec<{ last_seen: string | null }>("SELECT last_seen FROM endpoint").one();
      const ping = socket && this.ctx.getWebSocketAutoResponseTimestamp(socket)?.toISOString();
      return { connected: socket !== undefined, lastSeen: ping !== undefined && ping > (last_seen ?? "") ? ping : last_seen };
    });
  }

  /** Kept until the session is over and its log head witnessed, and sent again whenever the agent connects. */
  async invite(invitation: Invitation): Promise<Answer<null>> {
    return answering(() => {
      this.demandExists();
      const { session, ref, subject, mode } = invitation;
      this.sql.exec(
        "INSERT INTO invitations VALUES (?, ?, ?, ?, ?) ON CONFLICT (session) DO NOTHING",
        session,
        ref,
        subject,
        mode,
        new Date().toISOString(),
      );
      this.#send({ type: "invite", ...invitation });
      return null;
    });
  }

  /** @param instead what stands in an invitation that is still open. */
  async subjectErased(session: string, instead: string): Promise<Answer<null>> {
    return answering(() => {
      this.demandExists();
      this.sql.exec("UPDATE invitations SET subject = ? WHERE session = ?", instead, session);
      return null;
    });
  }

  async uninvite(session: string): Promise<Answer<null>> {
    return answering(() => {
      this.demandExists();
      this.sql.exec("DELETE FROM invitations WHERE session = ?", session);
      return null;
    });
  }

  /** Ends the enrolment: the key is not accepted any more, here and in sessions. */
  async remove(): Promise<Answer<null>> {
    return answering(async () => {
      this.demandExists();
      this.#send({ type: "removed" });
      await this.#end();
      return null;
    });
  }

  async isEnrolled(): Promise<Answer<boolean>> {
    return answering(() => {
      this.demandExists();
      return !this.#removed();
    });
  }

  override async fetch(): Promise<Response> {
    if (!this.exists || this.#removed()) return new Response(null, { status: 404 });
    return acceptAgent(this.ctx);
  }

  override async webSocketMessage(socket: WebSocket, data: string | ArrayBuffer): Promise<void> {
    if (isReady(socket)) return this.#fromAgent(socket, data);
    try {
      const message = parseMessage(agentMessage, data);
      const { key } = this.sql.exec<{ key: string }>("SELECT key FROM endpoint").one();
      if (this.#removed() || message.type !== "hello" || !prove(socket, refOf(this.ctx.id), key, message.signature)) {
        socket.close(CLOSE.notProven, "expected the endpoint's signature");
        return;
      }
    } catch (error) {
      if (!(error instanceof RecordError)) throw error;
      socket.close(CLOSE.malformed, "expected a message of this protocol");
      return;
    }
    for (const other of this.ctx.getWebSockets("agent"))
      if (other !== socket && isReady(other)) other.close(CLOSE.replaced, "replaced");
    this.#seenNow();
    const { id } = this.sql.exec<{ id: string }>("SELECT id FROM endpoint").one();
    socket.send(encodeMessage({ type: "present", endpoint: id, clock: new Date().toISOString() }));
    for (const { session, ref, subject, mode } of this.sql.exec<
      Record<"session" | "ref" | "subject", string> & { mode: Invitation["mode"] }
    >("SELECT session, ref, subject, mode FROM invitations ORDER BY made, session")) {
      socket.send(encodeMessage({ type: "invite", session, ref, subject, mode }));
    }
  }

  /** All that an agent has to say here is that it leaves. */
  async #fromAgent(socket: WebSocket, data: string | ArrayBuffer): Promise<void> {
    const send = (message: EndpointMessage) => socket.send(encodeMessage(message));
    try {
      const message = parseMessage(agentMessage, data);
      if (message.type !== "leave") throw new WorkerError("request/malformed", "Only `leave` is expected here.");
      const { id, organization, group_id } = this.sql
        .exec<{ id: string; organization: string; group_id: string }>("SELECT id, organization, group_id FROM endpoint")
        .one();
      // The group first: when it is away, the machine is still enrolled and may say it again.
      await accepted(groupObject(this.env, proven(organization), group_id).endpointLeft(id));
      send({ type: "left" });
      await this.#end();
    } catch (error) {
      if (!(error instanceof RecordError) && !(error instanceof WorkerError)) throw error;
      send({ type: "rejected", code: error.code, message: error.message });
    }
  }

  override async webSocketClose(socket: WebSocket): Promise<void> {
    if (isReady(socket)) this.#seenNow();
  }

  /** From now on the key is not accepted, here and in sessions; sockets that it opened are closed. */
  async #end(): Promise<void> {
    this.sql.exec("UPDATE endpoint SET removed = coalesce(removed, ?)", new Date().toISOString());
    for (const socket of this.ctx.getWebSockets("agent")) socket.close(CLOSE.ended, "removed");
    const { organization } = this.sql.exec<{ organization: string }>("SELECT organization FROM endpoint").one();
    const sessions = this.sql.exec<{ session: string }>("SELECT session FROM invitations").toArray();
    for (const { session } of sessions) await accepted(sessionObject(this.env, proven(organization), session).endpointRemoved());
  }

  #send(message: EndpointMessage): void {
    readyAgent(this.ctx)?.send(encodeMessage(message));
  }

  #seenNow(): void {
    this.sql.exec("UPDATE endpoint SET last_seen = ?", new Date().toISOString());
  }

  #removed(): boolean {
    return this.sql.exec<{ removed: string | null }>("SELECT removed FROM endpoint").one().removed !== null;
  }
}
