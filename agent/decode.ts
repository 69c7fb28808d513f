import { TextDecoder } from "node:util";

const REPLACEMENT = Buffer.from("\ufffd");

export interface Decoded {
  text: string;
  /** Characters that stand in for bytes that are no characters. */
  replaced: number;
}

/** Decodes a stream of bytes however it is cut, replaces what can't be decoded, and counts that. */
export class StreamDecoder {
  readonly #decoder: TextDecoder;
  readonly #isUtf8: boolean;
  /** The last two bytes: a replacement character that really was sent may be cut in two. */
  #tail: Buffer = Buffer.alloc(0);

  constructor(encoding = "utf-8") {
    this.#decoder = new TextDecoder(encoding, { ignoreBOM: true });
    this.#isUtf8 = this.#decoder.encoding === "utf-8";
  }

  push(bytes: Uint8Array): Decoded {
    return this.#count(this.#decoder.decode(bytes, { stream: true }), bytes);
  }

  /** What an unfinished character at the end becomes. */
  end(): Decoded {
    return this.#count(this.#decoder.decode(), new Uint8Array());
  }

  #count(text: string, bytes: Uint8Array): Decoded {
    let replaced = 0;
    for (let at = text.indexOf("\ufffd"); at >= 0; at = text.indexOf("\ufffd", at + 1)) replaced++;
    if (this.#isUtf8) {
      const all = Buffer.concat([this.#tail, bytes]);
      for (let at = all.indexOf(REPLACEMENT); at >= 0; at = all.indexOf(REPLACEMENT, at + 3)) replaced--;
      // Three bytes make one, so two can't be counted again.
      this.#tail = Buffer.from(all.subarray(Math.max(0, all.length - 2)));
    }
    return { text, replaced };
  }
}
