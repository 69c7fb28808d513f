import { type EndpointMessage, endpointMessage, parseMessage } from "../record/wire.ts";
import { Connection, socketUrl } from "./connection.ts";
import { AgentError } from "./error.ts";
import { type AgentState, signAs } from "./state.ts";

/** Milliseconds that the server may take to acknowledge it, connecting included. */
const PATIENCE = 20_000;

/**
 * Tells the server that this machine ends its enrolment, and waits until it says that it took note.
 * @throws AgentError `server/unreachable`; `enrolment/refused` when the server won't have it. The machine is still enrolled then.
 */
export async function leaveServer(state: AgentState, patience = PATIENCE): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const fail = (code: "server/unreachable" | "enrolment/refused", came: string) =>
    reject(new AgentError(code, `expected ${state.server} to acknowledge that this computer leaves, ${came}`));
  const onMessage = (message: EndpointMessage) => {
    if (message.type === "present") connection.send({ type: "leave" });
    else if (message.type === "left" || message.type === "removed") resolve();
    else if (message.type === "rejected") fail("enrolment/refused", `it answered ${message.code}: ${message.message}`);
  };
  const connection = new Connection<EndpointMessage>({
    url: socketUrl(state.server, "endpoint", state.ref),
    ref: state.ref,
    sign: (message) => signAs(state, message),
    have: () => 0,
    parse: (data) => parseMessage(endpointMessage, data),
    onMessage,
    // An enrolment that the server ended before is not there any more: nothing is left to be said.
    onLost: (lost) => (lost === "not-found" ? resolve() : undefined),
  });
  const timer = setTimeout(() => fail("server/unreachable", `none came in ${patience / 1000} seconds`), patience);
  connection.open();
  try {
    await promise;
  } finally {
    clearTimeout(timer);
    connection.close();
  }
}
