import { createHash } from "node:crypto";
import { encodeEntry } from "../../record/entry.ts";
import { allSessionsPages, type Page, type SessionEntry, sessionPages } from "../../viewer/page.ts";
import { createSurvey } from "../../viewer/renderer.ts";
import { certificateOf, type SamplePackage } from "./sample.ts";

/** SHA-256 of each committed line, as the generator gives them to the pages. */
export function digestsOf(entries: readonly SessionEntry[]): string[] {
  return entries.map(({ entry }) => createHash("sha256").update(encodeEntry(entry)).digest("hex"));
}

/** Every page of a package with these sessions, as the generator asks for them. */
export function pagesOf(sample: SamplePackage): Page[] {
  const { handoff, counts } = sample;
  const survey = createSurvey(handoff);
  const pages: Page[] = [{ page: "start", handoff }];
  for (const session of handoff.sessions) {
    const entries = sample.entries.get(session.session) ?? [];
    const witnessed = session.mode === "imported" ? null : session.closed;
    pages.push(...sessionPages({ handoff, session, entries, digests: digestsOf(entries), witnessed }));
    pages.push(...survey.addSession(session, entries));
  }
  pages.push({ page: "overview", handoff, counts, recurring: survey.recurring() });
  pages.push(...allSessionsPages(handoff), ...survey.finish(counts));
  for (const page of ["search", "verify", "help"] as const) pages.push({ page, handoff });
  return [...pages, certificateOf(sample)];
}
