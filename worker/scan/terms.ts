import type { FindingKind, LineFinding } from "./finding.ts";
import { spelled } from "./spelling.ts";

/** Finds names of people, and a client's own list of terms, as whole words and in all their spellings. */
export class WordList {
  readonly #rows: { form: RegExp; kind: FindingKind; sure: LineFinding["sure"]; person: number | undefined }[] = [];
  /** What each of the others holds: most lines hold none of it, and are looked at once. */
  readonly #any: RegExp | undefined;

  /**
   * @param names of people as they are written: `Jane Ann Miller`. Found whole in any case, without the names in the middle, the other way
   * round, with initials and joined as in accounts (`J. Miller`, `jane.miller`, `jmiller`, `millerj`, `janem`), and each of its parts with at
   * least 3 letters: where it is written with a capital or in capitals, and in small letters where an account is named.
   * @param terms found in any case, whatever joins their words: `Project Orca` is `PROJECT_ORCA` too.
   */
  constructor(names: readonly string[], terms: readonly string[]) {
    for (const term of terms) if (term.trim() !== "") this.#add(spelled(term.trim()), "term", "sure", "giu");
    for (const [person, name] of names.entries()) this.#addName(name, person);
    const words = [
      ...terms.map((term) => term.trim()).filter((term) => term !== ""),
      ...names.flatMap(partsOf).flatMap((part) => [part, ...part.split("-").filter((one) => one.length > 2)]),
    ];
    if (words.length > 0) this.#any = new RegExp([...new Set(words.map(spelled))].join("|"), "iu");
  }

  find(line: string, found: LineFinding[]): void {
    if (this.#any?.test(line) !== true) return;
    for (const { form, kind, sure, person } of this.#rows) {
      for (const match of line.matchAll(form)) {
        const place = { start: match.index, end: match.index + match[0].length };
        found.push({ kind, rule: kind, sure, ...place, ...(person === undefined ? {} : { person }) });
      }
    }
  }

  #addName(name: string, person: number): void {
    const parts = partsOf(name);
    const [first, last] = [parts[0], parts.at(-1)];
    if (first === undefined || last === undefined) return;
    this.#add(spelled(parts.join(" ")), "name", "sure", "giu", person);
    if (parts.length > 1) {
      const [whole, family] = [spelled(first), spelled(last)];
      const [initial, other] = [spelled([...first][0] ?? ""), spelled([...last][0] ?? "")];
      const joins = String.raw`[\s._-]{0,2}`;
      this.#add(`${whole}${joins}${family}|${family},?${joins}${whole}|${initial}${joins}${family}`, "name", "sure", "giu", person);
      // Short ones would be words: `edm`, `als`.
      if (last.length > 3)
        this.#add(String.raw`${family}[._]?${initial}|${family},\s?${initial}\.`, "name", "likely", "giu", person);
      if (first.length > 3) this.#add(`${whole}[._]?${other}`, "name", "likely", "giu", person);
    }
    const single = parts.flatMap((part) => (part.includes("-") ? [part, ...part.split("-")] : [part]));
    for (const part of single.filter((one) => one.length > 2)) {
      this.#add(`${spelled(capitalised(part))}|${spelled(part.toUpperCase())}`, "name", "likely", "gu", person);
      const small = spelled(part.toLowerCase());
      this.#add(
        String.raw`(?<=[\\@]|\/(?:home|Users)\/|\b(?:user|username|account|login|owner|samaccountname)\s{0,3}[=:]\s{0,3})${small}|${small}(?=@)`,
        "name",
        "likely",
        "gu",
        person,
      );
    }
  }

  #add(source: string, kind: FindingKind, sure: LineFinding["sure"], flags: string, person?: number): void {
    this.#rows.push({ person, form: new RegExp(`(?<![\\p{L}\\p{N}])(?:${source})(?![\\p{L}\\p{N}])`, flags), kind, sure });
  }
}

/** The words of a name; not single letters. */
function partsOf(name: string): string[] {
  return name
    .trim()
    .split(/[\s,]+/)
    .filter((part) => part.replace(/\P{L}/gu, "").length > 1);
}

function capitalised(part: string): string {
  return part.charAt(0).toUpperCase() + part.slice(1);
}
