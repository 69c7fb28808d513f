// A text as bytes, one for each UTF-16 code unit. Who looks for something in all texts needs no more than tables of 256 then, no case for
// what is not ASCII, and no question where the text ends; and bytes can be compared and kept without a string for each word.

/** Stands for a code unit of a letter, digit or mark that is not ASCII. */
export const LETTER_BEYOND = 0x80;
/** Stands for any other code unit that is not ASCII. */
export const OTHER_BEYOND = 0x81;

/** So many zeros stand before and behind the bytes, so that who looks around a place need not ask where the text ends. */
export const MARGIN = 8;

/** What is taken at once; a longer line is taken as a whole. */
const ROOM = 1 << 16;

/**
 * Takes bytes from {@link MARGIN} up to `end`, of this piece of the text. They are good during the call only, and it must not come to
 * another {@link eachPiece}.
 */
export type PieceSink = (bytes: Uint8Array, end: number, piece: string) => void;

const encoder = new TextEncoder();
const bench = new Uint8Array(MARGIN + ROOM + MARGIN);
const benchPiece = bench.subarray(MARGIN, MARGIN + ROOM);

/** Gives a text in pieces that end where its lines do. */
export function eachPiece(text: string, sink: PieceSink): void {
  for (let from = 0; from < text.length; ) {
    let to = text.length;
    if (to - from > ROOM) {
      const within = text.lastIndexOf("\n", from + ROOM - 1) + 1;
      const beyond = within > from ? within : text.indexOf("\n", from + ROOM) + 1;
      if (beyond > from) to = beyond;
    }
    const piece = to - from === text.length ? text : text.slice(from, to);
    const fits = piece.length <= ROOM;
    const bytes = fits ? bench : new Uint8Array(MARGIN + piece.length + MARGIN);
    const end = MARGIN + piece.length;
    const { read, written } = encoder.encodeInto(piece, fits ? benchPiece : bytes.subarray(MARGIN, end));
    if (read !== piece.length || written !== piece.length) byUnit(piece, bytes);
    for (let i = 0; i < MARGIN; i++) bytes[end + i] = 0;
    sink(bytes, end, piece);
    from = to;
  }
}

function byUnit(text: string, bytes: Uint8Array): void {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 128) bytes[MARGIN + i] = code;
    else if (isPairAt(text, i)) {
      const kind = LETTERS.test(text.slice(i, i + 2)) ? LETTER_BEYOND : OTHER_BEYOND;
      bytes[MARGIN + i++] = kind;
      bytes[MARGIN + i] = kind;
    } else bytes[MARGIN + i] = kindOf(code);
  }
}

/** What stands for each UTF-16 code unit; 0 where it was not looked at yet. */
const known = new Uint8Array(0x10000);
const LETTERS = /[\p{L}\p{N}\p{M}]/u;

function kindOf(code: number): number {
  if (known[code] === 0) known[code] = LETTERS.test(String.fromCharCode(code)) ? LETTER_BEYOND : OTHER_BEYOND;
  return known[code] as number;
}

function isPairAt(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  const next = text.charCodeAt(at + 1);
  return code >= 0xd800 && code < 0xdc00 && next >= 0xdc00 && next < 0xe000;
}
