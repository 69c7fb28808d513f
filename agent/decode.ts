import { TextDecoder } from "node:util";
import iconv from "iconv-lite";

const REPLACEMENT = Buffer.from("\ufffd");
const NEWLINE = 0x0a;
/** Bytes that wait for the end of their word at most. */
const LONGEST_WORD = 4096;

export interface Decoded {
  text: string;
  /** Characters that stand in for bytes that are no characters. */
  replaced: number;
}

/** Decodes a stream of bytes however it is cut. */
export interface StreamDecoder {
  push(bytes: Uint8Array): Decoded;
  /** What an unfinished character at the end becomes. */
  end(): Decoded;
}

/**
 * A decoder of what a command writes: UTF-8, or, line by line, the console's own code page where it is not.
 * @param encoding of the console, see {@link codePageLabel} and {@link localeCharset}; one that nobody knows counts as UTF-8.
 */
export function outputDecoder(encoding = "utf-8"): StreamDecoder {
  const page = pageDecoder(encoding);
  return page === undefined ? new Utf8Decoder() : new LineDecoder(page);
}

/** Windows' number of a code page, as a label. */
export function codePageLabel(page: number): string {
  const named: Record<number, string> = {
    932: "shift_jis",
    936: "gbk",
    949: "euc-kr",
    950: "big5",
    51932: "euc-jp",
    54936: "gb18030",
  };
  const label = named[page] ?? `cp${page}`;
  return page !== 65001 && iconv.encodingExists(label) ? label : "utf-8";
}

/** The charset of this environment's locale, as POSIX orders its variables; UTF-8 where it names none. */
export function localeCharset(environment: NodeJS.ProcessEnv): string {
  const locale = environment.LC_ALL || environment.LC_CTYPE || environment.LANG || "";
  const [, charset, modifier] = /^[^.@]*(?:\.([^@]*))?(?:@(.*))?$/.exec(locale) ?? [];
  if (charset === undefined) return modifier === "euro" ? "iso-8859-15" : "utf-8";
  const label = charset.toLowerCase().replace(/^iso-?(8859)-?(\d+)$/, "iso-$1-$2");
  return iconv.encodingExists(label) ? label : "utf-8";
}

/** Counts what it replaces: a replacement character that really was sent is none. */
class Utf8Decoder implements StreamDecoder {
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  /** The last two bytes: a replacement character that really was sent may be cut in two. */
  #tail: Buffer = Buffer.alloc(0);

  push(bytes: Uint8Array): Decoded {
    const text = this.#decoder.decode(bytes, { stream: true });
    const all = Buffer.concat([this.#tail, bytes]);
    // Three bytes make one, so two can't be counted again.
    this.#tail = Buffer.from(all.subarray(Math.max(0, all.length - 2)));
    return { text, replaced: replacements(text) - occurrences(all) };
  }

  end(): Decoded {
    const text = this.#decoder.decode();
    this.#tail = Buffer.alloc(0);
    return { text, replaced: replacements(text) };
  }
}

/**
 * On one console some programs write UTF-8 and others its code page. The first character of a line that is not ASCII decides for the
 * rest of the line: text of a code page is hardly ever valid UTF-8 by chance. At most three bytes wait for that.
 */
class LineDecoder implements StreamDecoder {
  readonly #page: StreamDecoder;
  readonly #utf8 = new Utf8Decoder();
  /** How this line is decoded; undefined while it is ASCII. */
  #mode: StreamDecoder | undefined;
  #held: Buffer = Buffer.alloc(0);

  constructor(page: StreamDecoder) {
    this.#page = page;
  }

  push(bytes: Uint8Array): Decoded {
    return this.#decode(Buffer.concat([this.#held, bytes]), false);
  }

  end(): Decoded {
    const rest = this.#decode(this.#held, true);
    return joined(rest, this.#mode?.end() ?? NOTHING);
  }

  #decode(bytes: Buffer, isEnd: boolean): Decoded {
    let decoded = NOTHING;
    this.#held = Buffer.alloc(0);
    for (let at = 0; at < bytes.length; ) {
      if (this.#mode === undefined) {
        const high = bytes.subarray(at).findIndex((byte) => byte >= 0x80);
        const end = high < 0 ? bytes.length : at + high;
        decoded = joined(decoded, { text: bytes.toString("latin1", at, end), replaced: 0 });
        at = end;
        if (high < 0) break;
        const first = utf8Character(bytes.subarray(at, at + 4));
        if (first === "undecided" && !isEnd) {
          this.#held = Buffer.from(bytes.subarray(at));
          break;
        }
        this.#mode = first === "valid" ? this.#utf8 : this.#page;
      }
      const newline = bytes.indexOf(NEWLINE, at);
      const end = newline < 0 ? bytes.length : newline + 1;
      decoded = joined(decoded, this.#mode.push(bytes.subarray(at, end)));
      if (newline >= 0) {
        decoded = joined(decoded, this.#mode.end());
        this.#mode = undefined;
      }
      at = end;
    }
    return decoded;
  }
}

const NOTHING: Decoded = { text: "", replaced: 0 };

function joined(a: Decoded, b: Decoded): Decoded {
  return { text: a.text + b.text, replaced: a.replaced + b.replaced };
}

/** Whether a UTF-8 character of more than one byte begins here. */
function utf8Character(bytes: Uint8Array): "valid" | "invalid" | "undecided" {
  const [lead = 0, second = 0x80] = bytes;
  const length = lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
  if (length === 0) return "invalid";
  // Overlong forms, surrogates and what is beyond Unicode show in the second byte.
  const [least, most] = { 224: [0xa0, 0xbf], 237: [0x80, 0x9f], 240: [0x90, 0xbf], 244: [0x80, 0x8f] }[lead] ?? [0x80, 0xbf];
  if (bytes.length > 1 && (second < (least ?? 0) || second > (most ?? 0))) return "invalid";
  if (bytes.subarray(1, length).some((byte) => (byte & 0xc0) !== 0x80)) return "invalid";
  return bytes.length < length ? "undecided" : "valid";
}

/** Undefined for UTF-8, and for what nobody can decode. */
function pageDecoder(label: string): StreamDecoder | undefined {
  return /^utf-?8$/i.test(label) || !iconv.encodingExists(label) ? undefined : new PageDecoder(label);
}

/**
 * A code page, by a library, as Node's own decoder throws at some malformed text although it is told not to, and doesn't know the pages
 * of DOS. It is given whole words, since between two calls that one would make something else of malformed text: no character of any
 * code page has a byte below 0x30 for its second one, so after a space or a sign a character begins.
 */
class PageDecoder implements StreamDecoder {
  readonly #label: string;
  #held: Buffer = Buffer.alloc(0);

  constructor(label: string) {
    this.#label = label;
  }

  push(bytes: Uint8Array): Decoded {
    const all = Buffer.concat([this.#held, bytes]);
    let decoded = NOTHING;
    let done = 0;
    let word = 0;
    for (let at = 0; at < all.length; at++) {
      if ((all[at] as number) < 0x30) word = at + 1;
      else if (at + 1 - word === LONGEST_WORD) {
        word = at + 1;
        decoded = joined(decoded, this.#decode(all.subarray(done, word)));
        done = word;
      }
    }
    this.#held = Buffer.from(all.subarray(word));
    return joined(decoded, this.#decode(all.subarray(done, word)));
  }

  end(): Decoded {
    const rest = this.#decode(this.#held);
    this.#held = Buffer.alloc(0);
    return rest;
  }

  #decode(bytes: Buffer): Decoded {
    const text = iconv.decode(bytes, this.#label, { stripBOM: false });
    // A code page has no replacement character of its own.
    return { text, replaced: replacements(text) };
  }
}

function replacements(text: string): number {
  let count = 0;
  for (let at = text.indexOf("\ufffd"); at >= 0; at = text.indexOf("\ufffd", at + 1)) count++;
  return count;
}

function occurrences(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(REPLACEMENT); at >= 0; at = bytes.indexOf(REPLACEMENT, at + 3)) count++;
  return count;
}
