import type { FindingKind, LineFinding } from "./finding.ts";

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");

/** Finds names of people, and a client's own list of terms, as whole words. */
export class WordList {
  readonly #rows: { form: RegExp; kind: FindingKind; sure: LineFinding["sure"]; person: number | undefined }[] = [];

  /**
   * @param names of people as they are written: `Jane Miller`. Found whole in any case, with a comma the other way round, joined as
   * in accounts (`jane.miller`, `jmiller`), and each of its parts with at least 3 letters where it is written with a capital.
   * @param terms found as they are, in any case.
   */
  constructor(names: readonly string[], terms: readonly string[]) {
    for (const term of terms)
      if (term.trim() !== "") this.#add(escaped(term.trim()).replace(/\s+/g, "\\s+"), "term", "sure", "giu");
    for (const [person, name] of names.entries()) {
      const parts = name
        .trim()
        .split(/\s+/)
        .filter((part) => part.length > 1);
      const [first, last] = [parts[0], parts.at(-1)];
      if (first === undefined || last === undefined) continue;
      this.#add(parts.map(escaped).join("[\\s._-]{0,2}"), "name", "sure", "giu", person);
      if (parts.length < 2) continue;
      this.#add(
        `${escaped(last)},?[\\s._-]{0,2}${escaped(first)}|${escaped(first[0] ?? "")}[._]?${escaped(last)}`,
        "name",
        "sure",
        "giu",
        person,
      );
      for (const part of parts.filter((one) => one.length > 2))
        this.#add(escaped(capitalised(part)), "name", "likely", "gu", person);
    }
  }

  find(line: string, found: LineFinding[]): void {
    for (const { form, kind, sure, person } of this.#rows) {
      for (const match of line.matchAll(form)) {
        const place = { start: match.index, end: match.index + match[0].length };
        found.push({ kind, rule: kind, sure, ...place, ...(person === undefined ? {} : { person }) });
      }
    }
  }

  #add(source: string, kind: FindingKind, sure: LineFinding["sure"], flags: string, person?: number): void {
    this.#rows.push({ person, form: new RegExp(`(?<![\\p{L}\\p{N}])(?:${source})(?![\\p{L}\\p{N}])`, flags), kind, sure });
  }
}

function capitalised(part: string): string {
  return part.charAt(0).toUpperCase() + part.slice(1);
}

const ACCOUNT =
  /\b(?:[A-Z][A-Z0-9-]{1,14}\\([A-Za-z][\w.$-]{1,40})|[A-Z]:\\Users\\([^\\\s"'<>|:]{2,40})|\/(?:home|Users)\/([\w.-]{2,40})|(?:Account Name|User ?name|Logged on user|Benutzername|Owner)\s*[:=]\s*(?:[\w-]+\\)?([\w.$-]{2,40}))/gi;
const SYSTEM =
  /^(?:public|default|all|shared|system|network|local|administrators?|users|guest|nt|root|-|authority|service|trustedinstaller)$/i;

/** Names of accounts: in paths, behind a domain, and where logs name them. */
export function findAccounts(line: string, found: LineFinding[]): void {
  for (const match of line.matchAll(ACCOUNT)) {
    const value = match.slice(1).find((part) => part !== undefined) ?? "";
    if (SYSTEM.test(value)) continue;
    const start = match.index + match[0].length - value.length;
    found.push({ kind: "account", rule: "account", sure: "likely", start, end: start + value.length });
  }
}

const PRIVATE =
  /(?<![\w.])(?:10(?:\.\d{1,3}){3}|192\.168(?:\.\d{1,3}){2}|172\.(?:1[6-9]|2\d|3[01])(?:\.\d{1,3}){2}|169\.254(?:\.\d{1,3}){2})(?![\w]|\.\d)|(?<![\w:])(?:fe80|f[cd][0-9a-f]{2})(?::{1,2}[0-9a-f]{1,4}){1,7}(?![\w:])/gi;

/** Addresses within a network: RFC 1918, RFC 3927, RFC 4193, and link-local ones of IPv6. */
export function findPrivateAddresses(line: string, found: LineFinding[]): void {
  for (const match of line.matchAll(PRIVATE)) {
    found.push({
      kind: "private-address",
      rule: "private-address",
      sure: "sure",
      start: match.index,
      end: match.index + match[0].length,
    });
  }
}
