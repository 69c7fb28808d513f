import type { Handoff } from "../record/handoff.ts";
import type { Asset, Page, SearchIndex } from "../viewer/page.ts";

/** The compiled renderer as the generator uses it: viewer/renderer.ts as a whole, handed in by the caller. */
export interface Viewer {
  render(page: Page): Promise<string>;
  assets: readonly Asset[];
  /** SHA-256 in hexadecimal of what decides how pages look. */
  viewerHash: string;
  createSearchIndex(handoff: Handoff): SearchIndex;
}
