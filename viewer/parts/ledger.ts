import type { Handoff } from "../../record/handoff.ts";
import { escapeHtml } from "../html/escape.ts";
import { clock, timeHtml } from "../html/format.ts";
import type { EntryLink, Group } from "../survey/rows.ts";
import { sessionHeadHtml } from "./session-head.ts";

/**
 * Rows of several sessions, each session's under its heading. These lists are the most of what is shown of all sessions together, so their rows
 * are made of strings; Astro renders what stands around them.
 */
export function ledgerHtml<Row>(handoff: Handoff, groups: readonly Group<Row>[], rowHtml: (row: Row) => string): string {
  return groups
    .map(
      ({ session, rows }) =>
        `<section class="ledger" aria-labelledby="${escapeHtml(session)}"> ${sessionHeadHtml(handoff, session)} ` +
        `<ol> ${rows.map(rowHtml).join("")} </ol> </section>`,
    )
    .join("");
}

/** What a row begins with: where its entry stands, and when that was. */
export function rowStartHtml({ href, cite }: EntryLink, at: string): string {
  return `<p class="at"><a class="no" href="${escapeHtml(href)}">${escapeHtml(cite)}</a> ${timeHtml(at, clock(at))}</p>`;
}

/** An entry by its citation number. */
export function citedHtml({ href, cite }: EntryLink): string {
  return `<a href="${escapeHtml(href)}">${escapeHtml(cite)}</a>`;
}
