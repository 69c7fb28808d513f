import { fromBase64, fromUtf8, isHexOf, utf8 } from "./bytes.ts";
import type { Hashes } from "./hash.ts";
import { LINE, type OpenText, ROOT, SALT_BYTES, saltStream, type TextCommitment } from "./text.ts";

const QUOTE = 0x22;
const COMMA = 0x2c;
const ZERO = 0x30;
const BACKSLASH = 0x5c;
const LETTER_U = 0x75;
const SEED_CHARACTERS = 44;
/** Between the content of the last line and the seed. */
const MIDDLE = utf8('"],"seed":"');

/** What stands behind a backslash, and which byte is meant. Without `n`: no line has a newline. */
const ESCAPED = new Uint8Array(128);
for (const [letter, byte] of Object.entries({ '"': 0x22, "\\": 0x5c, b: 8, t: 9, f: 12, r: 13 }))
  ESCAPED[letter.charCodeAt(0)] = byte;
/** Control characters without a letter of their own, by the last two digits of `\u00..`, the second one as its character. */
const CONTROLS = new Map(
  Array.from({ length: 32 }, (_, code) => code)
    .filter((code) => code < 8 || code === 11 || code > 13)
    .map((code) => [(code >> 4) * 256 + (code & 15).toString(16).charCodeAt(0), code]),
);

/** Where a line is put together: 0x02, salt, content. Longer ones are left to the slow way. Nothing keeps what lies here. */
const bench = new Uint8Array(16 * 1024);
bench[0] = LINE;
const CONTENT = 1 + SALT_BYTES;
const root = new Uint8Array(32);

/**
 * Checks a text with nothing hidden against what was committed, byte by byte as it lies in the file: without making values of it, from
 * which the same bytes would have to be made again to be hashed. That takes most of the time of a verification.
 * @param line of `ID.text.jsonl`, without its newline. Its memory is read again when the text's lines are asked for.
 * @returns undefined for whatever is not plainly the canonical line of this place, with an open text of this root. What it is instead is
 * to be found out the slow way.
 */
export function plainText(
  line: Uint8Array,
  seq: number,
  field: string,
  { lines, root: committed }: TextCommitment,
  hashes: Hashes,
): OpenText | undefined {
  const head = headOf(field);
  const tail = `","seq":${seq}}`;
  const seedAt = line.length - tail.length - SEED_CHARACTERS;
  const end = seedAt - MIDDLE.length;
  // Each further line takes three bytes at least: so a false number of lines fills no memory.
  if (end < head.length || 3 * (lines - 1) > end - head.length) return undefined;
  if (!isAt(line, 0, head) || !isAt(line, end, MIDDLE)) return undefined;
  for (let i = 0; i < tail.length; i++) if (line[seedAt + SEED_CHARACTERS + i] !== tail.charCodeAt(i)) return undefined;
  const seed = String.fromCharCode(...line.subarray(seedAt, seedAt + SEED_CHARACTERS));
  try {
    const salts = saltStream(fromBase64(seed, 32), lines, hashes);
    const digests = lineDigests(line, head.length, end, salts, hashes);
    if (digests === undefined) return undefined;
    hashes.sha256Into(digests, root, 0);
  } catch {
    return undefined;
  }
  if (!isHexOf(committed, root)) return undefined;
  return {
    seed,
    get lines(): string[] {
      return JSON.parse(fromUtf8(line)).lines;
    },
  };
}

/**
 * 0x03 and the digest of each line, whose contents begin at `at` and end at `end`, with `","` between them. Undefined unless they are as
 * many as there are salts, and canonical.
 */
function lineDigests(line: Uint8Array, at: number, end: number, salts: Uint8Array, hashes: Hashes): Uint8Array | undefined {
  const digests = new Uint8Array(1 + 2 * salts.length);
  digests[0] = ROOT;
  /** Of the line that is read: where its salt is, and up to where the bench is filled. */
  let salt = 0;
  let filled = CONTENT;
  let seen = 0;
  for (let i = at; ; i++) {
    const isLast = i === end;
    let byte = isLast ? QUOTE : (line[i] as number);
    if (byte === QUOTE) {
      if (salt === salts.length) return undefined;
      for (let k = 0; k < SALT_BYTES; k++) bench[1 + k] = salts[salt + k] as number;
      hashes.sha256Into(bench.subarray(0, filled), digests, 1 + 2 * salt);
      salt += SALT_BYTES;
      filled = CONTENT;
      if (isLast) break;
      if (i + 2 >= end || line[i + 1] !== COMMA || line[i + 2] !== QUOTE) return undefined;
      i += 2;
      continue;
    }
    if (byte < 0x20) return undefined;
    seen |= byte;
    if (byte === BACKSLASH) {
      const letter = line[i + 1] as number;
      const length = letter === LETTER_U ? 6 : 2;
      if (i + length > end) return undefined;
      const meant = letter === LETTER_U ? controlAt(line, i + 2) : ESCAPED[letter];
      if (meant === undefined || (meant === 0 && letter !== LETTER_U)) return undefined;
      byte = meant;
      i += length - 1;
    }
    if (filled === bench.length) return undefined;
    bench[filled++] = byte;
  }
  if (salt !== salts.length) return undefined;
  // Beyond ASCII the bytes must be UTF-8; this throws when they are not.
  if (seen >= 0x80) fromUtf8(line);
  return digests;
}

/** The control character whose four digits stand there, undefined when they are not the one way to write it. */
function controlAt(line: Uint8Array, at: number): number | undefined {
  if (line[at] !== ZERO || line[at + 1] !== ZERO) return undefined;
  return CONTROLS.get(((line[at + 2] as number) - ZERO) * 256 + (line[at + 3] as number));
}

function isAt(line: Uint8Array, at: number, bytes: Uint8Array): boolean {
  for (let i = 0; i < bytes.length; i++) if (line[at + i] !== bytes[i]) return false;
  return true;
}

/** Names of fields are few. */
const MOST_HEADS = 100;
const heads = new Map<string, Uint8Array>();

/** All that stands before the content of the first line. */
function headOf(field: string): Uint8Array {
  let head = heads.get(field);
  if (head === undefined) {
    head = utf8(`{"field":${JSON.stringify(field)},"lines":["`);
    if (heads.size < MOST_HEADS) heads.set(field, head);
  }
  return head;
}
