import { escapeHtml, textHtml } from "../html/escape.ts";
import { excerptHtml } from "../html/excerpt.ts";
import type { ChangeRow } from "../survey/rows.ts";
import { ANSWER, END } from "../words.ts";
import { rowStartHtml } from "./ledger.ts";

/** A command that was not only reading, how it ended, and who started and who allowed it. */
export function changeRowHtml({ entry, end, exit, at, by, command, allowed }: ChangeRow): string {
  const fine = end === "exited" && exit === 0;
  const ended = end === null ? "how it ended is not in the record" : end === "exited" ? `exit code ${exit ?? "none"}` : END[end];
  return (
    `<li class="${fine ? "yes" : end === null ? "none" : "no"}"> ${rowStartHtml(entry, at)} <div>${excerptHtml(command)}</div> ` +
    `<div class="came"> <p class="end ${fine ? "fine" : "odd"}"> ${ended} </p> ` +
    `<p class="aside">\nStarted by <span class="who">${textHtml(by)}</span>${allowed === null ? "" : allowedHtml(allowed)} </p> </div> </li>`
  );
}

function allowedHtml({ entry, answer, by }: NonNullable<ChangeRow["allowed"]>): string {
  const who = by === null ? "" : `by <span class="who">${textHtml(by)}</span>`;
  return `; <a href="${escapeHtml(entry.href)}">${ANSWER[answer].toLowerCase()}</a> ${who} `;
}
