import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { blockedReading, type Reading, ticksNow } from "./blocked-reader.ts";
import { systemClock } from "./clock.ts";
import { AgentError } from "./error.ts";
import type { CommandEnd, CommandHandlers, CommandResult, OutputStream, RunningCommand, Shell, ShellName } from "./shell.ts";
import type { ShellDriver, ShellProcess } from "./shell-driver.ts";
import { MarkFinder } from "./shell-marks.ts";

/** Milliseconds until a shell must be ready, until a silent interrupted one is asked again, until it is killed, until its pipes close. */
export interface ShellTimes {
  ready: number;
  askAgain: number;
  kill: number;
  drain: number;
}
const TIMES: ShellTimes = { ready: 20_000, askAgain: 100, kill: 3_000, drain: 300 };

const CHANNELS = ["stdout", "stderr", "status"] as const;
type Channel = (typeof CHANNELS)[number];

/** What the shell is busy with: making ready, or one command. Over when each channel has the mark that was asked for last. */
interface Task {
  nonce: string;
  marked: Set<Channel>;
  handlers: CommandHandlers | undefined;
  started: number;
  ending: Exclude<CommandEnd, "exited" | "lost"> | undefined;
  timers: NodeJS.Timeout[];
  finish(result: Omit<CommandResult, "duration">): void;
}

/**
 * A shell process that lives as long as the session. When a command takes the process with it, the next one gets a fresh shell in
 * the same directory.
 */
export class ProcessShell implements Shell {
  readonly #driver: ShellDriver;
  readonly #times: ShellTimes;
  #process: ShellProcess | undefined;
  #finders: Record<Channel, MarkFinder> | undefined;
  /** Making ready; commands may already be queued behind it. */
  #starting: Task | undefined;
  #running: Task | undefined;
  #directory: string | undefined;
  #lastExit = 0;
  #closed = false;
  /** Read after a command was over, together with its mark: belongs to the next one. */
  #early: { channel: OutputStream; bytes: Uint8Array }[] = [];
  /** Owed to the next command's readers. */
  #remark: string | undefined;

  private constructor(driver: ShellDriver, times: ShellTimes, directory: string | undefined) {
    this.#driver = driver;
    this.#times = times;
    this.#directory = directory;
  }

  /** @throws AgentError `shell/unavailable` when it can't be started. */
  static async open(driver: ShellDriver, directory?: string, times: Partial<ShellTimes> = {}): Promise<ProcessShell> {
    const shell = new ProcessShell(driver, { ...TIMES, ...times }, directory);
    const ready = await new Promise<boolean>((resolve) => {
      shell.#start((result) => resolve(result.end === "exited"));
    });
    if (ready) return shell;
    await shell.close();
    throw new AgentError("shell/unavailable", `expected ${driver.name} to start on this computer, it did not`);
  }

  get name(): ShellName {
    return this.#driver.name;
  }

  get encoding(): string | undefined {
    return this.#process?.encoding();
  }

  get directory(): string | undefined {
    return this.#directory;
  }

  run(command: string, handlers: CommandHandlers): RunningCommand {
    if (this.#running !== undefined) throw new AgentError("shell/busy", "expected the command before to be over, it still runs");
    const { promise: result, resolve } = Promise.withResolvers<CommandResult>();
    const started = systemClock.monotonic();
    const finish = (end: Omit<CommandResult, "duration">) => {
      this.#running = undefined;
      const remark = [this.#remark, end.remark].filter((part) => part !== undefined).join(" ");
      this.#remark = undefined;
      resolve({ ...end, remark: remark || undefined, duration: Math.max(0, Math.round(systemClock.monotonic() - started)) });
    };
    if (this.#closed || command.includes("\0")) {
      queueMicrotask(() =>
        finish({ exit: null, end: "lost", remark: this.#closed ? "The shell was closed." : "A command cannot hold a NUL." }),
      );
      return { result, cancel: () => {} };
    }
    if (this.#process === undefined) this.#start(() => {});
    const task = newTask(handlers, finish);
    this.#running = task;
    this.#expect(task.nonce);
    for (const { channel, bytes } of this.#early.splice(0)) handlers.output(channel, bytes);
    this.#flow(true);
    // Before it is asked: what it starts may be there sooner than the next line here runs.
    const since = ticksNow();
    this.#process?.write(this.#driver.command(command, task.nonce, this.#lastExit));
    const reading = (): Reading => {
      const pid = this.#process?.child.pid;
      return pid === undefined || since === undefined ? "unknown" : blockedReading(pid, since);
    };
    return { result, cancel: (end) => this.#cancel(task, end), reading };
  }

  async close(): Promise<void> {
    this.#closed = true;
    const process = this.#process;
    if (process === undefined) return;
    const gone = new Promise<void>((resolve) => {
      if (process.child.exitCode !== null || process.child.signalCode !== null || process.child.pid === undefined) resolve();
      else process.child.once("exit", () => resolve());
    });
    process.kill();
    await gone;
  }

  #start(ready: (result: Omit<CommandResult, "duration">) => void): void {
    const directory = this.#directory !== undefined && existsSync(this.#directory) ? this.#directory : undefined;
    const process = this.#driver.start(directory);
    this.#process = process;
    this.#lastExit = 0;
    const task = newTask(undefined, (result) => {
      this.#starting = undefined;
      ready(result);
    });
    this.#starting = task;
    const finder = (channel: Channel) =>
      new MarkFinder(
        (bytes) => this.#bytes(channel, bytes),
        (nonce, payload) => this.#mark(channel, nonce, payload),
      );
    const finders = { stdout: finder("stdout"), stderr: finder("stderr"), status: finder("status") };
    this.#finders = finders;
    for (const channel of CHANNELS) {
      process[channel].on("data", (bytes: Buffer) => finders[channel].push(bytes));
      process[channel].on("error", () => {});
    }
    task.timers.push(setTimeout(() => process.kill(), this.#times.ready));
    let gone = false;
    const onGone = (exit: number | null) => {
      if (gone) return;
      gone = true;
      const isIdle = this.#running === undefined && this.#starting === undefined;
      if (isIdle) this.#lost(process, exit);
      this.#drain(process, () => {
        for (const channel of CHANNELS) finders[channel].end();
        this.#lost(process, exit);
      });
    };
    process.child.once("error", () => onGone(null));
    process.child.once("exit", (code) => onGone(code));
    this.#expect(task.nonce);
    process.write(this.#driver.prelude(task.nonce));
  }

  #expect(nonce: string): void {
    if (this.#finders !== undefined) for (const channel of CHANNELS) this.#finders[channel].expect(nonce);
  }

  /** Between commands nothing is read: what background jobs write waits in the pipe for the next command, and is not lost. */
  #flow(on: boolean): void {
    for (const stream of [this.#process?.stdout, this.#process?.stderr]) {
      if (on) stream?.resume();
      else stream?.pause();
    }
  }

  #bytes(channel: Channel, bytes: Uint8Array): void {
    // What comes on the status channel beside marks is noise.
    if (channel === "status") return;
    // What a shell says while it makes ready is about the missing terminal.
    if (this.#starting !== undefined && !this.#starting.marked.has(channel)) return;
    if (this.#running !== undefined) this.#running.handlers?.output(channel, bytes);
    else this.#early.push({ channel, bytes });
  }

  #mark(channel: Channel, nonce: string, payload: string): void {
    const task = [this.#starting, this.#running].find((one) => one?.nonce === nonce);
    if (task === undefined) return;
    if (channel === "status") {
      const [, exit, directory] = /^(-?\d+):(.*)$/s.exec(payload) ?? [];
      this.#lastExit = exit === undefined ? 0 : Number(exit);
      if (directory) this.#directory = directory;
    }
    task.marked.add(channel);
    if (task.marked.size < CHANNELS.length) return;
    clear(task);
    const isCommand = task === this.#running;
    if (isCommand) this.#flow(false);
    task.finish(task.ending ? { exit: null, end: task.ending } : { exit: this.#lastExit, end: "exited" });
  }

  #cancel(task: Task, end: Exclude<CommandEnd, "exited" | "lost">): void {
    if (task !== this.#running || task.ending !== undefined) return;
    task.ending = end;
    const process = this.#process;
    if (!process?.interrupt()) {
      process?.kill();
      return;
    }
    task.timers.push(setTimeout(() => process.kill(), this.#times.kill));
    this.#askAgain(process, task);
  }

  /**
   * Some shells throw away what they had read ahead when they are interrupted, our marks with it: so they are asked for again. And
   * a loop goes on when the interrupt found the shell between two of its commands: so it is repeated. Each time with a new nonce,
   * so that older marks, should they come after all, are not taken for output.
   */
  #askAgain(process: ShellProcess, task: Task): void {
    const ask = () => {
      task.nonce = newNonce();
      task.marked.clear();
      this.#expect(task.nonce);
      process.write(this.#driver.marks(task.nonce));
      task.timers.push(setTimeout(interrupt, 4 * this.#times.askAgain));
    };
    const interrupt = () => {
      process.interrupt();
      task.timers.push(setTimeout(ask, this.#times.askAgain));
    };
    task.timers.push(setTimeout(ask, this.#times.askAgain));
  }

  /** The process is gone; processes that it left behind may hold its pipes open for good. */
  #drain(process: ShellProcess, then: () => void): void {
    const open = CHANNELS.filter((channel) => !process[channel].closed);
    let left = open.length;
    if (left === 0) {
      then();
      return;
    }
    const over = () => {
      clearTimeout(timer);
      then();
    };
    const timer = setTimeout(() => {
      for (const channel of open) {
        process[channel].removeAllListeners("close");
        process[channel].destroy();
      }
      over();
    }, this.#times.drain);
    for (const channel of open) {
      process[channel].resume();
      process[channel].once("close", () => {
        left--;
        if (left === 0) over();
      });
    }
  }

  #lost(process: ShellProcess, exit: number | null): void {
    if (process !== this.#process) return;
    const starting = this.#starting;
    this.#process = undefined;
    this.#finders = undefined;
    this.#lastExit = 0;
    if (starting !== undefined) {
      clear(starting);
      starting.finish({ exit: null, end: "lost" });
    }
    const task = this.#running;
    if (task === undefined) {
      this.#remark = "The shell ended before this command, which runs in a fresh one: variables and functions of before are gone.";
      return;
    }
    clear(task);
    if (starting !== undefined) task.finish({ exit: null, end: "lost", remark: "The shell could not be started." });
    else if (task.ending !== undefined) task.finish({ exit: null, end: task.ending, remark: FRESH });
    else if (exit !== null) task.finish({ exit, end: "exited", remark: FRESH });
    else task.finish({ exit: null, end: "lost", remark: FRESH });
  }
}

const FRESH =
  "The shell ended with this command. The next command starts in a fresh shell: variables and functions of before are gone.";

function newNonce(): string {
  return randomBytes(16).toString("hex");
}

function newTask(handlers: CommandHandlers | undefined, finish: Task["finish"]): Task {
  return {
    nonce: newNonce(),
    marked: new Set(),
    handlers,
    started: systemClock.monotonic(),
    ending: undefined,
    timers: [],
    finish,
  };
}

function clear(task: Task): void {
  for (const timer of task.timers) clearTimeout(timer);
}
