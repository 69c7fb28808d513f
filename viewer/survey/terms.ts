import type { EntryKind } from "../../record/entry.ts";
import { type TextValue, visibleLines } from "../../record/text.ts";
import { MAIN_TEXT } from "../address.ts";
import { withoutSgr } from "../html/sgr.ts";
import { partOf, splitSession } from "../timeline/split.ts";
import { type Hint, Hints } from "./hints.ts";
import type { KeptTerms } from "./kept-terms.ts";
import { LONGEST, messageOf } from "./message.ts";
import type { TermKind } from "./rows.ts";
import type { SessionView } from "./session-view.ts";

/** Entries whose main text is looked through. A question's command is counted when it runs. */
const READ: ReadonlySet<EntryKind> = new Set(["command", "output", "chat", "note", "closed"]);

/** What names something that comes up again; looked for only where one of its hints is in the line. */
interface Rule {
  kind: TermKind;
  /** In lower case. They begin where the pattern has its `\b`. */
  hints: readonly string[];
  /** Hints that stand within. */
  within?: readonly string[];
  /** The name is the first group. */
  pattern: RegExp;
}

const SAID_OF_SERVICES = ["terminated", "entered the stopped", "hung", "failed", "could not", "is not", "did not"];

const RULES: readonly Rule[] = [
  { kind: "update", hints: ["kb"], pattern: /\b(KB\d{6,7})\b/gi },
  // HRESULT and NTSTATUS codes of failures, and stop codes.
  { kind: "code", hints: ["0x"], pattern: /\b(0x(?:[89c][0-9a-f]{7}|000000[0-9a-f]{2}|000001[0-9a-f]{2}))\b/gi },
  // Event ids, named or in a table.
  { kind: "event", hints: ["event"], pattern: /\bevent(?: ?ids?)?[ :=#]{1,3}(\d{2,5})\b/gi },
  { kind: "event", hints: [], within: [" error", " warning", " critical"], pattern: /\b(\d{3,5}) +(?:error|warning|critical)\b/gi },
  // Services, by what is said of them or done to them.
  {
    kind: "service",
    hints: [],
    within: SAID_OF_SERVICES.map((said) => ` service ${said}`),
    pattern: new RegExp(`\\bThe ([^.:'"]{2,60}?) service (?:${SAID_OF_SERVICES.join("|")})`, "gi"),
  },
  {
    kind: "service",
    hints: ["restart-service ", "start-service ", "stop-service ", "set-service "],
    pattern: /\b(?:Restart|Start|Stop|Set)-Service +(?:-Name +)?['"]?([\w$.-]{2,40})/gi,
  },
  {
    kind: "service",
    hints: ["systemctl "],
    pattern: /\bsystemctl +(?:--?[\w-]+ +)*(?:restart|start|stop|status|reload|enable|disable) +([\w@.-]{2,40})/gi,
  },
  { kind: "service", hints: ["net "], pattern: /\bnet +(?:start|stop) +["']?([\w$.-]{2,40})/gi },
];
/** What begins a word of a line that is a message of trouble. */
const TROUBLE = [
  ...["error", "fail", "cannot", "can't", "could not", "denied", "unable", "exception"],
  ...["timed out", "not found", "corrupt", "refused", "unreachable"],
];
/** The bit after those of the rules is for messages. */
const MESSAGE = 1 << RULES.length;
const HINTS = new Hints([
  ...RULES.flatMap(({ hints, within = [] }, i): Hint[] => [
    ...hints.map((text) => ({ text, bits: 1 << i, begins: true })),
    ...within.map((text) => ({ text, bits: 1 << i })),
  ]),
  ...TROUBLE.map((text) => ({ text, bits: MESSAGE, begins: true })),
]);

/** Takes in what is shown of one session. */
export function addTerms(terms: KeptTerms, view: SessionView): void {
  const starts = splitSession(view.entries);
  terms.begin(view.session.session, (seq, line) => partOf(starts, seq, line));
  for (const { entry, text } of view.entries) {
    const value = READ.has(entry.kind) ? text[MAIN_TEXT[entry.kind]] : undefined;
    if (value === undefined) continue;
    // Only what a program says is a message of trouble.
    const mask = entry.kind === "output" ? -1 : ~MESSAGE;
    eachHinted(shownLines(value), (shown, line, hints) => {
      if ((hints & mask) !== 0) lineTerms(shown, hints & mask, (kind, name, key) => terms.note(kind, name, key, entry.seq, line));
    });
  }
  terms.end();
}

/** What is shown of each line; nothing of those that are hidden. */
function shownLines(value: TextValue): readonly string[] {
  return "seed" in value ? value.lines : visibleLines(value).map((line) => (line.hidden === undefined ? line.text : ""));
}

function eachHinted(lines: readonly string[], take: (shown: string, line: number, hints: number) => void): void {
  const text = lines.length === 1 ? (lines[0] as string) : lines.join("\n");
  const shown = withoutSgr(text);
  const shownOf = shown === text ? lines : shown.split("\n");
  HINTS.lines(shown, (line, hints) => {
    const here = shownOf[line] as string;
    // A line of a dump or of minified code names nothing that a person would look for.
    if (here.length >= 4 && here.length <= LONGEST) take(here, line, hints);
  });
}

type Note = (kind: TermKind, name: string, key: string) => void;

function lineTerms(text: string, hints: number, note: Note): void {
  let last = "";
  for (let i = 0; i < RULES.length; i++) {
    if ((hints & (1 << i)) === 0) continue;
    const { kind, pattern } = RULES[i] as Rule;
    pattern.lastIndex = 0;
    for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
      const found = match[1] as string;
      const key = kind === "event" ? found : found.trim().toLowerCase();
      // An event may be named as one and stand in a table.
      if (kind === "event" && key === last) continue;
      last = key;
      note(kind, kind === "update" ? found.toUpperCase() : kind === "service" ? found.trim() : key, key);
    }
  }
  if ((hints & MESSAGE) === 0) return;
  const message = messageOf(text);
  if (message !== undefined) note("message", message.name, message.key);
}
