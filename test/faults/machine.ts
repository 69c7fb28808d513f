import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { enrol } from "../../agent/enrol.ts";
import type { AgentState } from "../../agent/state.ts";
import type { Api } from "../../worker/local/api.ts";
import { Network } from "./proxy.ts";

const MAIN = join(import.meta.dirname, "../../agent/main.ts");
/** As if the disk were full: the same writes fail, until the limit is lifted. */
const SMALL_DISK = 'ulimit -S -f 1500; exec "$0" "$@"';

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

  /** @param smallDisk whether there is room for 1.5 MB in a file, until {@link makeRoom}. */
  start({ smallDisk = false } = {}): void {
    const agent = [process.execPath, MAIN, "run", "--no-open", "--shell", "bash", "--state", this.state.folder];
    const [program = "", ...args] = smallDisk ? ["bash", "-c", SMALL_DISK, ...agent] : agent;
    this.#child = spawn(program, args, { stdio: "ignore" });
  }

  /** Runs another program in the agent's place, with the folder of its state for its argument. */
  startAs(program: string): void {
    this.#child = spawn(process.execPath, [program, this.state.folder], { stdio: "ignore" });
  }

  makeRoom(): void {
    execFileSync("prlimit", ["--pid", String(this.#child?.pid), "--fsize=unlimited:unlimited"]);
  }

  /** Holds the agent's process, as a machine that sleeps does, or lets it go on. */
  hold(isHeld: boolean): void {
    this.#child?.kill(isHeld ? "SIGSTOP" : "SIGCONT");
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
