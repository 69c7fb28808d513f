import type { HandoffSession } from "../record/handoff.ts";
import { textHtml } from "./html/escape.ts";
import { clock, day, number, timeHtml } from "./html/format.ts";
import { endpointName, latestFirst } from "./overview.ts";
import type { CertificatePage, CertifiedSession } from "./page.ts";
import { PLACES } from "./places.ts";

type Mode = HandoffSession["mode"];

/** Characters of a piece. */
const PIECE = 1 << 16;

/**
 * The certification in pieces. It lists every session, and is by far the longest page of a package with many: so its lists are made of strings and
 * given out bit by bit, and Astro renders what stands around them.
 * @param html the page, with places for the lists.
 */
export function* certificatePieces(page: CertificatePage, html: string): Generator<string> {
  let rest = html;
  for (const mode of ["live", "imported"] as const) {
    const [before, after, more] = rest.split(PLACES[mode]);
    if (before === undefined || after === undefined) continue;
    if (more !== undefined) throw new Error(`expected ${PLACES[mode]} once in a certification`);
    yield before;
    yield* listPieces(page, mode);
    rest = after;
  }
  yield rest;
}

/** Sessions of one mode in order of time, two rows each, since a root needs a line of its own on paper. */
function* listPieces(page: CertificatePage, mode: Mode): Generator<string> {
  const known = new Map(page.sessions.map((facts) => [facts.session, facts]));
  let piece = "";
  for (const session of latestFirst(page.handoff.sessions).reverse()) {
    if (session.mode !== mode) continue;
    const facts = known.get(session.session);
    if (facts === undefined) throw new TypeError("expected what the certification states of every session");
    piece += sessionHtml(page, session, facts);
    if (piece.length < PIECE) continue;
    yield piece;
    piece = "";
  }
  yield piece;
}

function sessionHtml({ handoff, finished }: CertificatePage, session: HandoffSession, facts: CertifiedSession): string {
  const title = textHtml(session.title);
  const linked = finished ? title : `<a href="sessions/${session.session}.html">${title}</a>`;
  const stored = session.mode === "imported" ? `${time(facts.stored.first)}<br>` : "";
  const witnessed = facts.witnessed === null ? "not co-signed" : time(facts.witnessed);
  return (
    `<tbody> <tr> <td>${linked}</td> <td class="host">${textHtml(endpointName(handoff, session.endpoint))}</td> ` +
    `<td>${time(session.opened)}<br>${time(session.closed)}</td> <td class="fig">${number(session.entries)}</td> ` +
    `<td> ${stored} ${witnessed} </td> </tr> ` +
    `<tr class="under"> <td colspan="5"><code>${session.session}</code> root <code class="hash">${facts.root}</code></td> </tr> </tbody>`
  );
}

function time(instant: string): string {
  return timeHtml(instant, `${day(instant)}, ${clock(instant)}`);
}
