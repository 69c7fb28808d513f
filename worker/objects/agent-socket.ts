import { fromBase64, toBase64 } from "../../record/bytes.ts";
import { isSigned, parseVerifierKey } from "../../record/key.ts";
import { agentProof, encodeMessage, WIRE_PROTOCOL } from "../../record/wire.ts";

/** What survives hibernation of an agent's socket: whether it has proven its key, or the nonce that it has to prove it with. */
export type AgentAttachment = { kind: "agent"; nonce: string } | { kind: "agent"; ready: true };

/** How many sockets may wait for their proof at once; the oldest has to go. */
const WAITING = 8;

/** Close codes of our own. */
export const CLOSE = { malformed: 4000, notProven: 4001, replaced: 4002, ended: 4003 } as const;

/** Accepts an agent's socket, to be hibernated when idle, and challenges it. */
export function acceptAgent(ctx: DurableObjectState): Response {
  const { 0: client, 1: server } = new WebSocketPair();
  const waiting = ctx.getWebSockets("agent").filter((socket) => !isReady(socket));
  for (const socket of waiting.slice(0, Math.max(0, waiting.length - WAITING + 1))) socket.close(CLOSE.notProven, "too many");
  const nonce = toBase64(crypto.getRandomValues(new Uint8Array(32)));
  ctx.acceptWebSocket(server, ["agent"]);
  server.serializeAttachment({ kind: "agent", nonce } satisfies AgentAttachment);
  server.send(encodeMessage({ type: "challenge", protocol: WIRE_PROTOCOL, nonce }));
  return new Response(null, { status: 101, webSocket: client });
}

/** Sockets whose attachment was read: it takes longer than the rest of many a message. */
const ready = new WeakSet<WebSocket>();

/** Whether an agent has proven its key on this socket. */
export function isReady(socket: WebSocket): boolean {
  if (ready.has(socket)) return true;
  const attachment = socket.deserializeAttachment() as AgentAttachment | null;
  if (attachment?.kind !== "agent" || !("ready" in attachment)) return false;
  ready.add(socket);
  return true;
}

/**
 * Checks an agent's answer to the challenge; the nonce is good for one try.
 * @param ref of the object that asks, so that a proof for one object is none for another.
 * @param key the endpoint's verifier key.
 */
export function prove(socket: WebSocket, ref: string, key: string, signature: string): boolean {
  const attachment = socket.deserializeAttachment() as AgentAttachment | null;
  if (attachment?.kind !== "agent" || !("nonce" in attachment)) return false;
  const proven = isSigned(bytesOf(signature), agentProof(ref, attachment.nonce), parseVerifierKey(key).publicKey);
  if (proven) socket.serializeAttachment({ kind: "agent", ready: true } satisfies AgentAttachment);
  return proven;
}

function bytesOf(base64: string): Uint8Array {
  try {
    return fromBase64(base64, 64);
  } catch {
    return new Uint8Array();
  }
}

/** The agent's socket that has proven its key; there is one at most. */
export function readyAgent(ctx: DurableObjectState): WebSocket | undefined {
  return ctx.getWebSockets("agent").find((socket) => socket.readyState === WebSocket.OPEN && isReady(socket));
}

/** Pings are answered by the platform, without waking the object. */
export function answerPings(ctx: DurableObjectState): void {
  ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong"));
}
