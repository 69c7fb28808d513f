import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { expect, test } from "vitest";
import { render, viewerHash } from "../../viewer/renderer.ts";
import { digestsOf } from "./pages-of.ts";
import { samplePackage } from "./sample.ts";

const WORKER = `
import { render, viewerHash, tokenize, createSearchIndex } from "./renderer.mjs";
export default {
  async fetch(request) {
    const { page, sessions } = await request.json();
    const html = await render(page);
    const spool = () => {
      const held = [];
      return { length: 0, append: async (bytes) => void held.push(bytes), read: async function* () { yield* held; }, close: async () => {} };
    };
    const index = createSearchIndex(page.handoff, spool);
    const files = [];
    for (const [session, entries] of sessions) files.push(...(await index.addSession(session, entries)));
    for await (const file of index.finish()) files.push(file);
    return Response.json({ html, viewerHash, words: tokenize("KB5034441"), files: files.map(({ path }) => path) });
  },
};`;

const SEARCH_FILES = ["texts-0", "block-0", "words", "documents", "index"].map((name) => `data/search/${name}.js`);

test("the renderer gives the same page in workerd as in Node", async () => {
  const { handoff, entries } = samplePackage();
  const session = handoff.sessions[0] as (typeof handoff.sessions)[0];
  const own = entries.get(session.session) ?? [];
  const page = { page: "session" as const, handoff, session, entries: own, digests: digestsOf(own), witnessed: null, part: 0 };
  const module = await readFile(resolve(import.meta.dirname, "../../viewer/dist/renderer.mjs"), "utf8");
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      name: "renderer",
      modulesRoot: "/",
      cf: false,
      modules: [
        { type: "ESModule", path: "worker.mjs", contents: WORKER },
        { type: "ESModule", path: "renderer.mjs", contents: module },
      ],
      compatibilityDate: "2026-09-01",
      compatibilityFlags: ["nodejs_compat"],
    }),
  );
  try {
    const response = await miniflare.dispatchFetch("http://package.invalid/", {
      method: "POST",
      body: JSON.stringify({ page, sessions: [[session, page.entries]] }),
    });
    const made = (await response.json()) as { html: string; viewerHash: string; words: string[]; files: string[] };
    expect(made.html).toBe(await render(page));
    expect(made).toMatchObject({ viewerHash, words: ["kb5034441"], files: SEARCH_FILES });
  } finally {
    await miniflare.dispose();
  }
});
