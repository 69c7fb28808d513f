import type { HandoffSession } from "../../record/handoff.ts";
import { type TextValue, textNames, visibleLines } from "../../record/text.ts";
import { MAIN_TEXT } from "../address.ts";
import { withoutSgr } from "../html/sgr.ts";
import type { SessionEntry } from "../page.ts";
import type { DocumentKind, Passage } from "./files.ts";

/** One thing that can be found: a command with what it printed, a question with its answer, a message, a session. */
export interface SearchDocument {
  kind: DocumentKind;
  /** Texts, one behind another. */
  command: string[];
  name: string;
  /** What the passages say beside the command. */
  text: string[];
  /** Empty for a session, whose words stand in `name`. */
  passages: Passage[];
}

const KIND: Partial<Record<SessionEntry["entry"]["kind"], DocumentKind>> = {
  opened: "session",
  context: "machine",
  "approval.asked": "approval",
  "approval.answered": "approval",
  command: "command",
  output: "command",
  finished: "command",
  chat: "chat",
  note: "note",
  gap: "gap",
  closed: "closing",
};

/** What can be found in one session: of each text what is shown, hidden lines as their masks. */
export function documentsOf(session: HandoffSession, entries: Iterable<SessionEntry>): SearchDocument[] {
  const own: SearchDocument = { kind: "session", command: [session.title], name: session.tags.join(" "), text: [], passages: [] };
  const said = [session.note, ...session.todo].filter((text) => text.trim() !== "");
  // Entry 0 opens the session: what is said about the session as a whole leads there.
  for (const text of said) own.passages.push([0, "", text]);
  own.text.push(...said);
  if (session.tags.length > 0) own.passages.push([0, "", session.tags.join(", ")]);
  const documents = [own];
  const bySeq = new Map<number, SearchDocument>();
  for (const item of entries) {
    const { entry } = item;
    const kind = KIND[entry.kind];
    let document = entry.kind === "opened" || entry.kind === "joined" ? own : undefined;
    if (entry.kind === "output" || entry.kind === "finished") document = bySeq.get(entry.command);
    if (entry.kind === "approval.answered") document = bySeq.get(entry.asked);
    if (document === undefined) {
      if (kind === undefined) continue;
      document = { kind, command: [], name: "", text: [], passages: [] };
      documents.push(document);
    }
    bySeq.set(entry.seq, document);
    addTexts(document, item);
  }
  return documents.filter(
    ({ command, name, passages }) => command.some((text) => text !== "") || name !== "" || passages.length > 0,
  );
}

const NOT_BLANK = /\S/;

function addTexts(document: SearchDocument, { entry, text }: SessionEntry): void {
  // All it says is hashes.
  if (entry.kind === "finished") return;
  for (const field of textNames(text)) {
    const value = text[field] as TextValue;
    const lines = "seed" in value ? value.lines : visibleLines(value).map((line) => line.text);
    // A colour would make a word of its own of the word behind it.
    const shown = withoutSgr(lines.length === 1 ? (lines[0] as string) : lines.join("\n"));
    if (!NOT_BLANK.test(shown)) continue;
    if (field === "command") document.command.push(shown);
    else document.text.push(shown);
    document.passages.push([entry.seq, field === MAIN_TEXT[entry.kind] ? "" : field, shown]);
  }
}
