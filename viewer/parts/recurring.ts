import type { Handoff, HandoffSession } from "../../record/handoff.ts";
import { escapeHtml, textHtml } from "../html/escape.ts";
import { phraseExcerptHtml } from "../html/excerpt.ts";
import { counted, day, number, timeHtml } from "../html/format.ts";
import { outcomeHtml } from "../html/outcome.ts";
import { endpointName, sessionOf } from "../overview.ts";
import type { Closings } from "../page.ts";
import type { Recurrence, Term } from "../survey/rows.ts";
import { TERM } from "../words.ts";

/** Terms that are named one by one. */
const TERMS = 12;
/** Sessions that are named, the latest. */
const PLACES = 12;

interface Occurrence {
  session: HandoffSession;
  href: string;
}

/**
 * What comes up in the same sessions, and what became of it.
 * @param root leads from the page to `data/`.
 * @param heading the element that its heading is.
 * @throws TypeError when it comes up in no session.
 */
export function recurrenceHtml(
  handoff: Handoff,
  recurrence: Recurrence,
  closings: Closings,
  { root, heading }: { root: "" | "../"; heading: "h2" | "h3" },
): string {
  const { terms, places, sessions } = recurrence;
  const all = places
    .map(({ session, href }) => ({ session: sessionOf(handoff, session), href }))
    .sort((a, b) => (a.session.opened < b.session.opened ? -1 : 1));
  const [first, last] = [all[0], all.at(-1)];
  if (first === undefined || last === undefined) throw new TypeError("expected sessions in which it comes up");
  const more = terms.length - TERMS;
  const named = all
    .slice(-PLACES)
    .map(
      ({ session, href }) =>
        `<li> ${timeHtml(session.opened, day(session.opened))} <a href="${root}${escapeHtml(href)}">${textHtml(session.title)}</a> ` +
        `<span class="host">${textHtml(endpointName(handoff, session.endpoint))}</span> ${outcomeHtml(session.outcome)} </li>`,
    );
  return (
    `<article class="recurrence"> <${heading}>${headingHtml(terms)}</${heading}> ` +
    `<p class="aside">${counted(sessions, "session")}, first on ${dayHtml(first)}, last on ${dayHtml(last)}</p> ` +
    `<dl class="terms"> ${termsHtml(terms.slice(0, TERMS), root)} </dl> ` +
    `${more > 0 ? `<p class="aside">and ${number(more)} more in the same sessions</p>` : ""} ` +
    `<ol class="places"> ${named.join("")} </ol> ${endedHtml(all, last, closings)} </article>`
  );
}

/** The first terms, as far as they are of one kind. */
function headingHtml(terms: readonly Term[]): string {
  return terms
    .slice(0, TERMS)
    .filter(({ kind }) => kind === terms[0]?.kind)
    .slice(0, 3)
    .map(({ kind, name }) => `${TERM[kind]} ${textHtml(name)}`)
    .join(", ");
}

function termsHtml(shown: readonly Term[], root: string): string {
  const term = ({ name, count, last }: Term) =>
    `<span class="term"><a href="${root}${escapeHtml(last.href)}">${textHtml(name)}</a> <span class="aside">${number(count)} times</span></span>`;
  const kinds = [...new Set(shown.map(({ kind }) => kind))];
  return kinds
    .map((kind) => {
      const own = shown.filter((one) => one.kind === kind);
      return ` <dt>${TERM[kind]}</dt> <dd>${own.map(term).join("")}</dd> `;
    })
    .join("");
}

/** Whether anything ended it, by what the technicians said of the last session that did. */
function endedHtml(all: readonly Occurrence[], last: Occurrence, closings: Closings): string {
  const at = all.findLastIndex(({ session }) => session.outcome === "resolved" || session.outcome === "workaround");
  const ended = all[at];
  if (ended === undefined) return '<p class="ended open"><b>Nothing ended it:</b> no session with it was resolved.</p>';
  const later = all.slice(at + 1);
  const closing = closings[ended.session.session];
  const words = closing && phraseExcerptHtml(closing);
  if (later.some(({ session }) => session.outcome !== "informational"))
    return `<p class="ended open"> <b>It came back</b> after ${dayHtml(ended)}${words === undefined ? "" : `, when this helped: ${words}`} </p>`;
  return (
    `<p class="ended"> <b>${ended.session.outcome === "resolved" ? "What ended it:" : "What helped in the end:"}</b> ` +
    `${words ?? "the record has no summary of that."} ` +
    `${later.length === 0 ? "It does not come up again after" : "After that it is only mentioned, on"} ${dayHtml(last)}. </p>`
  );
}

function dayHtml({ session }: Occurrence): string {
  return escapeHtml(day(session.opened));
}
