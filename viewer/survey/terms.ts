import { visibleLines } from "../../record/text.ts";
import { withoutSgr } from "../html/sgr.ts";
import { shortened } from "./excerpt.ts";
import type { Recurrence, Term, TermKind } from "./rows.ts";
import type { SessionView } from "./session-view.ts";

/** Identifiers and messages that came up so far. Plain and serialisable. */
export interface TermsState {
  terms: Record<string, Term>;
  /** Whether some that came up once only were forgotten. */
  dropped: boolean;
}

const MOST = 8_000;
const OF_A_SESSION = 150;
const PLACES = 40;
const TEXTS = ["command", "output", "message", "note", "summary"];

/**
 * KB numbers; HRESULT and NTSTATUS codes of failures, and stop codes; event ids, named or in a table; services, by what is said of
 * them or done to them.
 */
const IDENTIFIER = new RegExp(
  [
    String.raw`\b(?<update>KB\d{6,7})\b`,
    String.raw`\b(?<code>0x(?:[89c][0-9a-f]{7}|000000[0-9a-f]{2}|000001[0-9a-f]{2}))\b`,
    String.raw`\bevent(?: ?ids?)?[ :=#]{1,3}(?<event>\d{2,5})\b`,
    String.raw`\b(?<listed>\d{3,5}) +(?:error|warning|critical)\b`,
    String.raw`\bThe (?<service>[^.:'"]{2,60}?) service (?:terminated|entered the stopped|hung|failed|could not|is not|did not)`,
    String.raw`\b(?:Restart|Start|Stop|Set)-Service +(?:-Name +)?['"]?(?<cmdlet>[\w$.-]{2,40})`,
    String.raw`\bsystemctl +(?:--?[\w-]+ +)*(?:restart|start|stop|status|reload|enable|disable) +(?<unit>[\w@.-]{2,40})`,
    String.raw`\bnet +(?:start|stop) +["']?(?<net>[\w$.-]{2,40})`,
  ].join("|"),
  "gi",
);
const KIND: Record<string, TermKind> = {
  ...{ update: "update", code: "code", event: "event", listed: "event" },
  ...{ service: "service", cmdlet: "service", unit: "service", net: "service" },
};
const TROUBLE =
  /\b(?:error|fail(?:ed|ure|s)?|cannot|can't|could not|denied|unable|exception|timed out|not found|corrupt|refused|unreachable)/i;
/** What differs between two occurrences of the same message. */
const VARIABLE = /\{?[0-9a-f]{8}-[0-9a-f-]{27}\}?|0x[0-9a-f]+|[0-9a-f]{16,}|\d[\d.,:/-]*/gi;

export function newTerms(): TermsState {
  return { terms: {}, dropped: false };
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
      for (const [i, line] of visibleLines(value).entries()) {
        if (line.hidden === undefined)
          lineTerms(line.text, field === "output", note, () => view.lineLink(entry.kind, entry.seq, field, i).href);
      }
    }
  }
  for (const [key, term] of here) merge(state.terms, key, term);
  if (Object.keys(state.terms).length > MOST) forget(state);
}

type Note = (kind: TermKind, name: string, href: () => string) => void;

function lineTerms(line: string, printed: boolean, note: Note, href: () => string): void {
  // A line of a dump or of minified code names nothing that a person would look for.
  if (line.length < 4 || line.length > 2_000) return;
  const text = withoutSgr(line);
  for (const { groups } of text.matchAll(IDENTIFIER)) {
    for (const [name, found] of Object.entries(groups ?? {})) {
      const kind = KIND[name];
      if (found === undefined || kind === undefined) continue;
      note(kind, kind === "update" ? found.toUpperCase() : kind === "code" ? found.toLowerCase() : found.trim(), href);
    }
  }
  if (!printed || !TROUBLE.test(text)) return;
  const message = text
    .replace(VARIABLE, "\u2026")
    .replace(/(?:[\s|+~^-]*\u2026)+[\s|]*/g, " \u2026 ")
    .replace(/\s+/g, " ")
    .trim();
  if (/\p{L}{3,}.* .*\p{L}{3,}.* .*\p{L}{2,}/u.test(message))
    note("message", shortened(message.replace(/^[\u2026 ]+/, ""), 140), href);
}

function merge(terms: Record<string, Term>, key: string, found: Term): void {
  const term = terms[key];
  if (term === undefined) {
    terms[key] = found;
    return;
  }
  term.count += found.count;
  term.sessions++;
  term.last = found.last;
  if (term.places.length < PLACES) term.places.push(found.last);
}

/** Those of one session only go, the oldest first, until half are left. */
function forget(state: TermsState): void {
  let over = Object.keys(state.terms).length - MOST / 2;
  for (const [key, term] of Object.entries(state.terms)) {
    if (over <= 0) break;
    if (term.sessions > 1) continue;
    delete state.terms[key];
    state.dropped = true;
    over--;
  }
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
