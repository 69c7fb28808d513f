import type { Entry, EntryOf } from "../record/entry.ts";
import type { Reading } from "./blocked-reader.ts";

export type ShellName = EntryOf<"command">["shell"];
export type OutputStream = EntryOf<"output">["stream"];
/** How a command came to its end, as `finished` has it. */
export type CommandEnd = Extract<Entry, { kind: "finished" }>["end"];

export interface CommandResult {
  /** Null when there is none: the command was ended, or the shell went away under it. */
  exit: number | null;
  end: CommandEnd;
  /** Whole milliseconds by a clock that doesn't jump. */
  duration: number;
  /** What the readers of the record should know besides, in a sentence: for example that a fresh shell was started. */
  remark?: string | undefined;
}

export interface CommandHandlers {
  /** Raw bytes as they come, in the order in which the shell's streams were read. All of them are told before `result` settles. */
  output(stream: OutputStream, bytes: Uint8Array): void;
}

export interface RunningCommand {
  /** Settles once, after the last output was told; never rejects. */
  readonly result: Promise<CommandResult>;
  /** Ends the command as if it had been interrupted, harder if need be; `result` settles with that end unless it was over before. */
  cancel(end: "cancelled" | "time-limit"): void;
  /** What the system says of it while it is silent; missing where nothing really runs. */
  reading?(): Reading;
}

/**
 * One shell for a whole session: directory, variables and functions last from command to command. A replaying shell can stand in
 * its place.
 */
export interface Shell {
  readonly name: ShellName;
  /** Where the next command starts; undefined when it isn't known. */
  readonly directory: string | undefined;
  /** Label of the console's own code page; missing where it is UTF-8. */
  readonly encoding?: string | undefined;
  /**
   * Starts a command. One at a time.
   * @throws AgentError `shell/busy` while another one runs.
   */
  run(command: string, handlers: CommandHandlers): RunningCommand;
  /** Ends the shell and whatever still runs in it. */
  close(): Promise<void>;
}

/** @throws AgentError `shell/unavailable` when it can't be started. */
export type MakeShell = () => Promise<Shell>;
