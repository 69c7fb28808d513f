// What the compiled renderer module consists of, together with the assets and the hash that the build adds.
import { createApp } from "astro/app/entrypoint";
import type { Handoff } from "../record/handoff.ts";
import { certificatePieces } from "./certified.ts";
import type { Page, SessionFrame } from "./page.ts";
import { PLACES } from "./places.ts";
import { renderSession } from "./session-renderer.ts";

export { createSearchIndex } from "./search/build.ts";
export { tokenize } from "./search/tokenize.ts";
export { createSurvey } from "./survey/survey.ts";

const app = createApp({ streaming: false });

/** See viewer/renderer.ts. */
export async function* renderPieces(page: Page): AsyncGenerator<string> {
  if (page.page === "certificate") yield* certificatePieces(page, await renderByAstro(page));
  else yield render(page);
}

/** See viewer/renderer.ts. */
export async function render(page: Page): Promise<string> {
  if (page.page === "certificate") return [...certificatePieces(page, await renderByAstro(page))].join("");
  if (page.page !== "session") return renderByAstro(page);
  // Outside of Astro: an error in an entry is thrown to the caller as it is, and the most of a package does not go through its streams.
  return renderSession(page, await sessionFrame(page.handoff));
}

const frames = new WeakMap<Handoff, SessionFrame>();

/** See viewer/renderer.ts. Once a handoff, since it would cost a third of a session's page. */
export async function sessionFrame(handoff: Handoff): Promise<SessionFrame> {
  const found = frames.get(handoff);
  if (found !== undefined) return found;
  const [before, titled] = parted(await renderByAstro({ page: "session", handoff }), PLACES.title);
  const [between, headed] = parted(titled, PLACES.running);
  const [behind, after] = parted(headed, PLACES.main);
  const frame = [before, between, behind, after] as const;
  frames.set(handoff, frame);
  return frame;
}

function parted(html: string, place: string): [string, string] {
  const [before, after, more] = html.split(place);
  if (before === undefined || after === undefined || more !== undefined)
    throw new Error(`expected ${place} once in a session's frame`);
  return [before, after];
}

async function renderByAstro(view: Page | { page: "session"; handoff: Handoff }): Promise<string> {
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
