import type { Viewer } from "../../generator/viewer.ts";
import { utf8 } from "../../record/bytes.ts";
import { pagePath } from "../../viewer/page.ts";

/** Pages as JSON, so that what the generator hands to the renderer can be read back; the compiled viewer has tests of its own. */
export const plainViewer: Viewer = {
  render: async (page) => `<!doctype html>\n${JSON.stringify({ path: pagePath(page), ...page })}\n`,
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
