import { concat, equal, fromBase64, fromUtf8, toBase64, utf8 } from "./bytes.ts";
import { RecordError } from "./error.ts";
import { checkKeyName, isKeyName, type VerifierKey } from "./key.ts";

/** One signature line of a note: `— name base64(id ‖ signature)`. */
export interface NoteSignature {
  name: string;
  id: Uint8Array;
  signature: Uint8Array;
}

/** A C2SP signed note: a text that ends with a newline, and signature lines. */
export interface Note {
  text: string;
  signatures: NoteSignature[];
}

const DASH = "\u2014";
export const MAX_SIGNATURES = 100;
/** In bytes. A note is read as a whole: a hostile one must not fill the memory. */
const MAX_NOTE = 1024 * 1024;

/** The note as bytes of UTF-8: text, a blank line, the signature lines. */
export function encodeNote(note: Note): Uint8Array {
  checkNoteText(note.text);
  return utf8(`${note.text}\n${note.signatures.map(encodeSignature).join("")}`);
}

/** One signature line with its newline. */
export function encodeSignature(signature: NoteSignature): string {
  return `${DASH} ${checkKeyName(signature.name)} ${toBase64(concat(signature.id, signature.signature))}\n`;
}

/**
 * Parts of a signed note. Says nothing about whether the signatures hold.
 * @throws RecordError `note/malformed`.
 */
export function parseNote(bytes: Uint8Array): Note {
  if (bytes.length > MAX_NOTE) throw malformed(`at most ${MAX_NOTE} bytes`);
  const whole = fromUtf8(bytes);
  const split = whole.lastIndexOf("\n\n");
  if (split < 0) throw malformed("a blank line before the signatures");
  const text = whole.slice(0, split + 1);
  checkNoteText(text);
  const lines = whole.slice(split + 2);
  if (!lines.endsWith("\n")) throw malformed("a newline after the last signature");
  const signatures = lines.slice(0, -1).split("\n").map(parseSignature);
  if (signatures.length > MAX_SIGNATURES) throw malformed(`at most ${MAX_SIGNATURES} signatures`);
  return { text, signatures };
}

/** @throws RecordError `note/malformed` unless it is one signature line without its newline. */
export function parseSignature(line: string): NoteSignature {
  const [dash, name, encoded, ...rest] = line.split(" ");
  if (dash !== DASH || name === undefined || encoded === undefined || rest.length > 0) throw malformed("a signature line");
  const bytes = fromBase64(encoded);
  if (bytes.length < 5) throw malformed("a key id of 4 bytes and a signature");
  if (!isKeyName(name)) throw malformed("the name of a key");
  return { name, id: bytes.subarray(0, 4), signature: bytes.subarray(4) };
}

/** The note's signature by this key, if there is one; a note that has it twice is refused. */
export function signatureBy(note: Note, key: VerifierKey): NoteSignature | undefined {
  const found = note.signatures.filter((signature) => signature.name === key.name && equal(signature.id, key.id));
  if (found.length > 1) throw malformed("one signature a key");
  return found[0];
}

/** C2SP: a text ends with a newline and has no other ASCII control character. */
function checkNoteText(text: string): void {
  if (!text.endsWith("\n") || hasControl(text))
    throw malformed("a text that ends with a newline and has no other control character");
}

function hasControl(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if ((code < 0x20 && code !== 0x0a) || code === 0x7f) return true;
  }
  return false;
}

function malformed(expected: string): RecordError {
  return new RecordError("note/malformed", `expected ${expected}`);
}
