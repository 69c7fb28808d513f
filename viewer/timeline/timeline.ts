import type { Entry } from "../../record/entry.ts";
import type { Handoff, HandoffSession } from "../../record/handoff.ts";
import { entryAddress } from "../address.ts";
import { citation } from "../citation.ts";
import { clock, day, number, timeHtml } from "../html/format.ts";
import type { SessionEntry } from "../page.ts";
import { bodyHtml } from "./body.ts";
import { type Scene, sceneOf } from "./scene.ts";
import { splitSession } from "./split.ts";

/** What a timeline is made of. */
export interface TimelineView {
  handoff: Handoff;
  session: HandoffSession;
  entries: readonly SessionEntry[];
  /** SHA-256 of each committed line in hexadecimal. */
  digests: readonly string[];
  /** Which page of the session, from 0. */
  part: number;
}

/**
 * The entries of one page of a session as list items, in order, each with its number, time and citation. Built as strings in one pass: a
 * component per entry would cost most of the time of a large package.
 */
export function timelineHtml(view: TimelineView): string {
  const { entries, session, part } = view;
  const scene = sceneOf(session, entries, part);
  const starts = splitSession(entries);
  const first = starts[part]?.seq ?? 0;
  const next = starts[part + 1];
  const end = next === undefined ? entries.length : next.seq + (next.line > 0 ? 1 : 0);
  const html: string[] = [];
  let today = "";
  for (const item of entries.slice(first, end)) {
    const time = scene.time(item.entry);
    const date = day(time);
    if (date !== today) {
      html.push(`<li class="day"><h3>${timeHtml(time.slice(0, 10), date)}</h3></li>`);
      today = date;
    }
    const before = item.entry.seq === first ? undefined : entries[item.entry.seq - 1]?.entry;
    html.push(itemHtml(item, before, view, scene, time));
  }
  return html.join("\n");
}

function itemHtml(item: SessionEntry, before: Entry | undefined, view: TimelineView, scene: Scene, time: string): string {
  const { entry } = item;
  const { handoff, session, digests } = view;
  const name = entry.kind.replace(".", "-");
  const follows = continues(entry, before);
  const { from } = scene.extent(entry.seq);
  const address = from === 0 ? entryAddress(entry.seq) : `${entryAddress(entry.seq)}-${from + 1}`;
  const link = from === 0 ? `#${address}` : scene.href(entry.seq);
  return (
    `<li class="e ${name}${follows ? " follows" : ""}" id="${address}">` +
    `<div class="mark"><a href="${link}" title="Entry ${entry.seq}">${entry.seq}</a>${timeHtml(time, clock(time))}` +
    `<button type="button" class="cite" data-digest="${digests[entry.seq] ?? ""}">${citation(handoff, session.session, entry.seq)}</button></div>` +
    `<div class="body">${from === 0 ? "" : continuedHtml(from)}${bodyHtml(item, scene, follows)}</div></li>`
  );
}

/** Said where a page begins in the middle of an entry. */
function continuedHtml(from: number): string {
  return `<p class="aside">Continued from the page before, at line ${number(from + 1)}.</p>`;
}

/** Whether an entry goes on with what stands right before it, and so needs no heading of its own. */
function continues(entry: Entry, before: Entry | undefined): boolean {
  if (before === undefined) return false;
  if (entry.kind === "output" || entry.kind === "finished") {
    return before.kind === "command" ? before.seq === entry.command : before.kind === "output" && before.command === entry.command;
  }
  if (entry.kind === "approval.answered") return before.kind === "approval.asked" && before.seq === entry.asked;
  return false;
}
