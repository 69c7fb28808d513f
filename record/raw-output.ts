import { toHex } from "./bytes.ts";
import { RecordError } from "./error.ts";

/** Which line of a `finished` entry's text `raw` speaks of which stream. */
export const RAW_LINE = { stdout: 0, stderr: 1 } as const;

/** What a stream of a command really wrote, in the machine's own code page, cut bytes included. */
export interface RawStream {
  /** SHA-256 in lowercase hexadecimal. */
  sha256: string;
  bytes: number;
}

/** The text `raw` of a `finished` entry: a line `<sha256> <bytes>` for stdout, then one for stderr. */
export function encodeRaw(stdout: { sha256: Uint8Array; bytes: number }, stderr: { sha256: Uint8Array; bytes: number }): string {
  return [stdout, stderr].map(({ sha256, bytes }) => `${toHex(sha256)} ${bytes}`).join("\n");
}

/** @throws RecordError `text/malformed` unless it is one line of {@link encodeRaw}. */
export function parseRawLine(line: string): RawStream {
  const [, sha256, bytes] = /^([0-9a-f]{64}) (0|[1-9][0-9]{0,15})$/.exec(line) ?? [];
  if (sha256 === undefined || bytes === undefined || !Number.isSafeInteger(Number(bytes))) {
    throw new RecordError("text/malformed", "expected SHA-256 in hexadecimal, a space, and a number of bytes");
  }
  return { sha256, bytes: Number(bytes) };
}
