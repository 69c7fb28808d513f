import * as z from "zod";
import { concat, equal, fromBase64, fromHex, isWellFormed, toBase64, toHex, utf8, utf8Into } from "./bytes.ts";
import { RecordError } from "./error.ts";
import { type Hashes, nobleHashes } from "./hash.ts";

/** In bytes. */
export const SALT_BYTES = 16;
/** First byte of what is hashed for a line, and for the root over a text's lines. */
export const LINE = 2;
export const ROOT = 3;
const SEED = Uint8Array.of(4);

/** Why a line is hidden. `erased`: salt and line are gone from the store too (a request under data protection law). */
export const hiddenReason = z.enum(["credential", "personal-data", "third-party", "privileged", "other", "erased"]);
export type HiddenReason = z.infer<typeof hiddenReason>;

const base64Of = (bytes: number) => z.base64().length(4 * Math.ceil(bytes / 3));
const sha256Hex = z.string().regex(/^[0-9a-f]{64}$/);
const textLine = z
  .string()
  .refine((line) => !line.includes("\n") && isWellFormed(line), "expected one line of well-formed Unicode");

/** What stands in the committed line for a text: how many lines it has, and the root of their digests. */
export const textCommitment = z.strictObject({ lines: z.int().min(1), root: sha256Hex });
export type TextCommitment = z.infer<typeof textCommitment>;

/** A text with nothing hidden: the seed gives every salt. */
export const openText = z.strictObject({ seed: base64Of(32), lines: z.array(textLine).min(1) });
export type OpenText = z.infer<typeof openText>;

export const shownItem = z.strictObject({ salt: base64Of(SALT_BYTES), line: textLine });
export const hiddenItem = z.strictObject({ digest: sha256Hex, reason: hiddenReason, shown: textLine.optional() });
export type ShownItem = z.infer<typeof shownItem>;
export type HiddenItem = z.infer<typeof hiddenItem>;

/** A text with at least one line hidden: one item a line, each with its own salt; the seed stays behind. */
export const redactedText = z.strictObject({
  items: z
    .array(z.union([shownItem, hiddenItem]))
    .refine((items) => items.some((item) => "digest" in item), "expected a hidden line"),
});
export type RedactedText = z.infer<typeof redactedText>;

export const textValue = z.union([openText, redactedText]);
export type TextValue = z.infer<typeof textValue>;

/** What reveals one hidden line later: checked against the digest in the package that everybody already holds. */
export interface Revealed {
  salt: string;
  line: string;
}

/** The names of an entry's texts, or of its commitments to them, in the order in which they travel. */
export function textNames(texts: Readonly<Record<string, unknown>>): string[] {
  const names = Object.keys(texts);
  // Nearly always all are there and in order: to see that is faster than to sort them.
  for (let i = 0; i < names.length; i++) {
    const name = names[i] as string;
    if (texts[name] === undefined || (i > 0 && (names[i - 1] as string) > name))
      return names.filter((one) => texts[one] !== undefined).sort();
  }
  return names;
}

/** Lines of a text. Never empty: the empty text is one empty line. */
export function splitLines(text: string): string[] {
  return text.split("\n");
}

/**
 * A text with its seed.
 * @param seed 32 random bytes, never used for another field.
 * @throws RecordError `text/not-well-formed` on a lone surrogate; `text/malformed` on a seed of another length.
 */
export function makeText(text: string, seed: Uint8Array): OpenText {
  if (seed.length !== 32) throw new RecordError("text/malformed", `expected a seed of 32 bytes, got ${seed.length}`);
  if (!isWellFormed(text)) throw new RecordError("text/not-well-formed", "expected well-formed Unicode, got a lone surrogate");
  return { seed: toBase64(seed), lines: splitLines(text) };
}

/** salt_i for all i: bytes 16i to 16i+15 of SHAKE256(0x04 ‖ seed, 16n bytes). */
export function lineSalts(seed: Uint8Array, count: number, hash: Hashes = nobleHashes): Uint8Array[] {
  const stream = saltStream(seed, count, hash);
  return Array.from({ length: count }, (_, i) => stream.subarray(SALT_BYTES * i, SALT_BYTES * (i + 1)));
}

/** As {@link lineSalts}, one behind the other. */
export function saltStream(seed: Uint8Array, count: number, hash: Hashes): Uint8Array {
  return hash.shake256(concat(SEED, seed), SALT_BYTES * count);
}

/** digest_i = SHA-256(0x02 ‖ salt_i ‖ line as UTF-8). @throws RecordError `text/malformed` unless the salt has 16 bytes. */
export function lineDigest(salt: Uint8Array, line: string, hash: Hashes = nobleHashes): Uint8Array {
  if (salt.length !== SALT_BYTES) throw new RecordError("text/malformed", `expected a salt of 16 bytes, got ${salt.length}`);
  return hash.sha256(saltedLine(salt, 0, line));
}

/** Where short lines are put together: most lines are, and each would cost three allocations. Nothing keeps what lies here. */
const bench = new Uint8Array(16 * 1024);
bench[0] = LINE;
const benchLine = bench.subarray(1 + SALT_BYTES);

/** 0x02, the salt that begins at `at` of `salts`, and the line. */
function saltedLine(salts: Uint8Array, at: number, line: string): Uint8Array {
  if (3 * line.length > benchLine.length) return concat(Uint8Array.of(LINE), salts.subarray(at, at + SALT_BYTES), utf8(line));
  for (let i = 0; i < SALT_BYTES; i++) bench[1 + i] = salts[at + i] as number;
  return bench.subarray(0, 1 + SALT_BYTES + utf8Into(line, benchLine));
}

/** The digest of every line, whether shown or hidden. */
export function lineDigests(text: TextValue, hash: Hashes = nobleHashes): Uint8Array[] {
  const digests = rootInput(text, hash);
  return Array.from({ length: linesIn(text) }, (_, i) => digests.subarray(1 + 32 * i, 33 + 32 * i));
}

function linesIn(text: TextValue): number {
  return "seed" in text ? text.lines.length : text.items.length;
}

/** 0x03 ‖ digest_0 ‖ … ‖ digest_{n-1}, of which the root is the SHA-256. In one array, since texts have many lines and most are short. */
function rootInput(text: TextValue, hash: Hashes): Uint8Array {
  const input = new Uint8Array(1 + 32 * linesIn(text));
  input[0] = ROOT;
  let at = 1;
  if ("seed" in text) {
    const salts = saltStream(fromBase64(text.seed, 32), text.lines.length, hash);
    for (const [i, line] of text.lines.entries()) {
      hash.sha256Into(saltedLine(salts, SALT_BYTES * i, line), input, at);
      at += 32;
    }
    return input;
  }
  for (const item of text.items) {
    if ("digest" in item) input.set(fromHex(item.digest, 32), at);
    else hash.sha256Into(saltedLine(fromBase64(item.salt, SALT_BYTES), 0, item.line), input, at);
    at += 32;
  }
  return input;
}

/** What is committed for a text: root = SHA-256(0x03 ‖ digests). The same for the open text and for every redaction of it. */
export function commitText(text: TextValue, hash: Hashes = nobleHashes): TextCommitment {
  return { lines: linesIn(text), root: toHex(hash.sha256(rootInput(text, hash))) };
}

/** @throws RecordError `text/root-mismatch` when the text is not the one committed. */
export function checkText(text: TextValue, commitment: TextCommitment, hash: Hashes = nobleHashes): void {
  const { lines, root } = commitText(text, hash);
  if (lines !== commitment.lines) {
    throw new RecordError("text/root-mismatch", `expected a text of ${commitment.lines} lines, got ${lines}`);
  }
  if (root !== commitment.root) {
    throw new RecordError("text/root-mismatch", `expected a text with root ${commitment.root}, got ${root}`);
  }
}

/** What a reviewer asks for: hide line `line` (from 0). `shown` is the masked rendering: asserted, not proven. */
export interface Redaction {
  line: number;
  reason: HiddenReason;
  shown?: string | undefined;
}

/**
 * The text with these lines hidden; its commitment does not change. A line hidden before stays hidden.
 * With no redactions an open text comes back as it is.
 * @throws RecordError `text/no-such-line`; `text/malformed` when `shown` is not one line of well-formed Unicode.
 */
export function redactText(text: TextValue, redactions: readonly Redaction[]): TextValue {
  if (redactions.length === 0) return text;
  const items = itemize(text);
  for (const { line, reason, shown } of redactions) {
    const item = items[line];
    if (item === undefined)
      throw new RecordError("text/no-such-line", `expected a line from 0 to ${items.length - 1}, got ${line}`);
    if (shown !== undefined && !textLine.safeParse(shown).success)
      throw new RecordError("text/malformed", "expected one line of well-formed Unicode to be shown instead");
    const digest = "digest" in item ? item.digest : toHex(lineDigest(fromBase64(item.salt, SALT_BYTES), item.line));
    items[line] = shown === undefined ? { digest, reason } : { digest, reason, shown };
  }
  return { items };
}

/**
 * Salt and line of one line, as the store has it.
 * @throws RecordError `text/no-such-line` when there is no such line or it was erased.
 */
export function revealLine(text: TextValue, line: number): Revealed {
  const item = itemize(text)[line];
  if (item === undefined || "digest" in item)
    throw new RecordError("text/no-such-line", `expected a line that the store still holds, got ${line}`);
  return item;
}

/** @throws RecordError `text/digest-mismatch` when salt and line are not those behind the digest; `text/malformed` on two lines. */
export function checkRevealed(revealed: Revealed, digest: string): void {
  if (!textLine.safeParse(revealed.line).success)
    throw new RecordError("text/malformed", "expected one line of well-formed Unicode");
  if (!equal(lineDigest(fromBase64(revealed.salt, SALT_BYTES), revealed.line), fromHex(digest, 32))) {
    throw new RecordError("text/digest-mismatch", "expected salt and line of the hidden line, got others");
  }
}

/** A line as a reader may see it: `hidden` says why when it is not the recorded one. */
export interface VisibleLine {
  text: string;
  hidden?: HiddenReason;
}

/** What a reader may see of a text; a hidden line is its masked rendering, or empty. */
export function visibleLines(text: TextValue): VisibleLine[] {
  if ("seed" in text) return text.lines.map((line) => ({ text: line }));
  return text.items.map((item) => ("digest" in item ? { text: item.shown ?? "", hidden: item.reason } : { text: item.line }));
}

function itemize(text: TextValue): (ShownItem | HiddenItem)[] {
  if ("items" in text) return [...text.items];
  const salts = lineSalts(fromBase64(text.seed, 32), text.lines.length);
  return text.lines.map((line, i) => ({ salt: toBase64(salts[i] as Uint8Array), line }));
}
