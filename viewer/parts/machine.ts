import type { Handoff, HandoffSession } from "../../record/handoff.ts";
import { escapeHtml, textHtml } from "../html/escape.ts";
import { phraseExcerptHtml } from "../html/excerpt.ts";
import { counted, day, number, timeHtml } from "../html/format.ts";
import { outcomeHtml } from "../html/outcome.ts";
import { sessionOf } from "../overview.ts";
import type { Closings } from "../page.ts";
import type { MachineChange, MachinePart } from "../survey/rows.ts";
import { CONTEXT } from "../words.ts";

// The long lists of a machine's page, which stands one folder below the others.

/** Sessions on a machine that were about a problem, with how each ended. */
export function problemsHtml(sessions: readonly HandoffSession[], closings: Closings): string {
  return `<ol class="problems"> ${sessions.map((session) => problemHtml(session, closings)).join("")} </ol>`;
}

function problemHtml(session: HandoffSession, closings: Closings): string {
  const closing = closings[session.session];
  const note = session.note.trim();
  const said = closing ? phraseExcerptHtml(closing) : textHtml(note.split("\n")[0] ?? "");
  const todo = session.todo.map((item) => `<li>${textHtml(item)}</li>`).join("");
  return (
    `<li> <h3>${titleHtml(session)}</h3> <p class="aside">${timeHtml(session.opened, day(session.opened))} ${outcomeHtml(session.outcome)}</p> ` +
    `${closing || note !== "" ? `<p>${said}</p>` : ""} ${todo === "" ? "" : `<ul class="todo">${todo}</ul>`} </li>`
  );
}

/**
 * What changed on a machine, session by session.
 * @param sessions all on this machine, the latest first.
 */
export function historyHtml(handoff: Handoff, sessions: readonly HandoffSession[], changes: readonly MachineChange[]): string {
  const bySession = Map.groupBy(changes, ({ session }) => session);
  const items = sessions.map((session, i) => {
    const own = bySession.get(session.session)?.map((change) => changeHtml(handoff, change)) ?? [];
    const none =
      i === sessions.length - 1
        ? "The first session on this machine in the package: there is nothing before it to compare with."
        : "No difference seen.";
    return (
      `<li> <p class="when">${timeHtml(session.opened, day(session.opened))} ${titleHtml(session)}</p> ` +
      `${own.length === 0 ? `<p class="aside">${none}</p>` : own.join("")} </li>`
    );
  });
  return `<ol class="history"> ${items.join("")} </ol>`;
}

function changeHtml(handoff: Handoff, change: MachineChange): string {
  const added = change.added.map((text) => `<li class="plus"><span class="unseen">new: </span>${textHtml(text)}</li>`);
  const removed = change.removed.map((text) => `<li class="minus"><span class="unseen">gone: </span>${textHtml(text)}</li>`);
  const changed = change.changed.map(
    ({ name, before, after }) => `<li class="turned">${textHtml(name)}: <s>${textHtml(before)}</s> <b>${textHtml(after)}</b></li>`,
  );
  return (
    `<div class="change"> <h3><a href="../${escapeHtml(change.href)}">${CONTEXT[change.part]}</a> ` +
    `<span class="aside">since ${openedHtml(handoff, change.since)}</span></h3> ` +
    `<ul> ${added.join("")} ${removed.join("")} ${changed.join("")} </ul> ` +
    `${change.more > 0 ? `<p class="aside">and ${number(change.more)} more</p>` : ""} </div>`
  );
}

/** A part of the machine as it was last seen, to be unfolded. */
export function lastSeenHtml(handoff: Handoff, { part, session, href, columns, rows, more }: MachinePart): string {
  const head = columns.map((column) => `<th scope="col">${textHtml(column)}</th>`);
  const body = rows.map((row) => `<tr>${columns.map((_, i) => `<td>${textHtml(row[i] ?? "")}</td>`).join("")}</tr>`);
  return (
    `<details class="part"> <summary>${CONTEXT[part]} ` +
    `<span class="aside">${counted(rows.length + more, "row")}, ${openedHtml(handoff, session)}</span></summary> ` +
    `<div class="scroll" tabindex="0" role="region" aria-label="${CONTEXT[part]}"> <table class="data"> ` +
    `<thead><tr>${head.join("")}</tr></thead> <tbody>${body.join("")}</tbody> </table> </div> ` +
    `<p class="aside">${more > 0 ? `and ${number(more)} more; ` : ""}<a href="../${escapeHtml(href)}">in its session</a></p> </details>`
  );
}

function titleHtml({ session, title }: HandoffSession): string {
  return `<a href="../sessions/${escapeHtml(session)}.html">${textHtml(title)}</a>`;
}

function openedHtml(handoff: Handoff, session: string): string {
  return escapeHtml(day(sessionOf(handoff, session).opened));
}
