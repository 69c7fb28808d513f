import type { ChildProcess } from "node:child_process";
import type { Readable } from "node:stream";
import type { ShellName } from "./shell.ts";

/** A started shell: its process, and the channel over which it takes lines and says how they ended, apart from its output. */
export interface ShellProcess {
  child: ChildProcess;
  stdout: Readable;
  stderr: Readable;
  /** What the shell says to us: marks whose payload is `<exit>:<directory>`. */
  status: Readable;
  /** Label of the console's code page, known at the latest once the shell is ready. */
  encoding(): string | undefined;
  /** Sends lines to the shell; a shell that is gone takes nothing and says nothing. */
  write(lines: string): void;
  /** Interrupts the running command, the shell stays; false when this shell can't do that. */
  interrupt(): boolean;
  /** Ends the shell and all that runs in it, at once. */
  kill(): void;
}

/** What one kind of shell needs to be told, in its own language. */
export interface ShellDriver {
  readonly name: ShellName;
  start(directory: string | undefined): ShellProcess;
  /** Makes the shell ready, then marks its streams with this nonce. */
  prelude(nonce: string): string;
  /** Runs the command, with `$?` being the last command's status and no input, then marks the streams. */
  command(text: string, nonce: string, lastExit: number): string;
  /** Marks the streams; asked for when an interrupted shell may have thrown the marks away. */
  marks(nonce: string): string;
}
