import type { FindingKind, LineFinding, Sureness } from "./finding.ts";
import { isPlaceholder } from "./placeholder.ts";

/** A form that gives a secret away by what stands around it, or by itself. */
export interface Pattern {
  rule: string;
  kind: FindingKind;
  sure: Sureness;
  /** In lower case. Only lines that hold one of these are looked at. */
  hints: readonly string[];
  /** Its first group that took part is what has to go; the whole match when it has none. Flags `d` and `g` are added. */
  form: RegExp;
  /** Lines in which it means something else. */
  unless?: RegExp;
  /** Whether what was found is really one; by default that it isn't a placeholder such as a variable or stars. */
  check?: (value: string) => boolean;
}

/** A word on a command line: in quotes of either kind, or bare. Three groups. */
export const ARGUMENT = String.raw`(?:"([^"]{1,200})"|'([^']{1,200})'|([^\s"'|<>]{1,200}))`;

/** @param source of a regular expression; `ARGUMENT` in it is the word to hide. @param flags of it. */
export function command(source: string, flags = "i"): RegExp {
  // What stands before an option may be nothing: the option comes first.
  const optional = source.replace(/\\s\.\{0,(\d+)\}\?\\s/g, String.raw`\s(?:.{0,$1}?\s)?`);
  return new RegExp(optional.replaceAll("ARGUMENT", ARGUMENT), flags);
}

/** A variable, stars, or a parameter's name: nothing that gives access. */
export function isGiven(value: string): boolean {
  return !/^(?:\$|%\w+%$|\{\{|<|\*+$|-{1,2}[a-z]|\/[a-z?]|\.{3}|\[|\()/i.test(value) && value.length > 0;
}

/** A pattern of a password in its place on a command line. `ARGUMENT` in the source is the password. */
export function password(rule: string, hints: string[], source: string, flags?: string): Pattern {
  return {
    rule,
    kind: "password",
    sure: "sure",
    hints,
    form: command(source, flags),
    check: (value) => isGiven(value) && !/^(?:yes|no|true|false|[:=])$/i.test(value),
  };
}

/** The same where manuals and messages speak of the command: a word of a language is no password there. */
export function passwordOrWord(rule: string, hints: string[], source: string, flags?: string): Pattern {
  return { ...password(rule, hints, source, flags), check: (value) => !isPlaceholder(value) };
}

/** Makes a pattern into a search of a line. */
export function search(pattern: Pattern): (line: string, found: LineFinding[]) => void {
  const form = new RegExp(pattern.form.source, [...new Set(`${pattern.form.flags}dg`)].join(""));
  const { kind, rule, sure, check, unless } = pattern;
  return (line, found) => {
    if (unless?.test(line)) return;
    for (const match of line.matchAll(form)) {
      const at = match.indices?.find((indices, group) => group > 0 && indices !== undefined) ?? match.indices?.[0];
      if (at === undefined) continue;
      const [start, end] = at;
      const value = line.slice(start, end);
      if (check === undefined ? !isPlaceholder(value) : check(value)) found.push({ kind, rule, sure, start, end });
    }
  };
}
