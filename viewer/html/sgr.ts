import { textHtml } from "./escape.ts";

/** How following text looks. Colours are 0 to 7; `bright` has no own shade, both themes' colours are chosen to be legible. */
interface Look {
  bold: boolean;
  faint: boolean;
  italic: boolean;
  underline: boolean;
  struck: boolean;
  inverse: boolean;
  ink: number | undefined;
  ground: number | undefined;
}

const PLAIN: Look = {
  bold: false,
  faint: false,
  italic: false,
  underline: false,
  struck: false,
  inverse: false,
  ink: undefined,
  ground: undefined,
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what this is about
const SEQUENCE = /\x1b\[([0-9;:]{0,40})m/;
const EACH = new RegExp(SEQUENCE, "g");

/** The text without the sequences that {@link SgrText} follows: what is read, and so what is searched. */
export function withoutSgr(text: string): string {
  if (!text.includes("\x1b")) return text;
  return text.replace(EACH, (whole, parameters: string) => (applySgr(PLAIN, parameters) === undefined ? whole : ""));
}

/**
 * Colours and weights that a terminal would show (ECMA-48 SGR), for the lines of one text. Only sequences that are understood in full are
 * taken away; every other one stays and is marked. Nothing that hides text is followed: no concealing, and
 * a background is a pale tint under ordinary ink.
 */
export class SgrText {
  private look: Look = PLAIN;

  /** One line as HTML; the look carries over to the next. */
  line(line: string): string {
    if (this.look === PLAIN && !line.includes("\x1b")) return textHtml(line);
    const parts = line.split(SEQUENCE);
    let html = "";
    let pending = parts[0] as string;
    for (let i = 1; i < parts.length; i += 2) {
      const parameters = parts[i] as string;
      const next = applySgr(this.look, parameters);
      if (next === undefined) pending += `\x1b[${parameters}m`;
      else {
        html += this.span(pending);
        pending = "";
        this.look = next;
      }
      pending += parts[i + 1] as string;
    }
    return html + this.span(pending);
  }

  /** Takes in a line that is shown elsewhere: its look carries over. */
  skip(line: string): void {
    if (line.includes("\x1b")) this.line(line);
  }

  private span(text: string): string {
    if (text === "") return "";
    const names = classes(this.look);
    return names === "" ? textHtml(text) : `<span class="${names}">${textHtml(text)}</span>`;
  }
}

function classes(look: Look): string {
  const names: string[] = [];
  if (look.bold) names.push("b");
  if (look.faint) names.push("f");
  if (look.italic) names.push("i");
  if (look.underline) names.push("u");
  if (look.struck) names.push("s");
  if (look.inverse) names.push("g7");
  else if (look.ground !== undefined) names.push(`g${look.ground}`);
  else if (look.ink !== undefined) names.push(`c${look.ink}`);
  return names.join(" ");
}

/** The look after one sequence; undefined when any of its parameters is not understood. */
function applySgr(before: Look, parameters: string): Look | undefined {
  const codes = parameters.split(/[;:]/).map((code) => (code === "" ? 0 : Number(code)));
  let look: Look = { ...before };
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i] as number;
    if (code === 0) look = { ...PLAIN };
    else if (code === 1) look.bold = true;
    else if (code === 2) look.faint = true;
    else if (code === 3) look.italic = true;
    else if (code === 4 || code === 21) look.underline = true;
    else if (code === 7) look.inverse = true;
    else if (code === 9) look.struck = true;
    else if (code === 22) look.bold = look.faint = false;
    else if (code === 23) look.italic = false;
    else if (code === 24) look.underline = false;
    else if (code === 27) look.inverse = false;
    else if (code === 29) look.struck = false;
    else if (code >= 30 && code <= 37) look.ink = code - 30;
    else if (code >= 90 && code <= 97) look.ink = code - 90;
    else if (code === 39) look.ink = undefined;
    else if (code >= 40 && code <= 47) look.ground = code - 40;
    else if (code >= 100 && code <= 107) look.ground = code - 100;
    else if (code === 49) look.ground = undefined;
    else if (code === 38 || code === 48) {
      const colour = extendedColour(codes, i);
      if (colour === undefined) return undefined;
      if (code === 38) look.ink = colour.nearest;
      else look.ground = colour.nearest;
      i += colour.taken;
    } else if (![5, 6, 8, 10, 25, 28].includes(code)) return undefined; // blinking, concealing, fonts: understood, not followed
  }
  return isPlain(look) ? PLAIN : look;
}

function isPlain(look: Look): boolean {
  return (Object.keys(PLAIN) as (keyof Look)[]).every((key) => look[key] === PLAIN[key]);
}

/** `38;5;n` and `38;2;r;g;b`, as the nearest of the eight colours. */
function extendedColour(codes: readonly number[], at: number): { nearest: number; taken: number } | undefined {
  const inRange = (value: number | undefined): value is number => value !== undefined && value <= 255;
  if (codes[at + 1] === 5) {
    const n = codes[at + 2];
    return inRange(n) ? { nearest: nearestOfPalette(n), taken: 2 } : undefined;
  }
  const [r, g, b] = codes.slice(at + 2, at + 5);
  if (codes[at + 1] !== 2 || !inRange(r) || !inRange(g) || !inRange(b)) return undefined;
  return { nearest: nearestColour(r, g, b), taken: 4 };
}

function nearestOfPalette(n: number): number {
  if (n < 16) return n % 8;
  if (n >= 232) return n < 244 ? 0 : 7;
  const level = (value: number) => (value === 0 ? 0 : 55 + 40 * value);
  const cube = n - 16;
  return nearestColour(level(Math.floor(cube / 36)), level(Math.floor(cube / 6) % 6), level(cube % 6));
}

/** By hue: each channel counts when it is in the upper half of the strongest one. */
function nearestColour(r: number, g: number, b: number): number {
  const strongest = Math.max(r, g, b);
  if (strongest < 48) return 0;
  const on = (value: number) => value > strongest * 0.6;
  return (on(r) ? 1 : 0) + (on(g) ? 2 : 0) + (on(b) ? 4 : 0);
}
