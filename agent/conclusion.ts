import { utf8 } from "../record/bytes.ts";
import { parseEntry } from "../record/entry.ts";
import type { Event } from "../record/wire.ts";
import { systemClock } from "./clock.ts";
import type { Journal, JournalledRequest, RunRequest } from "./journal.ts";
import { CommandOutput, type OutputSummary } from "./output.ts";
import type { Recorder } from "./recorder.ts";
import type { RequestDesk } from "./request.ts";
import type { OutputStream } from "./shell.ts";

type Kind = Parameters<RequestDesk["report"]>[0] | "chat";

export interface ConclusionOptions {
  journal: Journal;
  session: string;
  /** The agent itself as a participant. */
  agent: string;
  recorder: Recorder;
  /** Name of the session's shell. */
  shell(): Promise<string>;
  report(
    kind: Kind,
    fields: Record<string, unknown>,
    text: Record<string, string | undefined>,
    step?: Parameters<RequestDesk["report"]>[3],
  ): ReturnType<RequestDesk["report"]>;
  reportAtLast: RequestDesk["reportAtLast"];
}

/** Brings to its end in the record what was begun and can't go on. */
export class Conclusion {
  readonly #options: ConclusionOptions;

  constructor(options: ConclusionOptions) {
    this.#options = options;
  }

  async conclude({ steps, ...request }: JournalledRequest, why: string): Promise<void> {
    const { recorder, report, agent, shell } = this.#options;
    if (steps.finished !== undefined) return;
    if (steps.command !== undefined) {
      await this.#lost(request, await recorder.committed(steps.command));
    } else if (steps.answered !== undefined) {
      const answered = await recorder.committed(steps.answered);
      if (!this.#isApproval(answered)) return;
      // It was allowed, so the record says what became of it.
      const { by, command } = request;
      const fields = { by, shell: await shell().catch(() => "sh"), consent: "answered", answered };
      const reported = report("command", fields, { command }, { request, step: "command" });
      await this.#lost(request, await reported.committed);
      report("chat", { by: agent }, { message: `${why} before this command was started. It did not run.` });
    } else if (steps.asked !== undefined) {
      const asked = await recorder.committed(steps.asked);
      const word = `${why} before there was an answer.`;
      report("approval.answered", { asked, answer: "expired" }, { word }, { request, step: "answered" });
    }
  }

  async #lost(request: RunRequest, command: number): Promise<void> {
    const { journal, session, reportAtLast } = this.#options;
    const { raw } = sumUp(journal.outputs(session, command));
    const lost = { command, exit: null, end: "lost", duration: 0, cut: { stdout: 0, stderr: 0 } };
    await reportAtLast("finished", lost, { raw }, { request, step: "finished" }, undefined);
  }

  #isApproval(seq: number): boolean {
    const { journal, session } = this.#options;
    const line = journal.line(session, seq)?.line;
    const entry = line === undefined ? undefined : parseEntry(utf8(line));
    return entry?.kind === "approval.answered" && (entry.answer === "approved" || entry.answer === "standing");
  }
}

/** What is known of the output of a command whose end nobody saw: what was recorded of it. */
function sumUp(outputs: readonly Event[]): Pick<OutputSummary, "raw"> {
  const output = new CommandOutput(Number.MAX_SAFE_INTEGER, systemClock, false, () => true);
  for (const { fields, text } of outputs) {
    const { stream, newline } = fields as { stream: OutputStream; newline: boolean };
    output.push(stream, Buffer.from((text.output?.lines.join("\n") ?? "") + (newline ? "\n" : "")));
  }
  return output.end();
}
