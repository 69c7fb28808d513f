/// <reference path="./compiled.d.ts" />
import type { Handoff } from "../record/handoff.ts";
import * as compiled from "./dist/renderer.mjs";
import type { Asset, Page, SearchIndex, SearchSpool, SessionFrame, Survey } from "./page.ts";

/** The HTML of a page, to be stored at its {@link pagePath} as UTF-8. The same page gives the same HTML everywhere. */
export const render: (page: Page) => Promise<string> = compiled.render;

/** The same in pieces: the longest pages are never held as a whole. */
export const renderPieces: (page: Page) => AsyncIterable<string> = compiled.renderPieces;

/** What is the same on every session's page of a handoff: with it, session-renderer.ts renders them elsewhere. */
export const sessionFrame: (handoff: Handoff) => Promise<SessionFrame> = compiled.sessionFrame;

/** Stylesheet and scripts, to be stored as they are. */
export const assets: readonly Asset[] = compiled.assets;

/** SHA-256, in hexadecimal, over everything that decides how pages look: stated in `handoff.generator.viewer`. */
export const viewerHash: string = compiled.viewerHash;

/** The words of a text, as index and search page both take them. */
export const tokenize: (text: string) => string[] = compiled.tokenize;

/** An empty search index, or one that goes on from what `suspend` of an earlier one gave. `spool` keeps bytes out of memory. */
export const createSearchIndex: (
  handoff: Handoff,
  spool: (name: string, length?: number) => SearchSpool,
  from?: unknown,
) => SearchIndex = compiled.createSearchIndex;

/** An empty survey; `from` is what `state` of an earlier one gave. */
export const createSurvey: (handoff: Handoff, from?: unknown) => Survey = compiled.createSurvey;
