import type { Handoff, HandoffSession } from "../../record/handoff.ts";
import { escapeHtml, textHtml } from "../html/escape.ts";
import { counted, day, timeHtml } from "../html/format.ts";
import { outcomeHtml } from "../html/outcome.ts";
import { endpointName } from "../overview.ts";
import { machinePage } from "../page.ts";

/** Sessions as the overview and the list of all sessions show them. */
export function sessionRowsHtml(handoff: Handoff, sessions: readonly HandoffSession[]): string {
  return `<ol class="sessions"> ${sessions.map((session) => rowHtml(handoff, session)).join("")} </ol>`;
}

function rowHtml(handoff: Handoff, session: HandoffSession): string {
  const { approvals, redactedLines } = session;
  const tags = session.tags.map((tag) => `<span class="tag">${textHtml(tag)}</span>`).join("");
  return (
    `<li> ${timeHtml(session.opened, day(session.opened))} ` +
    `<div class="what"> <h3><a href="sessions/${escapeHtml(session.session)}.html">${textHtml(session.title)}</a></h3> ` +
    `<p> <a class="host" href="${escapeHtml(machinePage(session.endpoint))}">${textHtml(endpointName(handoff, session.endpoint))}</a> ` +
    `<span>${counted(session.commands, "command")}</span> ` +
    `${approvals > 0 ? `<span>${counted(approvals, "approval")}</span>` : ""} ` +
    `${redactedLines > 0 ? `<span>${counted(redactedLines, "hidden line")}</span>` : ""} ` +
    `${session.mode === "imported" ? "<span>imported</span>" : ""} ${tags} </p> </div> ${outcomeHtml(session.outcome)} </li>`
  );
}
