import type { WaitingSign } from "../record/wire.ts";
import type { Answer, Desk } from "./approval.ts";
import type { Clock } from "./clock.ts";
import { AgentError } from "./error.ts";
import { InputWatch } from "./input-watch.ts";
import type { RequestStep, RunRequest } from "./journal.ts";
import { CommandOutput, type Piece } from "./output.ts";
import type { Policy } from "./policy.ts";
import type { Standing } from "./policy-file.ts";
import type { Reported } from "./recorder.ts";
import type { CommandEnd, RunningCommand, Shell } from "./shell.ts";
import type { Gap } from "./watch.ts";

export interface RequestLimits {
  /** Milliseconds until a question lapses. */
  approvalTime: number;
  /** Milliseconds a command may run. */
  timeLimit: number;
  /** Bytes of output recorded of one command. */
  outputLimit: number;
  /** Milliseconds without output, from which on it is asked whether a command waits for input. */
  quietTime: number;
  /** False where time is virtual: nothing lapses, and only the clock says which output belongs together. */
  usesTimers: boolean;
}

/** What a request needs of its session. */
export interface RequestDesk {
  clock: Clock;
  desk: Desk;
  policy: Policy;
  limits: RequestLimits;
  shell(): Promise<Shell>;
  /** Whether an earlier command may have changed what commands mean; to be set when one does. */
  isShellChanged: boolean;
  /** Who stopped the session at the endpoint. */
  readonly stoppedBy: string | undefined;
  stop(by: string): void;
  /** Consent given beforehand to this command, in the machine's policy file. */
  standing(command: string): Standing | undefined;
  technician(by: string): string;
  /** The participant of this name, introduced first if need be. */
  person(name: string): string;
  /** The agent itself as a participant. */
  readonly agent: string;
  report(
    kind: "approval.asked" | "approval.answered" | "command" | "output" | "finished" | "gap",
    fields: Record<string, unknown>,
    text: Record<string, string | undefined>,
    step?: { request: RunRequest; step: RequestStep },
    seen?: Date,
  ): Reported;
  /** As `report`, but waits until the journal can be written again, and then says that it could not. */
  reportAtLast(
    kind: "finished",
    fields: Record<string, unknown>,
    text: Record<string, string | undefined>,
    step: { request: RunRequest; step: RequestStep },
    gap: Gap | undefined,
  ): Promise<Reported>;
  /** The running command waits for input, or does so no more: told to those who look on, and, when it begins to, to the readers. */
  waiting(request: string, sign: WaitingSign | undefined): void;
  /** Something that the readers should know, said by the agent. */
  remark(message: string): void;
}

type Consent = { consent: "read-only" } | { consent: "answered"; answered: number };
/** `by`: name of who answered, or, once it is looked up, the participant. */
interface Verdict {
  answer: Answer["answer"] | "expired" | "standing";
  by: string | undefined;
  word?: string | undefined;
  policy?: string | undefined;
}

/**
 * One request on its way: the policy, the person's answer if it takes one, the command, its output, its end. Each step is in the
 * record before the next one begins.
 */
export class RequestRun {
  readonly #request: RunRequest;
  readonly #session: RequestDesk;
  readonly #withdrawn = new AbortController();
  readonly #leaving = new AbortController();
  #isRunning = false;

  constructor(request: RunRequest, session: RequestDesk) {
    this.#request = request;
    this.#session = session;
  }

  /** Ends it wherever it is: unasked, waiting for an answer, or running. */
  withdraw(): void {
    this.#withdrawn.abort();
  }

  /** The agent stops: what runs is ended, a question is left without an answer. */
  shutDown(): void {
    this.#leaving.abort();
    if (this.#isRunning) this.withdraw();
  }

  /** @throws AgentError `session/ended` or `session/rejected` when a step could not be recorded; nothing runs then. */
  async run(): Promise<void> {
    if (this.#withdrawn.signal.aborted || this.#leaving.signal.aborted) return;
    const { command, by } = this.#request;
    const shell = await this.#shell();
    if (shell === undefined) return;
    const { policy, isShellChanged } = this.#session;
    const decision = policy.decide(command, shell.name, isShellChanged);
    const needsAnswer = !decision.readOnly || this.#session.stoppedBy !== undefined;
    const consent = needsAnswer ? await this.#ask(decision.changesShell) : ({ consent: "read-only" } as const);
    if (consent === undefined) return;
    const reported = this.#session.report(
      "command",
      { by, shell: shell.name, ...consent },
      { command, directory: shell.directory },
      this.#step("command"),
    );
    const seq = await reported.committed;
    if (decision.changesShell) this.#session.isShellChanged = true;
    await this.#execute(shell, seq);
  }

  /** Without a shell the request still gets its answer in the record. */
  async #shell(): Promise<Shell | undefined> {
    try {
      return await this.#session.shell();
    } catch (error) {
      if (!(error instanceof AgentError) || error.code !== "shell/unavailable") throw error;
      const word = "No shell could be started on this endpoint.";
      await this.#answered(await this.#asked(), { answer: "denied", by: this.#session.agent, word });
      return undefined;
    }
  }

  async #ask(changesShell: boolean): Promise<Consent | undefined> {
    const asked = await this.#asked();
    const verdict = await this.#verdict(changesShell);
    const by = verdict.by === undefined ? undefined : this.#session.person(verdict.by);
    const answered = await this.#answered(asked, { ...verdict, by });
    if (verdict.answer === "stopped" && verdict.by !== undefined) this.#session.stop(verdict.by);
    return verdict.answer === "approved" || verdict.answer === "standing" ? { consent: "answered", answered } : undefined;
  }

  #asked(): Promise<number> {
    const { by, command, reason } = this.#request;
    return this.#session.report("approval.asked", { by }, { command, reason }, this.#step("asked")).committed;
  }

  #answered(asked: number, { answer, by, word, policy }: Verdict): Promise<number> {
    const fields = { asked, by, answer, policy };
    return this.#session.report("approval.answered", fields, { word: word || undefined }, this.#step("answered")).committed;
  }

  async #verdict(changesShell: boolean): Promise<Verdict> {
    const { stoppedBy, clock, desk, limits } = this.#session;
    if (stoppedBy !== undefined) return { answer: "stopped", by: stoppedBy };
    const standing = this.#session.standing(this.#request.command);
    if (standing !== undefined) return { answer: "standing", by: undefined, word: standing.text, policy: standing.policy };
    const lapse = new AbortController();
    const signal = AbortSignal.any([lapse.signal, this.#withdrawn.signal, this.#leaving.signal]);
    const timer = limits.usesTimers ? setTimeout(() => lapse.abort(), limits.approvalTime) : undefined;
    const expires = limits.usesTimers ? new Date(clock.now().getTime() + limits.approvalTime) : undefined;
    const { by, command, reason } = this.#request;
    const lapsed = new Promise<Verdict>((resolve, reject) => {
      const onAbort = () => {
        if (this.#leaving.signal.aborted) reject(new AgentError("session/ended", "expected an answer, the agent was stopped"));
        // Stopping the session withdraws the question too.
        const stopper = this.#session.stoppedBy;
        if (stopper !== undefined) resolve({ answer: "stopped", by: stopper });
        else if (lapse.signal.aborted) resolve({ answer: "expired", by: undefined });
        else resolve({ answer: "expired", by: undefined, word: "Withdrawn by the technician." });
      };
      if (signal.aborted) onAbort();
      else signal.addEventListener("abort", onAbort, { once: true });
    });
    const question = { command, reason, technician: this.#session.technician(by), changesShell, expires };
    const answer = desk.ask(question, signal).catch((): Verdict | Promise<Verdict> => {
      if (signal.aborted) return lapsed;
      return { answer: "expired", by: undefined, word: "The person at the endpoint could not be asked." };
    });
    try {
      return await Promise.race([answer, lapsed]);
    } finally {
      clearTimeout(timer);
    }
  }

  async #execute(shell: Shell, command: number): Promise<void> {
    const { limits, clock } = this.#session;
    let unrecorded: Date | undefined;
    const record = ({ stream, text, newline, replaced, seen }: Piece) => {
      try {
        const fields = { command, stream, newline, replaced: replaced || undefined };
        this.#session.report("output", fields, { output: text }, undefined, seen);
        return true;
      } catch (error) {
        if (!(error instanceof AgentError)) throw error;
        // What can't be recorded must not go on.
        unrecorded ??= seen;
        this.#withdrawn.abort();
        return false;
      }
    };
    const output = new CommandOutput(limits.outputLimit, clock, limits.usesTimers, record, shell.encoding);
    if (this.#withdrawn.signal.aborted) {
      await this.#finish(command, output, { exit: null, end: "cancelled", duration: 0 }, () => undefined);
      return;
    }
    this.#isRunning = true;
    let watch: InputWatch | undefined;
    const running = shell.run(this.#request.command, {
      output: (stream, bytes) => {
        output.push(stream, bytes);
        watch?.output(bytes);
      },
    });
    // A replaying shell has told all of it by now.
    watch = limits.usesTimers ? this.#watchInput(running) : undefined;
    const onWithdrawn = () => running.cancel("cancelled");
    this.#withdrawn.signal.addEventListener("abort", onWithdrawn, { once: true });
    const timer = limits.usesTimers ? setTimeout(() => running.cancel("time-limit"), limits.timeLimit) : undefined;
    const result = await running.result;
    clearTimeout(timer);
    watch?.end();
    this.#withdrawn.signal.removeEventListener("abort", onWithdrawn);
    await this.#finish(command, output, result, () => unrecorded);
    if (result.remark !== undefined) this.#session.remark(result.remark);
  }

  #watchInput(running: RunningCommand): InputWatch {
    const { limits } = this.#session;
    const reading = () => running.reading?.() ?? "unknown";
    return new InputWatch(limits.quietTime, reading, (sign) => this.#session.waiting(this.#request.request, sign));
  }

  /** @param unrecorded since when output could not be journalled; known for sure only once all of it was tried. */
  async #finish(
    command: number,
    output: CommandOutput,
    { exit, end, duration }: { exit: number | null; end: CommandEnd; duration: number },
    unrecorded: () => Date | undefined,
  ): Promise<void> {
    const { cut, raw } = output.end();
    const from = unrecorded();
    const gap: Gap | undefined = from && { from, to: this.#session.clock.now(), cause: "journal-full" };
    await this.#session.reportAtLast("finished", { command, exit, end, duration, cut }, { raw }, this.#step("finished"), gap);
  }

  #step(step: RequestStep): { request: RunRequest; step: RequestStep } {
    return { request: this.#request, step };
  }
}
