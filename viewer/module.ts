// What the compiled renderer module consists of, together with the assets and the hash that the build adds.
import { createApp } from "astro/app/entrypoint";
import type { Page } from "./page.ts";
import { timelineHtml } from "./timeline/timeline.ts";

export { createSearchIndex } from "./search/build.ts";
export { tokenize } from "./search/tokenize.ts";
export { createSurvey } from "./survey/survey.ts";

const app = createApp({ streaming: false });

/** See viewer/renderer.ts. */
export async function render(page: Page): Promise<string> {
  // Outside of Astro: an error in an entry is thrown to the caller as it is, and the most of a package does not go through its streams.
  if (page.page !== "session") return renderAround(page);
  const timeline = timelineHtml(page);
  const [before, after, more] = (await renderAround({ ...page, timeline: PLACE })).split(PLACE);
  if (before === undefined || after === undefined || more !== undefined)
    throw new Error("expected one place for a session's timeline");
  return before + timeline + after;
}

/** Stands for a timeline. No text becomes this: what is escaped has no `<`. */
const PLACE = "<timeline-place></timeline-place>";

async function renderAround(view: Page | (Page & { timeline: string })): Promise<string> {
  const response = await app.render(new Request(`https://package.invalid/${view.page}`), { locals: { view } });
  const html = await response.text();
  if (response.status !== 200) throw new Error(`expected the page ${view.page} to be rendered, got status ${response.status}`);
  return html;
}

/** The verifier that stands alone, before styles and programs are put into it: see build/verifier.ts. */
export async function renderVerifier(): Promise<string> {
  const response = await app.render(new Request("https://package.invalid/verifier"));
  return response.text();
}
