import type { EntryOf } from "../../record/entry.ts";
import type { Handoff } from "../../record/handoff.ts";
import { shownTime } from "../../record/session-facts.ts";
import { citation } from "../../viewer/citation.ts";
import { hiddenLines, type SessionEntry } from "../../viewer/page.ts";
import type { SessionRecords } from "../session-records.ts";
import { shown } from "./shown.ts";

/** A name and value beside what the format knows; neither may be empty. */
export interface RsmfCustom {
  name: string;
  value: string;
}

/** An event as `rsmf_schema_2_0_0.json` has it, of the properties that a record can fill. */
export interface RsmfEvent {
  conversation: string;
  timestamp: string;
  type: "message" | "disclaimer" | "join" | "unknown";
  participant: string | undefined;
  id?: string;
  body: string;
  custom: RsmfCustom[];
  parent: string | undefined;
}

/** Who an event is from, and the number of the entry to which it belongs. */
interface EventPlace {
  type: RsmfEvent["type"];
  participant: string | undefined;
  parent: number | undefined;
}

/** The machine takes part as itself: it prints, and tells of its context. */
export const MACHINE = "machine";

const NAME: Record<SessionEntry["entry"]["kind"], string> = {
  opened: "Session opened",
  joined: "Joined",
  context: "Machine",
  "approval.asked": "Approval asked",
  "approval.answered": "Approval answered",
  command: "Command",
  output: "Output",
  finished: "Command finished",
  chat: "Chat",
  note: "Note",
  gap: "Gap",
  closed: "Session closed",
};

/**
 * The entries of a session from `from` up to `to` as events, and a disclaimer after each that has hidden lines. An event names the one that
 * it belongs to only if that is among them. All have the same fields in the same order: JSON leaves out those that are undefined.
 */
export function rsmfEvents(handoff: Handoff, { session, entries }: SessionRecords, from = 0, to = entries.length): RsmfEvent[] {
  const answers = new Map<number, SessionEntry & { entry: EntryOf<"approval.answered"> }>();
  const conversation = session.session;
  const events: RsmfEvent[] = [];
  for (let i = from; i < to; i++) {
    const { entry, text } = entries[i] as SessionEntry;
    if (entry.kind === "approval.answered") answers.set(entry.asked, { entry, text });
  }
  for (let i = from; i < to; i++) {
    const item = entries[i] as SessionEntry;
    const { entry } = item;
    const timestamp = shownTime(entry, session.mode);
    const cite = citation(handoff, conversation, entry.seq);
    const custom: RsmfCustom[] = [
      { name: "Kind", value: NAME[entry.kind] },
      { name: "Citation", value: cite },
    ];
    for (const [name, value] of detailsOf(item, answers.get(entry.seq))) if (value !== "") custom.push({ name, value });
    const { type, participant, parent: about } = placeOf(item);
    const parent = about !== undefined && about >= from && about < to ? `e${about}` : undefined;
    events.push({ conversation, timestamp, type, participant, id: `e${entry.seq}`, body: bodyOf(item), custom, parent });
    const hidden = hiddenLines(conversation, item);
    if (hidden.length === 0) continue;
    const said = hidden.map(({ field, line, reason, digest }) => `${field}, line ${line + 1}: ${reason}, SHA-256 ${digest}`);
    const body = `Lines of ${cite} were hidden by a reviewer before the handoff. Masks are asserted, not proven.\n${said.join("\n")}`;
    const cited = [{ name: "Citation", value: cite }];
    events.push({ conversation, timestamp, type: "disclaimer", participant: undefined, body, custom: cited, parent: undefined });
  }
  return events;
}

/** What kind of event it is, who it is from, and to which entry it belongs. */
function placeOf({ entry }: SessionEntry): EventPlace {
  switch (entry.kind) {
    case "opened":
    case "gap":
      return { type: "disclaimer", participant: undefined, parent: undefined };
    case "joined":
      return { type: "join", participant: entry.participant, parent: undefined };
    case "context":
      return { type: "message", participant: MACHINE, parent: undefined };
    case "output":
    case "finished":
      return { type: "message", participant: MACHINE, parent: entry.command };
    case "approval.answered":
      return { type: entry.by === undefined ? "unknown" : "message", participant: entry.by, parent: entry.asked };
    case "command":
      return { type: "message", participant: entry.by, parent: entry.answered };
    case "note":
      return { type: "message", participant: entry.by, parent: entry.about };
    case "closed":
      return { type: entry.by === undefined ? "unknown" : "message", participant: entry.by, parent: undefined };
    default:
      return { type: "message", participant: entry.by, parent: undefined };
  }
}

function bodyOf({ entry, text }: SessionEntry): string {
  switch (entry.kind) {
    case "opened": {
      const how =
        entry.mode === "live"
          ? "Recorded while it happened."
          : "Imported: attested from the day of import, times as claimed by the source.";
      return `${shown(text.subject)}\n${shown(text.organization)} for ${shown(text.client)}, on ${shown(text.endpoint)}. ${how}${text.source === undefined ? "" : `\nSource: ${shown(text.source)}`}`;
    }
    case "joined":
      return `${shown(text.name)} joined as ${entry.role}.`;
    case "context":
      return `${entry.part}${entry.status === "failed" ? " could not be read" : ""}\n${entry.columns.join("\t")}\n${shown(text.value)}`;
    case "approval.asked":
      return `May this run?\n${shown(text.command)}\nReason given: ${shown(text.reason)}`;
    case "approval.answered":
      return `${entry.answer}${text.word === undefined ? "" : `: ${shown(text.word)}`}`;
    case "finished":
      return `${entry.end}, ${entry.exit === null ? "no exit code" : `exit code ${entry.exit}`}, ${entry.duration} ms`;
    case "gap":
      return `Nothing was recorded from ${entry.from} to ${entry.to}: ${entry.cause}.${text.detail === undefined ? "" : ` ${shown(text.detail)}`}`;
    case "closed":
      return [entry.outcome, shown(text.summary), text.todo === undefined ? "" : `Still to do:\n${shown(text.todo)}`]
        .filter((part) => part !== "")
        .join("\n");
    case "command":
      return shown(text.command);
    case "output":
      return shown(text.output);
    case "chat":
      return shown(text.message);
    case "note":
      return shown(text.note);
  }
}

/** Approvals and commands in fields of their own. */
function detailsOf(
  { entry, text }: SessionEntry,
  answer: (SessionEntry & { entry: EntryOf<"approval.answered"> }) | undefined,
): [string, string][] {
  switch (entry.kind) {
    case "approval.asked":
      return [
        ["Approval: command", shown(text.command)],
        ["Approval: reason", shown(text.reason)],
        ["Approval: answer", answer?.entry.answer ?? "none in the record"],
        ["Approval: answered at", answer?.entry.at ?? ""],
        ["Approval: answered by", answer?.entry.by ?? ""],
        ["Approval: word", shown(answer?.text.word)],
      ];
    case "command":
      return [
        ["Shell", entry.shell],
        ["Directory", shown(text.directory)],
        ["Consent", entry.consent === "read-only" ? "read-only by the machine's policy" : `answered in e${entry.answered}`],
      ];
    case "output":
      return [["Stream", entry.stream]];
    case "finished":
      return [
        ["Exit code", entry.exit === null ? "none" : String(entry.exit)],
        ["Bytes cut", String(entry.cut.stdout + entry.cut.stderr)],
      ];
    default:
      return [];
  }
}
