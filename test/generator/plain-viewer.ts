import type { Viewer } from "../../generator/viewer.ts";
import { utf8 } from "../../record/bytes.ts";
import { type Page, pagePath } from "../../viewer/page.ts";

/** Fields in order, as no page shows the order in which a source has them. */
const sorted = (_: string, value: unknown) =>
  value !== null && typeof value === "object" && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;
const html = (page: Page) => `<!doctype html>\n${JSON.stringify({ path: pagePath(page), ...page }, sorted)}\n`;

/** Pages as JSON, so that what the generator hands to the renderer can be read back; the compiled viewer has tests of its own. */
export const plainViewer: Viewer = {
  render: async (page) => html(page),
  async *renderPieces(page) {
    yield html(page);
  },
  assets: [{ path: "data/assets/style.css", bytes: utf8("body { margin: 0 }\n") }],
  viewerHash: "0".repeat(64),
  createSearchIndex: () => ({
    addSession: async (session, entries) => [
      { path: `data/search/${session.session}.js`, bytes: utf8(`entries(${[...entries].length});\n`) },
    ],
    async *finish() {
      yield { path: "data/search/index.js", bytes: utf8("ready();\n") };
    },
  }),
  createSurvey: (handoff) => ({
    addSession: () => [],
    recurring: () => [],
    finish: (counts) => [{ page: "left-out", handoff, counts, gaps: { rows: [], count: 0 }, cuts: { rows: [], count: 0 } }],
    state: () => null,
  }),
};
