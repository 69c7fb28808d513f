import type { HandoffView } from "../schema.ts";
import { plainText } from "./text-view.ts";
import { day } from "./time.tsx";
import type { ShownEntry } from "./transcript.tsx";
import { counted, OUTCOME, span } from "./words.ts";

/** Title, note and what is left to do, as a reviewer may begin with. */
export interface SessionWords {
  title: string;
  note: string;
  todo: string[];
}

/**
 * A draft out of how the session was opened and closed, what was run and what was answered, as far as that is still to be seen: it must
 * not say again what was hidden.
 */
export function draftWords(entries: readonly ShownEntry[]): SessionWords {
  return {
    title: textOf(entries, "opened", "subject").slice(0, 200),
    note: [textOf(entries, "closed", "summary"), factsOf(entries)].filter(Boolean).join("\n\n"),
    todo: textOf(entries, "closed", "todo").split("\n").filter(Boolean),
  };
}

/** A letter to begin with, out of what is selected. Whoever sends it makes it their own. */
export function draftLetter(handoff: HandoffView, from: { name: string; organization: string }): string {
  const { sessions, period, groupName, recipient, redactions } = handoff;
  const outcomes = Object.entries(OUTCOME)
    .map(([outcome, word]) => ({ word: word.toLowerCase(), count: sessions.filter((one) => one.outcome === outcome).length }))
    .filter(({ count }) => count > 0)
    .map(({ word, count }) => `${count} ${word}`);
  const machines = new Set(sessions.map(({ endpoint }) => endpoint)).size;
  const when = period === null ? "" : ` from ${day(period.from)} to ${day(period.to)}`;
  const left = sessions.reduce((sum, { todo }) => sum + todo.length, 0);
  // Before all of them were reviewed nobody knows.
  const isSaid = sessions.every(({ title, reviewed }) => title !== "" || reviewed !== null);
  const imported = sessions.filter(({ mode }) => mode === "imported").length;
  const how = imported === 0 ? ", as they were recorded while they happened" : "";
  return [
    "Dear colleagues,",
    "",
    `${groupName} moves from ${from.organization} to ${recipient}. This package holds ${counted(sessions.length, "support session")} on ${counted(machines, "machine")}${when}${how}: ${outcomes.join(", ")}.`,
    "",
    ...(imported === 0 ? [] : [`${counted(imported, "session was", "sessions were")} brought in afterwards; they say so.`, ""]),
    ...(isSaid
      ? [
          left === 0
            ? "No session has anything left to do."
            : `${left === 1 ? "One thing is" : `${left} things are`} still to do; the overview lists them first, each with the session that it comes from.`,
          "",
        ]
      : []),
    ...(redactions.length === 0
      ? []
      : ["Lines that hold a credential, or personal data that you don't need, are hidden. Each says so, and why.", ""]),
    `${from.name}, ${from.organization}`,
  ].join("\n");
}

function textOf(entries: readonly ShownEntry[], kind: string, field: string): string {
  const value = entries.find(({ entry }) => entry.kind === kind)?.text[field];
  return value === undefined ? "" : plainText(value);
}

/** `Resolved after 12 min 3 s: 7 commands, 2 of which changed something; 2 approvals asked for, 1 denied.` */
function factsOf(entries: readonly ShownEntry[]): string {
  const kinds = (kind: string) => entries.filter(({ entry }) => entry.kind === kind).length;
  const changing = entries.filter(({ entry }) => entry.kind === "command" && entry.consent === "answered").length;
  const refused = entries.filter(
    ({ entry }) => entry.kind === "approval.answered" && entry.answer !== "approved" && entry.answer !== "standing",
  ).length;
  const closed = entries.find(({ entry }) => entry.kind === "closed")?.entry;
  const [first] = entries;
  if (closed?.kind !== "closed" || first === undefined) return "";
  const took = Date.parse(closed.seen ?? closed.at) - Date.parse(first.entry.seen ?? first.entry.at);
  const parts = [counted(kinds("command"), "command")];
  if (changing > 0) parts.push(`${changing} of which needed approval`);
  const asked = kinds("approval.asked");
  if (asked > 0) parts.push(`${counted(asked, "approval")} asked for${refused > 0 ? `, ${refused} not given` : ""}`);
  if (kinds("gap") > 0) parts.push(counted(kinds("gap"), "gap in the record", "gaps in the record"));
  return `${OUTCOME[closed.outcome]} after ${span(Math.max(0, took))}: ${parts.join("; ")}.`;
}
