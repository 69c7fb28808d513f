import { textHtml } from "../html/escape.ts";
import { excerptHtml, phraseExcerptHtml } from "../html/excerpt.ts";
import { span } from "../html/format.ts";
import type { ApprovalRow, CommandRun } from "../survey/rows.ts";
import { ANSWER, END } from "../words.ts";
import { citedHtml, rowStartHtml } from "./ledger.ts";

type Answered = NonNullable<ApprovalRow["answered"]>;

/** A question to the person at the machine, with the answer and what came of it. */
export function approvalRowHtml({ at, asked, by, command, reason, answered, ran }: ApprovalRow): string {
  const allowed = answered !== null && isAllowed(answered);
  return (
    `<li class="${answered === null ? "none" : allowed ? "yes" : "no"}"> ${rowStartHtml(asked, at)} ` +
    `<div> ${excerptHtml(command)} <p class="aside">\nAsked by <b class="who">${textHtml(by)}</b>` +
    `${reason === null ? "" : `: <q>${phraseExcerptHtml(reason)}</q>`} </p> </div> ` +
    `<div class="came"> ${answered === null ? "<p><b>No answer</b> is in the record.</p>" : answeredHtml(answered)} ` +
    `${ran !== null ? ranHtml(ran) : allowed ? '<p class="aside">No command was started on it.</p>' : ""} </div> </li>`
  );
}

function isAllowed({ answer }: Answered): boolean {
  return answer === "approved" || answer === "standing";
}

function answeredHtml(answered: Answered): string {
  const { entry, answer, by, after, word } = answered;
  return (
    ` <p class="answer ${isAllowed(answered) ? "yes" : "no"}"> <b>${ANSWER[answer]}</b> ` +
    `${by === null ? "" : `by <span class="who">${textHtml(by)}</span>`} </p> ` +
    `${word === null ? "" : `<p><q>${phraseExcerptHtml(word)}</q></p>`} <p class="aside">${citedHtml(entry)}, ${span(after)} later</p> `
  );
}

function ranHtml({ entry, end, exit }: CommandRun): string {
  const ended =
    end === null
      ? "; how it ended is not in the record"
      : end !== "exited"
        ? `; ${END[end]}`
        : exit === 0
          ? ", exit code 0"
          : `, exit code ${exit ?? "none"}`;
  return `<p class="aside">\nRan as ${citedHtml(entry)}${ended} </p>`;
}
