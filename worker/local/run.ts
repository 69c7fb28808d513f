import { hostname } from "node:os";
import { loadStory } from "../../fixtures/load.ts";
import type { Api } from "./api.ts";
import type { LocalOptions } from "./arguments.ts";
import { type DataFolder, openDataFolder } from "./data-folder.ts";
import { type Deployment, nameOrganizations, OUTGOING, startDeployment } from "./deployment.ts";
import { LocalError } from "./error.ts";
import { recordLiveSession } from "./live-session.ts";
import { CLIENT, makeSampleHandoff, type SampleHandoff } from "./sample-handoff.ts";
import { ScriptedPerson } from "./scripted-person.ts";
import { connectThisComputer } from "./this-computer.ts";

/** What a run came to, while everything is still up. */
export interface Running extends SampleHandoff {
  /** Address of the console. */
  console: string;
}

/**
 * The whole way on this computer: Worker, sign-in, samples, agent, a live session, a handoff, its package, its verification.
 * @param stack takes what has to be stopped; the caller disposes of it.
 * @throws LocalError, AgentError, FixtureError with messages for the person at the terminal.
 */
export async function runLocally(
  options: LocalOptions,
  say: (done: string) => void,
  stack: AsyncDisposableStack,
): Promise<Running> {
  const data = openDataFolder(options.data);
  stack.defer(() => data.close());
  const deployment = await startDeployment({ data, port: options.port, say });
  stack.defer(() => deployment.stop());
  await loadSamples(data, deployment, say);

  const api = deployment.apiFor(OUTGOING.organization, OUTGOING.person);
  const group = await clientGroup(api, data);
  const person = new ScriptedPerson(`User of ${hostname()}`, (command, answer) =>
    say(`npm start answered for the person at this computer: ${answer}: ${command}`),
  );
  const computer = await connectThisComputer({ api, origin: deployment.origin, group, folder: data.folder("agent"), person });
  stack.defer(() => computer.stop());
  say(`agent of this computer connected as ${computer.name}`);
  await recordLiveSession({
    api,
    group,
    endpoint: computer.endpoint,
    person,
    onProgress: (command) => say(`recorded: ${command}`),
  });
  say("live session closed, witnessed by this computer");

  return { ...(await makeSampleHandoff({ api, group, out: options.out, say })), console: `${deployment.origin}/` };
}

/** On the first start only. A load that was cut short goes on where it was. */
async function loadSamples(data: DataFolder, deployment: Deployment, say: (done: string) => void): Promise<void> {
  if (data.fixturesLoaded()) return say("sample sessions are there already");
  await nameOrganizations(deployment);
  await loadStory({
    url: deployment.origin,
    tokenFor: deployment.tokenFor,
    folder: data.folder("samples"),
    onProgress: ({ done, all }) => {
      if (done % 10 === 0 || done === all) say(`${done} of ${all} sample sessions loaded`);
    },
  });
  data.setFixturesLoaded();
}

async function clientGroup(api: Api, data: DataFolder): Promise<string> {
  for await (const { group, name } of api.items("GET /api/groups")) if (name === CLIENT) return group;
  throw new LocalError(
    "data/damaged",
    `${data.path} should hold the sample client ${CLIENT}, but it does not. Choose another folder with --data, or remove this one to start afresh.`,
  );
}
