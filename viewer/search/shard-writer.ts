import { DigitWriter } from "./digits.ts";
import { asciiJson, type Passage, type SessionRow, scriptStart, type TextShard } from "./files.ts";

/**
 * A file of texts is closed when it holds this many characters. Each hit needs one of them, which a browser reads, parses and keeps
 * for a while as a whole; of smaller ones a large package would have too many.
 */
const LIMIT = 32_000;

/** What a writer goes on from; plain and serialisable. */
export interface ShardState extends Omit<TextShard, "documents"> {
  /** How many documents there are, and how many characters in them. */
  documents: number;
  characters: number;
  /** The documents, as the file will hold them. */
  written: string;
}

/** Writes files of texts, one after another; see {@link TextShard}. Of texts only what the file will hold of them is kept. */
export class ShardWriter {
  #written = new DigitWriter();
  #documents = 0;
  #characters = 0;
  #session = 0;
  #sessions: SessionRow[] = [];
  /** The session named last, and its number. */
  #last: [number, SessionRow] | undefined;

  constructor(from?: ShardState) {
    if (from === undefined) return;
    this.#written.ascii(from.written);
    this.#documents = from.documents;
    this.#characters = from.characters;
    this.#session = from.session;
    this.#sessions = [...from.sessions];
  }

  /** How many documents the file has so far. */
  get documents(): number {
    return this.#documents;
  }

  /** Whether the file is to be closed. */
  get isFull(): boolean {
    return this.#characters >= LIMIT;
  }

  /** Names the session of the documents that follow. */
  open(session: number, row: SessionRow): void {
    if (this.#sessions.length === 0) this.#session = session;
    this.#sessions.push(row);
    this.#last = [session, row];
  }

  add(passages: readonly Passage[]): void {
    if (this.#sessions.length === 0 && this.#last !== undefined) this.open(...this.#last);
    let before = this.#documents++ === 0 ? '"[[' : ',"[[';
    for (const [seq, field, text] of passages) {
      this.#written.ascii(before);
      this.#written.ascii(`${seq}`);
      this.#written.ascii(',\\"');
      if (field !== "") this.#text(field);
      this.#written.ascii('\\",\\"');
      this.#text(text);
      before = '\\"],[';
      this.#characters += text.length;
    }
    this.#written.ascii(passages.length === 0 ? `${before.slice(0, -1)}]"` : '\\"]]"');
  }

  /** The file, as a script that sets this field of the global; then a new one begins. */
  take(field: string): Uint8Array {
    const session = `"session":${this.#session},"sessions":${asciiJson(this.#sessions)}`;
    const head = `${scriptStart(field)}{${session},"documents":[`;
    const { bytes, length } = this.#written;
    const script = new Uint8Array(head.length + length + FILE_END.length);
    encoder.encodeInto(head, script);
    script.set(bytes.subarray(0, length), head.length);
    encoder.encodeInto(FILE_END, script.subarray(head.length + length));
    // A document of megabytes must not keep as much memory to the end.
    if (bytes.length > MOST_ROOM) this.#written = new DigitWriter();
    this.#written.length = 0;
    this.#documents = 0;
    this.#characters = 0;
    this.#sessions = [];
    return script;
  }

  state(): ShardState {
    return {
      session: this.#session,
      sessions: [...this.#sessions],
      documents: this.#documents,
      characters: this.#characters,
      written: new TextDecoder().decode(this.#written.bytes.subarray(0, this.#written.length)),
    };
  }

  /** A string of the passages' JSON, as the JSON that holds it as a string has it; without the quotes. */
  #text(text: string): void {
    for (let from = 0; from < text.length; ) {
      let to = Math.min(from + SOME, text.length);
      // Half a pair is escaped in another way.
      if (to < text.length && isHigh(text.charCodeAt(to - 1))) to--;
      this.#piece(to - from === text.length ? text : text.slice(from, to));
      from = to;
    }
  }

  #piece(text: string): void {
    const { read, written } = encoder.encodeInto(text, some);
    if (read === text.length && written === text.length) this.#escape(written);
    else {
      const escaped = encoder.encode(escapeText(text));
      this.#written.raw(escaped, 0, escaped.length);
    }
  }

  /** So many bytes of `some`, all ASCII. */
  #escape(end: number): void {
    const plain = IS_PLAIN;
    const bytes = some;
    for (let from = 0; from < end; from++) {
      let to = from;
      while (to < end && plain[bytes[to] as number] === 1) to++;
      this.#written.raw(bytes, from, to);
      if (to === end) return;
      const escaped = ESCAPED[bytes[to] as number] as Uint8Array;
      this.#written.raw(escaped, 0, escaped.length);
      from = to;
    }
  }
}

const MOST_ROOM = 1 << 18;

const encoder = new TextEncoder();
const FILE_END = "]};\n";

/** Of a text so many characters are taken at once. */
const SOME = 1 << 15;
const some = new Uint8Array(SOME);

/** How an ASCII character stands in the file. */
const ESCAPED = Array.from({ length: 128 }, (_, code) => encoder.encode(escapeText(String.fromCharCode(code))));
/** 1 for what stands there as it is. */
const IS_PLAIN = Uint8Array.from(ESCAPED, (escaped) => (escaped.length === 1 ? 1 : 0));

/** A string within a string, without the quotes of both. */
function escapeText(text: string): string {
  return asciiJson(JSON.stringify(text)).slice(3, -3);
}

function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00;
}
