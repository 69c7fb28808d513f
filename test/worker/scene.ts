import type { EndpointMessage } from "../../record/wire.ts";
import type { GroupView, SessionRow, SessionView } from "../../worker/schema.ts";
import { json, until } from "./api.ts";
import { connectMachine, enrolMachine, type Machine, TestAgent, type TestSocket } from "./test-agent.ts";
import { ALICE, type Person } from "./tokens.ts";

/** A client group with one enrolled, connected machine. */
export interface Scene {
  group: string;
  machine: Machine;
  control: TestSocket<EndpointMessage>;
}

export async function makeScene(name = "ACME-SRV01", person: Person = ALICE): Promise<Scene> {
  const { group } = await json<GroupView>("POST", "groups", { name: "Acme Accounting" }, person);
  const { code } = await json<{ code: string }>("POST", `groups/${group}/enrolment-codes`, {}, person);
  const machine = await enrolMachine(code, name);
  return { group, machine, control: await connectMachine(machine) };
}

export interface OpenSession {
  session: string;
  agent: TestAgent;
}

/** Opens a session and has the machine's agent join it. */
export async function openSession(
  scene: Scene,
  subject = "Spooler crashes",
  imported?: { source: string; seen: string },
): Promise<OpenSession> {
  const { group, machine, control } = scene;
  const body = imported === undefined ? { subject } : { subject, imported };
  const { session } = await json<SessionRow>("POST", `groups/${group}/endpoints/${machine.endpoint}/sessions`, body);
  const { ref } = await control.next("invite");
  const agent = new TestAgent(machine, ref);
  await agent.connect();
  return { session, agent };
}

/** Has a technician run a read-only command, and the agent answer with this output. */
export async function runCommand({ session, agent }: OpenSession, command: string, output: string): Promise<number> {
  await json("POST", `sessions/${session}/commands`, { command, reason: "" });
  return (await agent.runReadOnly(output)).command;
}

/** Closes a session and waits until it is witnessed and in the group's log. */
export async function closeSession({ session, agent }: OpenSession, body: Record<string, unknown> = {}): Promise<SessionView> {
  await json("POST", `sessions/${session}/close`, { outcome: "resolved", ...body });
  await agent.witness();
  return closed(session);
}

export function closed(session: string): Promise<SessionView> {
  return until(`${session} to be closed`, async () => {
    const view = await json<SessionView>("GET", `sessions/${session}`);
    return view.state === "closed" ? view : undefined;
  });
}
