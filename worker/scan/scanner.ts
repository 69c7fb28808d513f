import type { CountryCode } from "libphonenumber-js/min";
import { findAccounts, findPrivateAddresses } from "./accounts.ts";
import { findAssignments, NAME_HINTS } from "./assignment.ts";
import { COMMANDS } from "./commands.ts";
import { DATABASES } from "./databases.ts";
import { DEVICES } from "./devices.ts";
import { type LineFinding, type TextFinding, withoutOverlaps } from "./finding.ts";
import { Hints } from "./hints.ts";
import { findInserted, INSERT_HINTS } from "./inserted.ts";
import { Manifest } from "./manifest.ts";
import { NOTES } from "./notes.ts";
import { search } from "./pattern.ts";
import {
  BIRTH_HINTS,
  findBirthDates,
  findCards,
  findEmails,
  findIbans,
  findNationalIds,
  findPhones,
  findSocialSecurityNumbers,
  NATIONAL_HINTS,
} from "./personal.ts";
import { POSITIONS } from "./positions.ts";
import {
  BUILT_IN_HINTS,
  findAnswer,
  findBuiltIn,
  findInProse,
  findMadeUp,
  findReset,
  MADE_UP_HINTS,
  PROSE_HINTS,
  RESET_HINTS,
  speaksOfPassword,
} from "./prose.ts";
import { findNearServices, SERVICES } from "./services.ts";
import { SHAPES } from "./shapes.ts";
import { WordList } from "./terms.ts";
import { TOKEN_FORMATS } from "./token-formats.ts";

type Search = (line: string, found: LineFinding[]) => void;

/** What is looked for beyond what is always looked for. */
export interface ScanOptions {
  /** People who took part: their names are personal data. */
  names?: readonly string[];
  /** The client's own list. */
  terms?: readonly string[];
  /** Names of accounts, in paths and logs. */
  accounts?: boolean;
  /** Addresses within the network. */
  privateAddresses?: boolean;
  /** Whose way of writing telephone numbers is understood without a country code. */
  countries?: readonly CountryCode[];
}

/** Countries whose telephone numbers are understood unless others are named. */
export const DEFAULT_COUNTRIES: readonly CountryCode[] = ["US", "GB", "DE", "FR"];

/** Longest part of a line looked at in one go, and how much of the part before is looked at again, in UTF-16 units. */
const PART = 16_384;
const OVERLAP = 1024;

const PEM_BEGINS =
  /-----BEGIN[ A-Z0-9_-]{0,60}PRIVATE KEY(?: BLOCK)?-----|^PuTTY-User-Key-File-\d:|---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----/;
const PEM_ENDS = /-----END[ A-Z0-9_-]{0,60}PRIVATE KEY(?: BLOCK)?-----|^Private-MAC:|---- END SSH2/;
const OPENED_TAG = /<(?:\w+:)?\w*(?:Password|Passphrase|Secret)\w*>\s*$/i;
/** No private key has more lines: one whose end never comes doesn't take the rest of the session along. */
const PEM_LINES = 400;

/** What is the same for every scanner, made when the first one is. */
interface Rules {
  searches: readonly Search[];
  hints: Hints;
}
let shared: Rules | undefined;

function sharedRules(): Rules {
  shared ??= builtRules();
  return shared;
}

function builtRules(): Rules {
  const rows: [readonly string[], Search][] = [
    ...[...SHAPES, ...COMMANDS, ...DEVICES, ...DATABASES, ...NOTES, ...POSITIONS, ...TOKEN_FORMATS].map(
      (one): [readonly string[], Search] => [one.hints, search(one)],
    ),
    [NAME_HINTS, findAssignments],
    [INSERT_HINTS, findInserted],
    [PROSE_HINTS, findInProse],
    [BUILT_IN_HINTS, findBuiltIn],
    [RESET_HINTS, findReset],
    [MADE_UP_HINTS, findMadeUp],
    [["@", "%40"], findEmails],
    [SERVICES, findNearServices],
    [NATIONAL_HINTS, findNationalIds],
    [BIRTH_HINTS, findBirthDates],
  ];
  const hints = new Hints();
  for (const [row, [words]] of rows.entries()) for (const word of words) hints.add(word, row);
  return { searches: rows.map(([, run]) => run), hints };
}

/**
 * Finds secrets and personal data, line by line in the order in which they were recorded. What it finds is told by place alone:
 * the text itself is in no message.
 */
export class Scanner {
  readonly #rules = sharedRules();
  readonly #words: WordList;
  readonly #options: ScanOptions;
  readonly #manifest = new Manifest();
  #pem = 0;
  #before = "";
  #asked = false;

  constructor(options: ScanOptions = {}) {
    this.#options = options;
    this.#words = new WordList(options.names ?? [], options.terms ?? []);
  }

  /** A new text begins, which does not go on where the last one ended. @param isProse what people wrote to each other. */
  begin(isProse: boolean): void {
    this.#pem = 0;
    this.#manifest.reset();
    this.#asked = isProse && speaksOfPassword(this.#before);
    this.#before = "";
  }

  scan(lines: readonly string[]): TextFinding[] {
    return lines.flatMap((line, number) => this.scanLine(line).map((one) => ({ line: number, ...one })));
  }

  /** The next line of the text. */
  scanLine(line: string): LineFinding[] {
    const key = this.#privateKey(line);
    if (key !== undefined) return [key];
    const found: LineFinding[] = [];
    for (let from = 0; from === 0 || from + OVERLAP < line.length; from += PART - OVERLAP) {
      const part = line.length <= PART ? line : line.slice(from, from + PART);
      const there: LineFinding[] = [];
      this.#scanPart(part, there);
      for (const one of there) found.push({ ...one, start: one.start + from, end: one.end + from });
    }
    const secret = this.#manifest.find(line);
    if (secret !== undefined) found.push(secret);
    if (OPENED_TAG.test(this.#before)) {
      const value = /^\s*<Value>([^<>]{1,300})<\/Value>/i.exec(line);
      if (value !== null)
        found.push({
          kind: "password",
          rule: "markup-password",
          sure: "sure",
          start: line.indexOf(">") + 1,
          end: line.lastIndexOf("</"),
        });
    }
    if (line.trim() !== "") this.#before = line.slice(0, PART);
    return withoutOverlaps(found);
  }

  #scanPart(line: string, found: LineFinding[]): void {
    for (const row of this.#rules.hints.rows(line)) this.#rules.searches[row]?.(line, found);
    if (this.#asked) findAnswer(line, found);
    if (/\d{4}|\d[ .)-]{1,2}\d/.test(line)) {
      findPhones(line, this.#options.countries ?? DEFAULT_COUNTRIES, found);
      findCards(line, found);
      findIbans(line, found);
      findSocialSecurityNumbers(line, found);
    }
    this.#words.find(line, found);
    if (this.#options.accounts) findAccounts(line, found);
    if (this.#options.privateAddresses) findPrivateAddresses(line, found);
  }

  /** The line as a part of a private key of several lines. */
  #privateKey(line: string): LineFinding | undefined {
    const begins = PEM_BEGINS.test(line);
    if (!begins && this.#pem === 0) return undefined;
    const ends = PEM_ENDS.test(line);
    if (begins && ends) return undefined;
    this.#pem = ends || this.#pem >= PEM_LINES ? 0 : this.#pem + 1;
    const start = line.length - line.trimStart().length;
    const end = line.trimEnd().length;
    return end > start ? { kind: "private-key", rule: "private-key", sure: "sure", start, end } : undefined;
  }
}
