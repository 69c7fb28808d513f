import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Agent, type AgentEvent, type AgentOptions, createAgent } from "../../agent/agent.ts";
import type { Answer, Approver, Desk, PersonActs, Question, Shown } from "../../agent/approval.ts";
import { systemClock } from "../../agent/clock.ts";
import type { Policy } from "../../agent/policy.ts";
import { posixDriver } from "../../agent/shell-posix.ts";
import { ProcessShell } from "../../agent/shell-process.ts";
import type { AgentState } from "../../agent/state.ts";
import type { Surroundings } from "../../agent/surroundings.ts";
import { ENDPOINT, ORGANIZATION_KEY } from "./fake-server.ts";

/** Somebody at the endpoint whose answers a test gives. */
export class TestDesk implements Approver {
  readonly questions: Question[] = [];
  readonly shown: Shown[] = [];
  acts: PersonActs | undefined;
  /** What is answered; never, when it never settles. */
  answer: (question: Question) => Promise<Answer> | Answer = () => ({ answer: "approved", by: "Pat Person" });
  isClosed = false;

  open(_: unknown, acts: PersonActs): Desk {
    this.acts = acts;
    return {
      ask: async (question) => {
        this.questions.push(question);
        return this.answer(question);
      },
      show: (event) => void this.shown.push(event),
      close: () => {
        this.isClosed = true;
      },
    };
  }
}

/** Says of commands that start with `read` or `echo` that they only read. */
export const testPolicy: Policy = {
  decide: (command) => ({ readOnly: /^(read|echo)/.test(command), changesShell: command.startsWith("alias"), why: "test" }),
};

export function makeState(): AgentState {
  return {
    folder: mkdtempSync(join(tmpdir(), "caisey-agent-")),
    server: "http://127.0.0.1:1",
    endpoint: ENDPOINT,
    ref: "endpoint-ref",
    keyName: `${ORGANIZATION_KEY}/${ENDPOINT}`,
    seed: new Uint8Array(randomBytes(32)),
    name: "ACME-WS014",
    organization: "Northwind IT",
    client: "Acme Accounting",
  };
}

export function removeState(state: AgentState): void {
  rmSync(state.folder, { recursive: true, force: true });
}

export interface TestAgent {
  agent: Agent;
  desk: TestDesk;
  events: AgentEvent[];
}

export function startAgent(state: AgentState, options: Partial<AgentOptions> & { part?: Partial<Surroundings> } = {}): TestAgent {
  const desk = new TestDesk();
  const events: AgentEvent[] = [];
  const { part, ...rest } = options;
  const agent = createAgent({
    state,
    policy: testPolicy,
    surroundings: () => ({
      clock: systemClock,
      approver: desk,
      makeShell: () => ProcessShell.open(posixDriver("bash", "/bin/bash"), state.folder),
      async *collectContext() {
        yield { part: "os", status: "ok", columns: ["name", "version"], rows: [["Debian\tGNU", "12\n"]] };
        yield { part: "updates", status: "failed", reason: "no package manager" };
      },
      ...part,
    }),
    times: { firstRetry: 5, mostRetry: 50 },
    onEvent: (event) => events.push(event),
    ...rest,
  });
  agent.start();
  return { agent, desk, events };
}
