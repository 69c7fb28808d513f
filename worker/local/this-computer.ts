import { existsSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { createAgent } from "../../agent/agent.ts";
import { systemClock } from "../../agent/clock.ts";
import { collectLocalContext } from "../../agent/context-local.ts";
import { enrol } from "../../agent/enrol.ts";
import { defaultPolicy } from "../../agent/policy-default.ts";
import { localShell } from "../../agent/shell-local.ts";
import { type AgentState, eraseState, readState } from "../../agent/state.ts";
import type { Api } from "./api.ts";
import type { ScriptedPerson } from "./scripted-person.ts";

/** The real agent for this computer, connected. */
export interface ThisComputer {
  /** `end_…` */
  endpoint: string;
  name: string;
  stop(): Promise<void>;
}

/**
 * Enrols this computer in a client group, or takes up its enrolment, and connects its agent.
 * @param folder of the agent's key and journal.
 * @throws AgentError as the agent does.
 */
export async function connectThisComputer(options: {
  api: Api;
  origin: string;
  group: string;
  folder: string;
  person: ScriptedPerson;
}): Promise<ThisComputer> {
  const { api, origin, group, folder, person } = options;
  const state = (await enrolledBefore(api, group, folder)) ?? (await enrolNow(api, origin, group, folder));
  const makeShell = localShell();
  const agent = createAgent({
    // The port may be another one than last time.
    state: { ...state, server: origin },
    policy: await defaultPolicy(),
    surroundings: () => ({ clock: systemClock, approver: person, makeShell, collectContext: collectLocalContext }),
  });
  agent.start();
  await agent.present;
  return { endpoint: state.endpoint, name: state.name, stop: () => agent.stop() };
}

/** An enrolment that was ended in the console is forgotten here too. */
async function enrolledBefore(api: Api, group: string, folder: string): Promise<AgentState | undefined> {
  if (!existsSync(join(folder, "state.json"))) return undefined;
  const state = readState(folder);
  for await (const { endpoint, removed } of api.items("GET /api/groups/:group/endpoints", { params: { group } })) {
    if (endpoint === state.endpoint && removed === null) return state;
  }
  eraseState(state);
  return undefined;
}

async function enrolNow(api: Api, server: string, group: string, folder: string): Promise<AgentState> {
  const { code } = await api.call("POST /api/groups/:group/enrolment-codes", { params: { group } });
  return enrol({ server, code, name: hostname(), folder });
}
