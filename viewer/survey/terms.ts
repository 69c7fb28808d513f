import { type TextValue, visibleLines } from "../../record/text.ts";
import { withoutSgr } from "../html/sgr.ts";
import { shortened } from "./excerpt.ts";
import { Hints } from "./hints.ts";
import type { Recurrence, Term, TermKind } from "./rows.ts";
import type { SessionView } from "./session-view.ts";

/** Identifiers and messages that came up so far. Plain and serialisable. */
export interface TermsState {
  terms: Record<string, Term>;
  /** How many these are. */
  count: number;
  /** Whether some that came up in few sessions were forgotten. */
  dropped: boolean;
}

const MOST = 5_000;
const OF_A_SESSION = 150;
const PLACES = 24;
const TEXTS = ["command", "output", "message", "note", "summary"];

/** What names something that comes up again; looked for only where one of its hints, in lower case, is in the line. */
interface Rule {
  kind: TermKind;
  hints: readonly string[];
  /** The name is the first group. */
  pattern: RegExp;
}

const RULES: readonly Rule[] = [
  { kind: "update", hints: ["kb"], pattern: /\b(KB\d{6,7})\b/gi },
  // HRESULT and NTSTATUS codes of failures, and stop codes.
  { kind: "code", hints: ["0x"], pattern: /\b(0x(?:[89c][0-9a-f]{7}|000000[0-9a-f]{2}|000001[0-9a-f]{2}))\b/gi },
  // Event ids, named or in a table.
  { kind: "event", hints: ["event"], pattern: /\bevent(?: ?ids?)?[ :=#]{1,3}(\d{2,5})\b/gi },
  { kind: "event", hints: ["error", "warning", "critical"], pattern: /\b(\d{3,5}) +(?:error|warning|critical)\b/gi },
  // Services, by what is said of them or done to them.
  {
    kind: "service",
    hints: [" service "],
    pattern: /\bThe ([^.:'"]{2,60}?) service (?:terminated|entered the stopped|hung|failed|could not|is not|did not)/gi,
  },
  {
    kind: "service",
    hints: ["-service "],
    pattern: /\b(?:Restart|Start|Stop|Set)-Service +(?:-Name +)?['"]?([\w$.-]{2,40})/gi,
  },
  {
    kind: "service",
    hints: ["systemctl "],
    pattern: /\bsystemctl +(?:--?[\w-]+ +)*(?:restart|start|stop|status|reload|enable|disable) +([\w@.-]{2,40})/gi,
  },
  { kind: "service", hints: ["net "], pattern: /\bnet +(?:start|stop) +["']?([\w$.-]{2,40})/gi },
];
const TROUBLE =
  /\b(?:error|fail(?:ed|ure|s)?|cannot|can't|could not|denied|unable|exception|timed out|not found|corrupt|refused|unreachable)/i;
const TROUBLE_HINTS = [
  ...["error", "fail", "cannot", "can't", "could not", "denied", "unable", "exception"],
  ...["timed out", "not found", "corrupt", "refused", "unreachable"],
];
/** The bit after those of the rules is for messages. */
const MESSAGE = 1 << RULES.length;
const HINTS = new Hints([
  ...RULES.flatMap(({ hints }, i) => hints.map((hint) => [hint, 1 << i] as const)),
  ...TROUBLE_HINTS.map((hint) => [hint, MESSAGE] as const),
]);
/** What differs between two occurrences of the same message. */
const VARIABLE = /\{?[0-9a-f]{8}-[0-9a-f-]{27}\}?|0x[0-9a-f]+|[0-9a-f]{16,}|\d[\d.,:/-]*/i;

export function newTerms(): TermsState {
  return { terms: {}, count: 0, dropped: false };
}

export function addTerms(state: TermsState, view: SessionView): void {
  const here = new Map<string, Term>();
  const note = (kind: TermKind, name: string, href: () => string) => {
    const key = `${kind} ${name.toLowerCase()}`;
    const known = here.get(key);
    if (known !== undefined) known.count++;
    else if (here.size < OF_A_SESSION) {
      const place = { session: view.session.session, href: href() };
      here.set(key, { kind, name, count: 1, sessions: 1, places: [place], last: place });
    }
  };
  for (const { entry, text } of view.entries) {
    if (entry.kind === "context") continue;
    for (const field of TEXTS) {
      const value = text[field];
      // A question's command is counted when it runs.
      if (value === undefined || entry.kind === "approval.asked") continue;
      textTerms(shownLines(value), field === "output", note, (i) => view.lineHref(entry.kind, entry.seq, field, i));
    }
  }
  for (const [key, term] of here) merge(state, key, term);
  if (state.count > MOST) forget(state);
}

/** What is shown of each line; nothing of those that are hidden. */
function shownLines(value: TextValue): readonly string[] {
  return "seed" in value ? value.lines : visibleLines(value).map((line) => (line.hidden === undefined ? line.text : ""));
}

type Note = (kind: TermKind, name: string, href: () => string) => void;

function textTerms(lines: readonly string[], printed: boolean, note: Note, href: (line: number) => string): void {
  const mask = printed ? -1 : ~MESSAGE;
  for (const [i, line] of lines.entries()) {
    // A line of a dump or of minified code names nothing that a person would look for.
    if (line.length < 4 || line.length > 2_000) continue;
    const rules = HINTS.in(line) & mask;
    if (rules !== 0) lineTerms(withoutSgr(line), rules, note, () => href(i));
  }
}

function lineTerms(text: string, rules: number, note: Note, href: () => string): void {
  let last = "";
  for (const [i, { kind, pattern }] of RULES.entries()) {
    if ((rules & (1 << i)) === 0) continue;
    for (const [, found = ""] of text.matchAll(pattern)) {
      const name = kind === "update" ? found.toUpperCase() : kind === "code" ? found.toLowerCase() : found.trim();
      // An event may be named as one and stand in a table.
      if (kind === "event" && name === last) continue;
      last = name;
      note(kind, name, href);
    }
  }
  if ((rules & MESSAGE) === 0 || !TROUBLE.test(text)) return;
  const message = messageOf(text);
  if (message !== undefined) note("message", shortened(message, 140), href);
}

/** A message without what differs between two occurrences, and without the lines and dots of tables. Undefined when it is hardly one. */
function messageOf(text: string): string | undefined {
  const words: string[] = [];
  const vary = () => {
    while (RULE_MARKS.test(words.at(-1) ?? "")) words.pop();
    if (words.length > 0 && words.at(-1) !== ANY) words.push(ANY);
  };
  for (const word of text.split(/\s+/)) {
    if (word === "" || (word === "|" && words.at(-1) === ANY)) continue;
    // Only numbers differ, and what is as long as a key: most words are neither.
    if (word.length < 16 && !/\d/.test(word)) {
      words.push(word);
      continue;
    }
    for (const [i, part] of word.split(VARIABLE).entries()) {
      if (i > 0) vary();
      if (part !== "") words.push(part);
    }
  }
  let before = 0;
  let last = 0;
  for (const word of words) {
    const kind = kindOf(word);
    if ((kind & SAID) === 0) continue;
    if ((last & WORD) !== 0) before++;
    last = kind;
  }
  return before >= 2 && (last & SYLLABLE) !== 0 ? words.join(" ") : undefined;
}

/** What tells a message from what is hardly one: something that is said, with two letters, with three. */
const SAID = 1;
const SYLLABLE = 2;
const WORD = 4;
/** Messages are made of the same words again and again, and what a pattern with classes of Unicode says of one takes long. */
const kinds = new Map<string, number>();
const MOST_KINDS = 5_000;

function kindOf(word: string): number {
  const known = kinds.get(word);
  if (known !== undefined) return known;
  let kind = 0;
  if (/[^\0-@[-`{-\x7f]{2}/.test(word)) kind |= SAID;
  if (/\p{L}{2}/u.test(word)) kind |= SYLLABLE;
  if (/\p{L}{3}/u.test(word)) kind |= WORD;
  if (kinds.size >= MOST_KINDS) kinds.clear();
  // A longer piece of a line would keep the whole of it.
  if (word.length <= 12) kinds.set(word, kind);
  return kind;
}

/** Stands for what varies. */
const ANY = "\u2026";
const RULE_MARKS = /^[|+~^-]+$/;

function merge(state: TermsState, key: string, found: Term): void {
  const term = state.terms[key];
  if (term === undefined) {
    state.terms[key] = found;
    state.count++;
    return;
  }
  term.count += found.count;
  term.sessions++;
  term.last = found.last;
  if (term.places.length < PLACES) term.places.push(found.last);
}

/** Those of the fewest sessions go, the oldest first, until half are left. */
function forget(state: TermsState): void {
  const all = Object.entries(state.terms).sort(([, a], [, b]) => a.sessions - b.sessions);
  for (const [key] of all.slice(0, state.count - MOST / 2)) delete state.terms[key];
  state.count = MOST / 2;
  state.dropped = true;
}

const ORDER: TermKind[] = ["event", "code", "update", "service", "message"];

/** What comes up in more than one session, the most frequent first; what comes up together stands together. */
export function recurring({ terms }: TermsState): Recurrence[] {
  const groups = new Map<string, Recurrence>();
  for (const term of Object.values(terms)) {
    if (term.sessions < 2) continue;
    const key = `${term.sessions} ${term.places.map(({ session }) => session).join(" ")} ${term.last.session}`;
    const group = groups.get(key) ?? { sessions: term.sessions, places: term.places, last: term.last, terms: [] };
    group.terms.push(term);
    groups.set(key, group);
  }
  for (const group of groups.values()) {
    group.terms.sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) || b.count - a.count || (a.name < b.name ? -1 : 1));
  }
  const total = ({ terms: all }: Recurrence) => all.reduce((sum, { count }) => sum + count, 0);
  return [...groups.values()].sort((a, b) => b.sessions - a.sessions || total(b) - total(a));
}
