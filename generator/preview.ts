import type { Handoff } from "../record/handoff.ts";
import { type Asset, allSessionsPages, type Page, pagePath, type SearchIndex, type Survey, sessionPages } from "../viewer/page.ts";
import { certificatePage } from "./certificate/page.ts";
import type { Platform } from "./platform.ts";
import { lineDigests, readSession } from "./session-records.ts";
import type { PackageSource } from "./source.ts";
import { Tally } from "./tally.ts";
import type { Viewer } from "./viewer.ts";

/** Up to so many entries the search works in a preview: its index is made in memory. */
const SEARCHED_ENTRIES = 20_000;

/** A page's HTML, or another file of the site. */
export type PreviewFile = { text: string } | { bytes: Uint8Array };

const SESSION_PAGE = /^data\/sessions\/(ses_[0-9a-z]{16})(?:-[0-9]{1,6})?\.html$/;

/** The session whose page has this path in a package; undefined for any other path. */
export function sessionOfPage(path: string): string | undefined {
  return SESSION_PAGE.exec(path)?.[1];
}

/**
 * The page of a session as it would be in a package made now; undefined when there is none of this path.
 * @throws as {@link readSession}.
 */
export async function previewSessionPage(
  path: string,
  source: PackageSource,
  handoff: Handoff,
  platform: Platform,
  viewer: Viewer,
): Promise<PreviewFile | undefined> {
  const id = sessionOfPage(path);
  const session = handoff.sessions.find((one) => one.session === id);
  if (session === undefined) return undefined;
  const records = await readSession(source, session);
  const witnessed = new Tally(handoff, platform).add(records);
  const digests = await lineDigests(records, platform);
  const pages = sessionPages({ handoff, session, entries: records.entries, digests, witnessed });
  const page = pages.find((one) => pagePath(one) === path);
  return page && { text: await viewer.render(page) };
}

/** The other pages of a package that is not made yet, as they would be now: they say something of all sessions. */
export class SitePreview {
  readonly #source: PackageSource;
  readonly #handoff: Handoff;
  readonly #viewer: Viewer;
  readonly #tally: Tally;
  readonly #survey: Survey;
  readonly #search: SearchIndex | undefined;
  readonly #pages = new Map<string, Page>();
  readonly #files = new Map<string, Asset>();
  #gathered = 0;
  #isWhole = false;

  /** @param handoff complete, as `completeHandoff` gives it. */
  constructor(source: PackageSource, handoff: Handoff, platform: Platform, viewer: Viewer) {
    this.#source = source;
    this.#handoff = handoff;
    this.#viewer = viewer;
    this.#tally = new Tally(handoff, platform);
    this.#survey = viewer.createSurvey(handoff);
    const entries = handoff.sessions.reduce((sum, session) => sum + session.entries, 0);
    if (entries <= SEARCHED_ENTRIES) {
      this.#search = viewer.createSearchIndex(handoff, (name, length) => platform.spool(`search/${name}`, length));
    }
    for (const page of ["start", "search", "verify", "help"] as const) this.#keep({ page, handoff });
  }

  /** How many sessions were looked at. */
  get gathered(): number {
    return this.#gathered;
  }

  /** Looks at further sessions, of about so many entries. @returns whether it has looked at all, and the pages are there. */
  async gather(entryLimit: number): Promise<boolean> {
    let looked = 0;
    for (const session of this.#handoff.sessions.slice(this.#gathered)) {
      if (looked >= entryLimit) return false;
      looked += session.entries;
      const { entries, ...records } = await readSession(this.#source, session);
      this.#tally.add({ ...records, entries });
      for (const page of this.#survey.addSession(session, entries)) this.#keep(page);
      for (const file of (await this.#search?.addSession(session, entries)) ?? []) this.#files.set(file.path, file);
      this.#gathered++;
    }
    if (!this.#isWhole) await this.#finish();
    return true;
  }

  /** A file of the site by its path in the package; undefined when there is none. To be asked once all sessions were looked at. */
  async file(path: string): Promise<PreviewFile | undefined> {
    const page = this.#pages.get(path);
    if (page !== undefined) return { text: await this.#viewer.render(page) };
    const file = this.#files.get(path);
    return file && { bytes: file.bytes };
  }

  async #finish(): Promise<void> {
    const handoff = this.#handoff;
    const { counts } = this.#tally;
    this.#keep({ page: "overview", handoff, counts, recurring: this.#survey.recurring() });
    for (const page of [...allSessionsPages(handoff), ...this.#survey.finish(counts)]) this.#keep(page);
    this.#keep(certificatePage(this.#source, handoff, this.#tally));
    if (this.#search !== undefined) for await (const file of this.#search.finish()) this.#files.set(file.path, file);
    this.#isWhole = true;
  }

  #keep(page: Page): void {
    this.#pages.set(pagePath(page), page);
  }
}
