import type { CommandResult, OutputStream, RunningCommand, Shell } from "../../agent/shell.ts";

export interface Ran extends CommandResult {
  stdout: string;
  stderr: string;
  /** Streams in the order in which they spoke. */
  order: OutputStream[];
  bytes: Buffer;
}

/** Runs a command to its end; `onText` sees stdout as it grows. */
export async function runCommand(
  shell: Shell,
  command: string,
  onText?: (stdout: string, running: () => RunningCommand) => void,
): Promise<Ran> {
  const chunks: { stream: OutputStream; bytes: Uint8Array }[] = [];
  const textOf = (stream: OutputStream) =>
    Buffer.concat(chunks.filter((chunk) => chunk.stream === stream).map((chunk) => chunk.bytes)).toString();
  const running: RunningCommand = shell.run(command, {
    output(stream, bytes) {
      chunks.push({ stream, bytes: Buffer.from(bytes) });
      onText?.(textOf("stdout"), () => running);
    },
  });
  const result = await running.result;
  return {
    ...result,
    stdout: textOf("stdout"),
    stderr: textOf("stderr"),
    order: chunks.map((chunk) => chunk.stream),
    bytes: Buffer.concat(chunks.filter((chunk) => chunk.stream === "stdout").map((chunk) => chunk.bytes)),
  };
}
