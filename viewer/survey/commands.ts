import type { EntryKind, EntryOf } from "../../record/entry.ts";
import { elapsed } from "../html/format.ts";
import { hiddenLines, isOpen, type SessionEntry } from "../page.ts";
import { excerptOf } from "./excerpt.ts";
import type { ApprovalRow, ChangeRow, CommandRun, Excerpt, HiddenRow } from "./rows.ts";
import type { SessionView } from "./session-view.ts";

const NOTHING: Excerpt = { lines: [], more: 0 };

/** Every question of a session with its answer and the command that it led to. */
export function approvalRows(view: SessionView): ApprovalRow[] {
  const asked = ofKind(view, "approval.asked");
  if (asked.length === 0) return [];
  const answers = new Map<number, EntryOf<"approval.answered">>();
  const started = new Map<number, EntryOf<"command">>();
  for (const { entry } of view.entries) {
    if (entry.kind === "approval.answered") answers.set(entry.asked, entry);
    if (entry.kind === "command" && entry.answered !== undefined) started.set(entry.answered, entry);
  }
  const ends = endsOf(view);
  return asked.map(({ entry, text }) => {
    const answer = answers.get(entry.seq);
    const command = answer && started.get(answer.seq);
    return {
      at: view.time(entry),
      asked: view.entryLink(entry.seq),
      by: view.nameOf(entry.by),
      command: excerptOf(text.command) ?? NOTHING,
      reason: excerptOf(text.reason),
      answered:
        answer === undefined
          ? null
          : {
              entry: view.entryLink(answer.seq),
              answer: answer.answer,
              by: answer.by === undefined ? null : view.nameOf(answer.by),
              after: elapsed(view.time(entry), view.time(answer)),
              word: excerptOf(view.entries[answer.seq]?.text.word),
            },
      ran: command === undefined ? null : runOf(view, command.seq, ends),
    };
  });
}

/** Every command of a session that was not only reading: what the person or a standing consent had to allow. */
export function changeRows(view: SessionView): ChangeRow[] {
  const changes = ofKind(view, "command").filter(({ entry }) => entry.consent !== "read-only");
  if (changes.length === 0) return [];
  const ends = endsOf(view);
  return changes.map(({ entry, text }) => {
    const answer = entry.answered === undefined ? undefined : view.entries[entry.answered]?.entry;
    return {
      ...runOf(view, entry.seq, ends),
      at: view.time(entry),
      by: view.nameOf(entry.by),
      command: excerptOf(text.command) ?? NOTHING,
      allowed:
        answer?.kind === "approval.answered"
          ? {
              entry: view.entryLink(answer.seq),
              answer: answer.answer,
              by: answer.by === undefined ? null : view.nameOf(answer.by),
            }
          : null,
    };
  });
}

/** Entries of one kind. */
function ofKind<K extends EntryKind>({ entries }: SessionView, kind: K): (SessionEntry & { entry: EntryOf<K> })[] {
  return entries.filter((one): one is SessionEntry & { entry: EntryOf<K> } => one.entry.kind === kind);
}

export function hiddenRows(view: SessionView): HiddenRow[] {
  const redacted = view.entries.filter(({ text }) => !isOpen(text));
  return redacted.flatMap((shown) =>
    hiddenLines(view.session.session, shown).map(({ kind, seq, field, line, reason, shown: mask, digest }) => ({
      line: view.lineLink(kind, seq, field, line),
      kind,
      field,
      number: line,
      reason,
      shown: mask ?? null,
      digest,
    })),
  );
}

function endsOf({ entries }: SessionView): Map<number, EntryOf<"finished">> {
  const ends = new Map<number, EntryOf<"finished">>();
  for (const { entry } of entries) if (entry.kind === "finished") ends.set(entry.command, entry);
  return ends;
}

function runOf(view: SessionView, seq: number, ends: ReadonlyMap<number, EntryOf<"finished">>): CommandRun {
  const end = ends.get(seq);
  return { entry: view.entryLink(seq), end: end?.end ?? null, exit: end?.exit ?? null };
}
