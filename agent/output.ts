import type { StreamHash } from "../record/hash.ts";
import { encodeRaw } from "../record/raw-output.ts";
import type { Clock } from "./clock.ts";
import { outputDecoder, type StreamDecoder } from "./decode.ts";
import { nodeHashes } from "./node-hashes.ts";
import type { OutputStream } from "./shell.ts";

/** Longest piece, in UTF-16 code units: at most three bytes of UTF-8 or six of JSON each, so that it stays under the wire's limits. */
const PIECE = 64 * 1024;
/** Milliseconds that output may wait to be joined by more. */
const WAIT = 100;

export interface Piece {
  stream: OutputStream;
  text: string;
  /** Whether a newline followed; it is not in `text`. */
  newline: boolean;
  replaced: number;
  /** When its first bytes came. */
  seen: Date;
}

export interface OutputSummary {
  cut: Record<OutputStream, number>;
  /** Hash and length of all raw bytes of stdout and of stderr, as `finished` has them. */
  raw: string;
}

interface Stream {
  decoder: StreamDecoder;
  hash: StreamHash;
  bytes: number;
  cut: number;
  isCut: boolean;
}

/**
 * Makes pieces of text out of a command's raw output: whole lines where possible, in the order in which the streams spoke, up to a
 * limit. What is beyond the limit is counted and hashed.
 */
export class CommandOutput {
  readonly #limit: number;
  readonly #clock: Clock;
  readonly #usesTimers: boolean;
  readonly #record: (piece: Piece) => boolean;
  readonly #streams: Record<OutputStream, Stream>;
  #recorded = 0;
  #held: { stream: OutputStream; text: string; replaced: number; raw: number; seen: Date } | undefined;
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param limit raw bytes to be recorded of both streams together; a tenth of it is kept for stderr.
   * @param usesTimers false where time is virtual: then only its clock says what belongs together.
   * @param record takes a piece, and says whether it could; if not, this piece and all that comes after count as cut.
   * @param encoding of the console, for what is not UTF-8.
   */
  constructor(limit: number, clock: Clock, usesTimers: boolean, record: (piece: Piece) => boolean, encoding?: string) {
    this.#streams = { stdout: newStream(encoding), stderr: newStream(encoding) };
    this.#limit = limit;
    this.#clock = clock;
    this.#usesTimers = usesTimers;
    this.#record = record;
  }

  push(name: OutputStream, bytes: Uint8Array): void {
    const stream = this.#streams[name];
    stream.hash.update(bytes);
    stream.bytes += bytes.length;
    if (stream.isCut) {
      stream.cut += bytes.length;
      return;
    }
    const reserve = name === "stdout" ? Math.floor(this.#limit / 10) : 0;
    const room = Math.max(0, this.#limit - reserve - this.#recorded);
    const kept = bytes.length <= room ? bytes : bytes.subarray(0, characterStart(bytes, room));
    this.#recorded += kept.length;
    stream.cut += bytes.length - kept.length;
    this.#hold(name, stream.decoder.push(kept), kept.length);
    if (kept.length < bytes.length) {
      stream.isCut = true;
      this.#hold(name, stream.decoder.end(), 0);
    }
  }

  /** Records what is left and sums up. */
  end(): OutputSummary {
    for (const name of ["stdout", "stderr"] as const) {
      if (!this.#streams[name].isCut) this.#hold(name, this.#streams[name].decoder.end(), 0);
    }
    this.#flush(true);
    const { stdout, stderr } = this.#streams;
    return {
      cut: { stdout: stdout.cut, stderr: stderr.cut },
      raw: encodeRaw(rawOf(stdout), rawOf(stderr)),
    };
  }

  #hold(stream: OutputStream, { text, replaced }: { text: string; replaced: number }, raw: number): void {
    if (text === "" && raw === 0) return;
    const seen = this.#clock.now();
    if (this.#held !== undefined && (this.#held.stream !== stream || seen.getTime() - this.#held.seen.getTime() >= WAIT))
      this.#flush(true);
    const held = this.#held ?? { stream, text: "", replaced: 0, raw: 0, seen };
    this.#held = { ...held, text: held.text + text, replaced: held.replaced + replaced, raw: held.raw + raw };
    while (this.#held !== undefined && this.#held.text.length > PIECE) this.#flush(false);
    if (this.#held !== undefined && this.#usesTimers) this.#timer ??= setTimeout(() => this.#waited(), WAIT);
  }

  /** Whole lines go; a line that is not whole waits once more. */
  #waited(): void {
    this.#timer = undefined;
    if (this.#held === undefined) return;
    this.#flush(!this.#held.text.includes("\n"));
    if (this.#held !== undefined) this.#timer = setTimeout(() => this.#waited(), WAIT);
  }

  /** Records whole lines, or all that is held. */
  #flush(all: boolean): void {
    const held = this.#held;
    if (held === undefined) return;
    if (all) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
    }
    const end = all && held.text.length <= PIECE ? held.text.length : pieceEnd(held.text);
    const isWhole = end === held.text.length;
    const text = held.text.slice(0, end);
    // Exact for UTF-8 without replacements; else the sum is, over the pieces.
    const raw = isWhole ? held.raw : Math.min(held.raw, Buffer.byteLength(text));
    this.#held = isWhole ? undefined : { ...held, text: held.text.slice(end), replaced: 0, raw: held.raw - raw };
    if (text !== "") this.#tell(held.stream, text, held.replaced, raw, held.seen);
    if (all && !isWhole) this.#flush(true);
  }

  #tell(stream: OutputStream, text: string, replaced: number, raw: number, seen: Date): void {
    const newline = text.endsWith("\n");
    if (this.#record({ stream, text: newline ? text.slice(0, -1) : text, newline, replaced, seen })) return;
    const { stdout, stderr } = this.#streams;
    this.#streams[stream].cut += raw + (this.#held?.stream === stream ? this.#held.raw : 0);
    stdout.isCut = true;
    stderr.isCut = true;
    clearTimeout(this.#timer);
    this.#held = undefined;
  }
}

function rawOf({ hash, bytes }: Stream) {
  return { sha256: hash.digest(), bytes };
}

function newStream(encoding: string | undefined): Stream {
  return { decoder: outputDecoder(encoding), hash: nodeHashes.stream(), bytes: 0, cut: 0, isCut: false };
}

/** Where a piece may end: after a newline if there is one in reach, and never within a character. */
function pieceEnd(text: string): number {
  const newline = text.lastIndexOf("\n", PIECE - 1);
  if (newline >= 0) return newline + 1;
  if (text.length <= PIECE) return text.length;
  return /[\ud800-\udbff]/.test(text.charAt(PIECE - 1)) ? PIECE - 1 : PIECE;
}

/** The last place up to `at` where a UTF-8 character starts, so that a cut doesn't make a broken one. */
function characterStart(bytes: Uint8Array, at: number): number {
  let start = at;
  while (start > 0 && at - start < 3 && ((bytes[start] as number) & 0xc0) === 0x80) start--;
  return ((bytes[start] as number) & 0xc0) === 0x80 ? at : start;
}
