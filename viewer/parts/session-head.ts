import type { Handoff } from "../../record/handoff.ts";
import { escapeHtml, textHtml } from "../html/escape.ts";
import { day, timeHtml } from "../html/format.ts";
import { outcomeHtml } from "../html/outcome.ts";
import { endpointName, sessionOf } from "../overview.ts";
import { machinePage } from "../page.ts";

/**
 * A session as the heading of what a list shows of it.
 * @param said HTML that stands at its end.
 * @throws TypeError when the handoff has no such session.
 */
export function sessionHeadHtml(handoff: Handoff, id: string, said = ""): string {
  const session = sessionOf(handoff, id);
  const address = escapeHtml(id);
  return (
    `<header class="group"> <h2 id="${address}"><a href="sessions/${address}.html">${textHtml(session.title)}</a></h2> ` +
    `<p> ${timeHtml(session.opened, day(session.opened))} ` +
    `<a class="host" href="${escapeHtml(machinePage(session.endpoint))}">${textHtml(endpointName(handoff, session.endpoint))}</a> ` +
    `${outcomeHtml(session.outcome)} ${session.mode === "imported" ? '<span class="right">imported</span>' : ""} ` +
    `${said === "" ? "" : `<span>${said}</span>`} </p> </header>`
  );
}
