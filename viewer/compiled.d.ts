// The module that `npm run build:viewer` makes. Declared by pattern, so that types are checked before it is built.
declare module "*/dist/renderer.mjs" {
  export const render: (page: import("./page.ts").Page) => Promise<string>;
  export const renderPieces: (page: import("./page.ts").Page) => AsyncIterable<string>;
  export const sessionFrame: (handoff: import("../record/handoff.ts").Handoff) => Promise<import("./page.ts").SessionFrame>;
  export const assets: readonly import("./page.ts").Asset[];
  export const viewerHash: string;
  export const tokenize: (text: string) => string[];
  export const createSearchIndex: (
    handoff: import("../record/handoff.ts").Handoff,
    spool: (name: string, length?: number) => import("./page.ts").SearchSpool,
    from?: unknown,
  ) => import("./page.ts").SearchIndex;
  export const createSurvey: (handoff: import("../record/handoff.ts").Handoff, from?: unknown) => import("./page.ts").Survey;
}
