import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { enrol } from "../../agent/enrol.ts";
import type { AgentState } from "../../agent/state.ts";
import type { Api } from "../../worker/local/api.ts";
import { Network } from "./proxy.ts";

const MAIN = join(import.meta.dirname, "../../agent/main.ts");

/** A machine with the real agent, in a process of its own, on a network of its own. */
export class FaultyMachine {
  readonly network: Network;
  readonly state: AgentState;
  #child: ChildProcess | undefined;

  private constructor(network: Network, state: AgentState) {
    this.network = network;
    this.state = state;
  }

  static async enrol(api: Api, group: string, name: string, folder: string, port: number): Promise<FaultyMachine> {
    const network = await Network.open(port);
    const { code } = await api.post<{ code: string }>(`groups/${group}/enrolment-codes`);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return new FaultyMachine(network, await enrol({ server: network.origin, code, name, folder }));
  }

  start(): void {
    const args = [MAIN, "run", "--no-open", "--shell", "bash", "--state", this.state.folder];
    this.#child = spawn(process.execPath, args, { stdio: "ignore" });
  }

  async kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null) return;
    const exited = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await exited;
  }

  async close(): Promise<void> {
    await this.kill();
    await this.network.close();
  }
}
