import { type TextValue, visibleLines } from "../../record/text.ts";
import type { Recorded } from "../../record/wire.ts";
import type { Caller } from "../caller.ts";
import { WorkerError } from "../error.ts";
import type { RedactionBody } from "../schema.ts";
import { addRedaction, getHandoff, readReviewedEntries } from "./handoffs.ts";

/** What stands in place of masked words where nothing else is said. */
const MASKED = "[masked]";
/** How many lines one request hides. */
const MOST = 500;

/** Lines of one text, and how they are to be hidden. */
export interface Hiding {
  session: string;
  seq: number;
  field: string;
  /** From 0, both included. */
  first: number;
  last: number;
  reason: RedactionBody["reason"];
  /** In place of the line, or of the words. */
  shown: string | undefined;
  /** Only these words are masked; the rest of the line stays. */
  words: string | undefined;
  /** Whether the words are masked wherever else they stand in the handoff. */
  everywhere: boolean;
}

/** A whole session as it would be handed over now. */
export async function reviewedSession(caller: Caller, handoff: string, session: string): Promise<Recorded[]> {
  const all: Recorded[] = [];
  for (;;) {
    const { entries, size } = await readReviewedEntries(caller, handoff, session, all.length, 1000);
    all.push(...entries);
    if (entries.length === 0 || all.length >= size) return all;
  }
}

/**
 * Hides lines, or words in them. Lines that are hidden already stay as they are.
 * @returns how many lines were hidden.
 * @throws WorkerError `request/malformed` when the words don't stand where they are said to; else as `addRedaction`.
 */
export async function hideLines(caller: Caller, handoff: string, hiding: Hiding, value: TextValue): Promise<number> {
  const { session, seq, field, first, last, reason, shown, words } = hiding;
  const lines = visibleLines(value).slice(first, last + 1);
  const open = lines.flatMap(({ text, hidden }, i) => (hidden === undefined ? [{ text, line: first + i }] : []));
  if (lines.length > 0 && open.length === 0) {
    throw new WorkerError("handoff/already-redacted", "This line is hidden already. Show it again first.");
  }
  if (open.length > MOST) throw new WorkerError("request/malformed", `Hide up to ${MOST} lines at once.`);
  const fitting = words === undefined ? open : open.filter(({ text }) => text.includes(words));
  if (words !== undefined && fitting.length === 0) {
    throw new WorkerError("request/malformed", "The line does not hold these words as they are written here.");
  }
  for (const { text, line } of fitting) {
    await addRedaction(caller, handoff, bodyOf({ session, seq, field, line, reason }, text, words, shown));
  }
  const elsewhere = hiding.everywhere && words !== undefined ? await maskEverywhere(caller, handoff, words, hiding) : 0;
  return fitting.length + elsewhere;
}

async function maskEverywhere(caller: Caller, handoff: string, words: string, { reason, shown }: Hiding): Promise<number> {
  let masked = 0;
  for (const { session } of (await getHandoff(caller, handoff)).sessions) {
    for (const { line: committed, text } of await reviewedSession(caller, handoff, session)) {
      const { seq } = JSON.parse(committed) as { seq: number };
      for (const [field, value] of Object.entries(text)) {
        for (const [line, { text: shownText, hidden }] of visibleLines(value).entries()) {
          if (hidden !== undefined || !shownText.includes(words)) continue;
          await addRedaction(caller, handoff, bodyOf({ session, seq, field, line, reason }, shownText, words, shown));
          masked++;
        }
      }
    }
  }
  return masked;
}

function bodyOf(
  place: { session: string; seq: number; field: string; line: number; reason: RedactionBody["reason"] },
  text: string,
  words: string | undefined,
  shown: string | undefined,
): RedactionBody {
  const rendering = words === undefined ? shown : text.replaceAll(words, () => shown ?? MASKED);
  return { ...place, session: place.session as RedactionBody["session"], ...(rendering === undefined ? {} : { shown: rendering }) };
}
