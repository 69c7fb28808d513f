import { escapeHtml, textHtml } from "./html/escape.ts";
import { visibleText } from "./html/visible.ts";
import type { SessionFrame, SessionPage } from "./page.ts";
import { sessionHtml, sessionTitles } from "./timeline/page.ts";

/**
 * The HTML of a session's page, as `render` of renderer.ts gives it, within the frame that Astro made once for all of them. Apart from the compiled
 * pages, since a thread that renders sessions only starts in two thirds of the time without them.
 */
export function renderSession(page: SessionPage, [before, between, behind, after]: SessionFrame): string {
  // First, so that what an entry throws comes before anything else.
  const main = sessionHtml(page);
  const { title, running } = sessionTitles(page);
  return `${before}${escapeHtml(visibleText(title))}${between}${textHtml(running)}${behind}${main}${after}`;
}
