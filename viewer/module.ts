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
  // Outside of Astro, so that an error in an entry is thrown to the caller as it is.
  const view = page.page === "session" ? { ...page, timeline: timelineHtml(page) } : page;
  const response = await app.render(new Request(`https://package.invalid/${page.page}`), { locals: { view } });
  const html = await response.text();
  if (response.status !== 200) throw new Error(`expected the page ${page.page} to be rendered, got status ${response.status}`);
  return html;
}

/** The verifier that stands alone, before styles and programs are put into it: see build/verifier.ts. */
export async function renderVerifier(): Promise<string> {
  const response = await app.render(new Request("https://package.invalid/verifier"));
  return response.text();
}
