import { userInfo } from "node:os";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { encodeVerifierKey } from "../record/key.ts";
import { type AgentEvent, createAgent } from "./agent.ts";
import type { Approver } from "./approval.ts";
import { ApprovalPage } from "./approval-page.ts";
import { TerminalApprover } from "./approval-terminal.ts";
import { openBrowser } from "./browser.ts";
import { programName, version } from "./bundled-file.ts";
import { systemClock } from "./clock.ts";
import { collectLocalContext } from "./context-local.ts";
import { enrol } from "./enrol.ts";
import { AgentError } from "./error.ts";
import { Journal } from "./journal.ts";
import { leaveServer } from "./leave.ts";
import { defaultPolicy } from "./policy-default.ts";
import { PolicyFile } from "./policy-file.ts";
import { serviceCommand } from "./service/command.ts";
import { localShell } from "./shell-local.ts";
import { type AgentState, defaultStateFolder, eraseState, readState, witnessKey } from "./state.ts";
import { watchClocks } from "./watch.ts";

/** Exit statuses. */
const DONE = 0;
const FAILED = 1;
const MISUSED = 2;
const REMOVED = 3;

/** Milliseconds that leaving by force waits for the server. */
const IMPATIENCE = 5_000;

const PROGRAM = programName();

const HELP = `The endpoint program of Caisey Handoff, version ${version()}.

  ${PROGRAM} enroll --url U --code C [--name N] [--state DIR]
      Makes a key and enrols this computer with the code that the console shows.

  ${PROGRAM} run [--state DIR] [--shell NAME] [--policy FILE] [--tty | --no-open]
      Connects and takes part in sessions. Commands that only read run at once; every other one is asked for, on a page
      of this computer that opens in the browser, or in this terminal with --tty.

  ${PROGRAM} service install [--user | --system] [--confined] [--state DIR] [--policy FILE] [--shell NAME]
  ${PROGRAM} service print [--kind systemd|launchd|windows] [as above]
  ${PROGRAM} service uninstall [--user | --system]
      Has the system run the agent: for you while you are signed in, or for the machine from its start, where a policy
      file must say what may run, as no person sees the page. With --confined, which takes systemd, the system itself
      keeps commands from changing anything. On Windows it becomes a scheduled task.

  ${PROGRAM} status [--state DIR]
      Says how this computer is enrolled and what waits to be sent.

  ${PROGRAM} leave [--state DIR] [--force]
      Tells the server that this computer leaves, and once it took note, forgets the key and all else that is kept here.
      What was recorded stays with the server. With --force the key is forgotten whatever the server says.

  --state DIR   folder of the key and the journal; ${defaultStateFolder()} unless given
  --policy FILE what this computer's owner decided beforehand: standing consent, or to be asked about everything
  --shell NAME  bash, sh, zsh, powershell, pwsh, or a path; the usual one of this computer unless given

  --version     says which version this is

Exit status: 0 done, 1 failed, 2 wrong arguments, 3 the enrolment was ended by the server.
`;

const OPTIONS = {
  url: { type: "string" },
  code: { type: "string" },
  name: { type: "string" },
  state: { type: "string" },
  shell: { type: "string" },
  policy: { type: "string" },
  tty: { type: "boolean" },
  "no-open": { type: "boolean" },
  force: { type: "boolean" },
  service: { type: "boolean" },
  system: { type: "boolean" },
  user: { type: "boolean" },
  confined: { type: "boolean" },
  kind: { type: "string" },
  help: { type: "boolean", short: "h" },
  version: { type: "boolean" },
} as const;
type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS; allowPositionals: true }>>["values"];

/** Which options each command takes, besides --state and --help. */
interface Command {
  takes: (keyof typeof OPTIONS)[];
  /** Whether a word follows that says what to do. */
  hasAct?: boolean;
  run(values: Values, folder: string, act: string | undefined): Promise<number>;
}
const COMMANDS: Record<string, Command> = {
  enroll: { takes: ["url", "code", "name"], run: enroll },
  run: { takes: ["shell", "policy", "tty", "no-open", "service"], run },
  service: { takes: ["shell", "policy", "system", "user", "confined", "kind"], hasAct: true, run: service },
  status: { takes: [], run: status },
  leave: { takes: ["force"], run: leave },
};

/** Runs one command of the agent's command line and gives its exit status. */
export async function main(args: string[]): Promise<number> {
  try {
    const { values, positionals } = parse(args);
    const [name, ...rest] = positionals;
    if (values.help || name === "help") {
      process.stdout.write(HELP);
      return DONE;
    }
    if (values.version) {
      say(`${version()} (Node ${process.versions.node}, ${process.platform} ${process.arch})`);
      return DONE;
    }
    const command = name !== undefined && Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
    if (command === undefined || rest.length > (command.hasAct ? 1 : 0)) {
      throw new AgentError("arguments/invalid", `expected one of ${Object.keys(COMMANDS).join(", ")}; --help says more`);
    }
    const strange = Object.keys(values).find((option) => option !== "state" && !command.takes.some((known) => known === option));
    if (strange !== undefined) throw new AgentError("arguments/invalid", `expected no --${strange} with ${name}`);
    return await command.run(values, resolve(values.state ?? defaultStateFolder()), rest[0]);
  } catch (error) {
    if (!(error instanceof AgentError)) throw error;
    process.stderr.write(`${error.code}: ${error.message}\n`);
    return error.code === "arguments/invalid" ? MISUSED : FAILED;
  }
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, options: OPTIONS, allowPositionals: true, strict: true });
  } catch (error) {
    throw new AgentError("arguments/invalid", error instanceof Error ? error.message : "expected other arguments");
  }
}

async function enroll({ url, code, name }: Values, folder: string): Promise<number> {
  if (url === undefined || code === undefined) throw new AgentError("arguments/invalid", "expected --url and --code");
  const state = await enrol({ server: url, code, name, folder });
  say(`Enrolled as ${state.name} for ${state.client}, looked after by ${state.organization}.`);
  say(`Endpoint: ${state.endpoint}`);
  say(`Key: ${encodeVerifierKey(witnessKey(state))}`);
  say(`State: ${folder}`);
  return DONE;
}

async function run({ shell, policy, tty, "no-open": noOpen, service: isService }: Values, folder: string): Promise<number> {
  const state = readState(folder);
  const makeShell = localShell(shell);
  const policyFile = policy === undefined ? undefined : new PolicyFile(resolve(policy));
  const { approver, close } = await openApprover(state, tty === true, noOpen !== true);
  const over = Promise.withResolvers<number>();
  const agent = createAgent({
    state,
    policy: await defaultPolicy(),
    ...(policyFile === undefined ? {} : { policyFile }),
    surroundings: () => ({
      clock: systemClock,
      approver,
      makeShell,
      collectContext: collectLocalContext,
      watch: watchClocks(systemClock),
    }),
    onEvent: (event) => {
      const line = described(event, state);
      if (line !== undefined) say(line);
      if (event.type === "removed") over.resolve(isService ? DONE : REMOVED);
    },
  });
  const onSignal = () => over.resolve(DONE);
  process.once("SIGINT", onSignal);
  process.once("SIGTERM", onSignal);
  try {
    agent.start();
    return await over.promise;
  } finally {
    process.off("SIGINT", onSignal);
    process.off("SIGTERM", onSignal);
    await agent.stop();
    await close();
  }
}

async function openApprover(
  state: AgentState,
  tty: boolean,
  opens: boolean,
): Promise<{ approver: Approver; close(): Promise<void> }> {
  const person = userInfo().username;
  if (tty) {
    if (!process.stdin.isTTY) throw new AgentError("approval/no-terminal", "expected a terminal to ask in, standard input is none");
    const terminal = new TerminalApprover(process.stdin, process.stdout, person);
    return { approver: terminal, close: async () => terminal.close() };
  }
  const show = (url: string) => {
    say(`Answer here, on this computer: ${url}`);
    if (opens) openBrowser(url);
  };
  const page = await ApprovalPage.open({ computer: state.name, organization: state.organization, person, onWanted: show });
  show(page.url());
  return { approver: page, close: () => page.close() };
}

async function service({ shell, policy, system, user, confined, kind }: Values, state: string, act: string | undefined) {
  const file = policy === undefined ? undefined : resolve(policy);
  const options = { state, shell, policy: file, kind, system: system === true, user: user === true, confined: confined === true };
  await serviceCommand(act, options, say);
  return DONE;
}

async function status(_: Values, folder: string): Promise<number> {
  const state = readState(folder);
  say(`Enrolled as ${state.name} (${state.endpoint}) for ${state.client}, looked after by ${state.organization}.`);
  say(`Server: ${state.server}`);
  say(`Key: ${encodeVerifierKey(witnessKey(state))}`);
  say(`State: ${folder}`);
  try {
    const journal = Journal.open(folder);
    const { sessions, waiting } = journal.counts();
    journal.close();
    say(`Agent: not running; ${sessions} open sessions, ${waiting} entries not yet acknowledged`);
  } catch (error) {
    if (!(error instanceof AgentError) || error.code !== "state/in-use") throw error;
    say("Agent: running");
  }
  return DONE;
}

async function leave({ force }: Values, folder: string): Promise<number> {
  const state = readState(folder);
  const waiting = countWaiting(folder, force === true);
  if (waiting > 0 && !force) {
    const expected = `expected nothing to wait for the server, ${waiting} entries do: run the agent once more, or give --force to lose them`;
    throw new AgentError("state/in-use", expected);
  }
  const isTold = await leaveServer(state, force ? IMPATIENCE : undefined).then(
    () => true,
    (error: unknown) => {
      if (!force || !(error instanceof AgentError)) throw error;
      say(`${error.code}: ${error.message}`);
      return false;
    },
  );
  eraseState(state);
  say(
    isTold
      ? `Left. ${state.organization} was told; what was recorded stays with it.`
      : `Left. ${state.organization} was not told, and sees this computer in its list until somebody removes it there.`,
  );
  return DONE;
}

/** A journal that can't be read is no reason to stay, for who insists. */
function countWaiting(folder: string, force: boolean): number {
  try {
    const journal = Journal.open(folder);
    const { waiting } = journal.counts();
    journal.close();
    return waiting;
  } catch (error) {
    if (force && error instanceof AgentError && error.code === "journal/unusable") return 0;
    throw error;
  }
}

/** Lines for a log: what happened to the agent, and nothing of what was recorded. */
function described(event: AgentEvent, state: AgentState): string | undefined {
  const of = "session" in event && event.session !== undefined ? ` to session ${event.session}` : "";
  switch (event.type) {
    case "connecting":
      return undefined;
    case "connected":
      return of === "" ? `Connected to ${state.server} as ${state.name}.` : `Connected${of}.`;
    case "disconnected": {
      const again = event.retryIn === undefined ? "" : ` Trying again in ${Math.ceil(event.retryIn / 1000)} s.`;
      return `No connection${of}: ${event.reason}.${again}`;
    }
    case "session-opened":
      return `Session ${event.session} was opened.`;
    case "session-ended":
      return `Session ${event.session} is over: ${event.reason}.`;
    case "cosigned":
      return `The record of session ${event.session} was cosigned: ${event.size} entries.`;
    case "disagreed":
      if (event.reason === "log-shorter")
        return `The server has taken back sessions that this computer had vouched for. Session ${event.session} is not recorded and was not cosigned.`;
      return `The server's record of session ${event.session} differs at entry ${event.seq} (${event.reason}). It was not cosigned.`;
    case "removed":
      return "The server has ended this computer's enrolment.";
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
