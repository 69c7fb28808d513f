import type { HandoffSession } from "../../record/handoff.ts";
import { escapeHtml, paragraphsHtml, textHtml } from "../html/escape.ts";
import { clock, counted, day, elapsed, moment, number, span } from "../html/format.ts";
import { outcomeHtml } from "../html/outcome.ts";
import { visibleText } from "../html/visible.ts";
import { endpointName, neighbours } from "../overview.ts";
import { machinePage, type SessionPage, sessionPageName } from "../page.ts";
import { type Place, splitSession } from "./split.ts";
import { timelineHtml } from "./timeline.ts";

const FILTERS = [
  ["commands", "Commands"],
  ["approvals", "Approvals"],
  ["talk", "Chat and notes"],
  ["machine", "Machine"],
] as const;

/**
 * What a session's page says within its frame. A package has as many of these pages as sessions, so they are made of strings like their timelines;
 * the frame is Astro's, see pages/session.astro.
 */
export function sessionHtml(page: SessionPage): string {
  // First, so that what an entry throws comes before anything else.
  const timeline = timelineHtml(page);
  const { handoff, session, entries, part } = page;
  const starts = splitSession(entries);
  const pager = pagerHtml(session.session, starts, part);
  const filters = FILTERS.map(
    ([name, label]) => `<label><input type="checkbox" id="show-${name}" checked autocomplete="off"> ${label}</label>`,
  ).join("");
  const places = starts.length > 1 ? ` data-starts="${starts.map(({ seq, line }) => `${seq}.${line}`).join(" ")}"` : "";
  return (
    `${mastheadHtml(page)}${importedHtml(page)}<div class="columns"> ${factsHtml(page)} <div class="story"> ${summaryHtml(page)}` +
    `<section aria-labelledby="recording"> <h2 id="recording">Recording</h2> <fieldset class="filter"> <legend>Show</legend> ${filters} </fieldset> ${pager} ` +
    `<ol class="timeline" data-session="${session.session}" data-package="${handoff.handoff}"${places}>${timeline}</ol> ${pager} </section> ` +
    `<nav class="neighbours" aria-label="Other sessions">${neighboursHtml(page)}</nav> </div> </div>`
  );
}

/** What stands in the title bar, and what on every sheet of paper. */
export function sessionTitles({ handoff, session, part }: SessionPage): { title: string; running: string } {
  const title = `${session.title}${part > 0 ? `, page ${part + 1}` : ""}, ${handoff.client.name}`;
  return { title, running: `${session.session}: ${session.title}` };
}

function mastheadHtml({ handoff, session }: SessionPage): string {
  const tags = session.tags.map((tag) => `<span class="tag">${textHtml(tag)}</span>`).join("");
  return (
    `<div class="masthead"> <p class="kicker"> <a href="../index.html#sessions">Sessions</a> <span>${day(session.opened)}</span> ` +
    `<a class="host" href="../${machinePage(session.endpoint)}">${textHtml(endpointName(handoff, session.endpoint))}</a> </p> ` +
    `<h1>${textHtml(session.title)}</h1> <p class="state">${outcomeHtml(session.outcome)}${tags}</p> </div> `
  );
}

function importedHtml({ session, entries }: SessionPage): string {
  if (session.mode !== "imported") return "";
  const at = entries[0]?.entry.at;
  return (
    `<p class="notice"> <b>Imported.</b> This session is attested from the day of import${at ? ` (${moment(at)})` : ""}. ` +
    "Its earlier times are claimed by the source and were not observed by the recorder. </p> "
  );
}

function factsHtml({ handoff, session, witnessed }: SessionPage): string {
  const imported = session.mode === "imported";
  const sameDay = day(session.opened) === day(session.closed);
  const until = `${sameDay ? "" : `${day(session.closed)}, `}${clock(session.closed).slice(0, 5)} UTC`;
  const witness =
    witnessed === null
      ? "Not co-signed by a machine of the client."
      : `Co-signed on ${moment(witnessed)}, by the machine&#39;s own clock, with the key that was recorded for it.`;
  const facts = [
    ["Machine", ' class="host"', textHtml(endpointName(handoff, session.endpoint))],
    [
      imported ? "Time (claimed)" : "Time",
      "",
      `${day(session.opened)}, ${clock(session.opened).slice(0, 5)} to ${until} <span class="aside">${span(elapsed(session.opened, session.closed))}</span>`,
    ],
    ["Recorded", "", imported ? "imported from an earlier record" : "live, while it happened"],
    ["Witness", "", witness],
    [
      "Content",
      "",
      `${counted(session.entries, "entry", "entries")}, ${counted(session.commands, "command")}, ${counted(session.approvals, "approval")} asked`,
    ],
    [
      "Hidden",
      "",
      session.redactedLines === 0 ? "nothing" : `<a href="../redactions.html">${counted(session.redactedLines, "line")}</a>`,
    ],
    ["Reviewed", "", `by ${textHtml(session.reviewedBy)} on ${day(session.reviewedAt)}`],
    [
      "Session",
      "",
      `<code>${session.session}</code> <span class="aside">place ${number(session.leaf)}, from 0, in the <a href="../help.html#log">client's log</a></span>`,
    ],
  ] as const;
  const rows = facts.map(([name, attributes, html]) => `<dt>${name}</dt> <dd${attributes}>${html}</dd>`).join(" ");
  return `<aside aria-label="About this session"> <dl class="facts"> ${rows} </dl> </aside>`;
}

/** What the outgoing organisation says of the session, on its first page. */
function summaryHtml({ handoff, session, part }: SessionPage): string {
  const isNoted = session.note.trim() !== "";
  if (part > 0 || (!isNoted && session.todo.length === 0)) return "";
  const note = isNoted ? `<div class="sheet">${paragraphsHtml(session.note)}</div> ` : "";
  const items = session.todo.map((item) => `<li>${textHtml(item)}</li>`).join("");
  const todo = items === "" ? "" : `<div class="todo-box"> <h3>Still to do</h3> <ul class="todo">${items}</ul> </div> `;
  return (
    `<section class="summary" aria-labelledby="summary"> <h2 id="summary">Summary</h2> ${note}${todo}` +
    `<p class="aside">Written by ${escapeHtml(visibleText(handoff.from.organization))} for this handoff; not part of the recording.</p> </section> `
  );
}

/** More links than these are no help. */
const MOST_LINKS = 40;

/** Leads to the other pages of a long session. */
function pagerHtml(session: string, starts: readonly Place[], part: number): string {
  if (starts.length < 2) return "";
  const href = (to: number) => sessionPageName(session, to);
  const link = ({ seq, line }: Place, to: number) =>
    to === part
      ? `<b aria-current="page">${to + 1}</b>`
      : `<a href="${href(to)}" title="From entry ${seq}${line > 0 ? `, line ${line + 1}` : ""}">${to + 1}</a>`;
  const links = starts.length > MOST_LINKS ? "" : `<ol>${starts.map((one, to) => `<li>${link(one, to)}</li>`).join("")}</ol>`;
  return (
    `<nav class="pager" aria-label="Pages of this session">${part > 0 ? `<a rel="prev" href="${href(part - 1)}">Earlier page</a>` : ""}` +
    `<span>Page ${part + 1} of ${starts.length}</span>${links}` +
    `${part + 1 < starts.length ? `<a rel="next" href="${href(part + 1)}">Next page</a>` : ""}</nav>`
  );
}

function neighboursHtml({ handoff, session }: SessionPage): string {
  const { before, after } = neighbours(handoff, session.session);
  const link = (name: string, word: string, one: HandoffSession | undefined) =>
    one === undefined
      ? ""
      : `<a class="${name}" href="${sessionPageName(one.session, 0)}"><span>${word}, ${day(one.opened)}</span><b>${textHtml(one.title)}</b></a>`;
  return `${link("before", "Earlier", before)}${link("after", "Later", after)}`;
}
