import type { Entry } from "../../record/entry.ts";
import type { HandoffSession } from "../../record/handoff.ts";
import { entryAddress } from "../address.ts";
import { clock, day, timeHtml } from "../html/format.ts";
import type { SessionEntry } from "../page.ts";
import { bodyHtml } from "./body.ts";
import { type Scene, sceneOf } from "./scene.ts";

/**
 * All entries of a session as list items, in order, each with its number and time. Built as strings in one pass: a component
 * per entry would cost most of the time of a large package.
 */
export function timelineHtml(session: HandoffSession, entries: readonly SessionEntry[]): string {
  const scene = sceneOf(session, entries);
  const html: string[] = [];
  let today = "";
  let before: Entry | undefined;
  for (const item of entries) {
    const time = scene.time(item.entry);
    const date = day(time);
    if (date !== today) {
      html.push(`<li class="day"><h3>${timeHtml(time.slice(0, 10), date)}</h3></li>`);
      today = date;
    }
    html.push(itemHtml(item, before, scene, time));
    before = item.entry;
  }
  return html.join("\n");
}

function itemHtml(item: SessionEntry, before: Entry | undefined, scene: Scene, time: string): string {
  const { entry } = item;
  const address = entryAddress(entry.seq);
  const name = entry.kind.replace(".", "-");
  const follows = continues(entry, before);
  return (
    `<li class="e ${name}${follows ? " follows" : ""}" id="${address}">` +
    `<div class="mark"><a href="#${address}" title="Entry ${entry.seq}">${entry.seq}</a>${timeHtml(time, clock(time))}</div>` +
    `<div class="body">${bodyHtml(item, scene, follows)}</div></li>`
  );
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
