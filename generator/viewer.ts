import type { Handoff } from "../record/handoff.ts";
import type { Asset, Page, SearchIndex, SearchSpool, Survey } from "../viewer/page.ts";

/** The compiled renderer as the generator uses it: viewer/renderer.ts as a whole, handed in by the caller. */
export interface Viewer {
  render(page: Page): Promise<string>;
  /** The same in pieces. */
  renderPieces(page: Page): AsyncIterable<string>;
  assets: readonly Asset[];
  /** SHA-256 in hexadecimal of what decides how pages look. */
  viewerHash: string;
  /**
   * @param spool keeps bytes out of memory, see generator/platform.ts.
   * @param from what `suspend` of an earlier one gave.
   */
  createSearchIndex(handoff: Handoff, spool: (name: string, length?: number) => SearchSpool, from?: unknown): SearchIndex;
  /** @param from what `state` of an earlier one gave. */
  createSurvey(handoff: Handoff, from?: unknown): Survey;
}
