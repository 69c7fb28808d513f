import type { StorySession } from "../../fixtures/story/session.ts";
import { story } from "../../fixtures/story/story.ts";
import type { Report } from "../../record/verify.ts";
import type { Api } from "./api.ts";
import { INCOMING, OUTGOING } from "./deployment.ts";
import { makeHandoff } from "./handoff.ts";
import { checkPackage, downloadPackage } from "./package.ts";

/** The client that the sample handoff is about. */
export const CLIENT = "Acme Accounting";
const DAYS = 30;

export interface SampleHandoff {
  /** Path of the ZIP. */
  path: string;
  /** The link with its secret. */
  url: string;
  report: Report;
}

/** Hands the sample client over: its last twelve months, to the incoming MSP, with a package in `out` that is verified. */
export async function makeSampleHandoff(options: {
  api: Api;
  group: string;
  out: string;
  say: (done: string) => void;
}): Promise<SampleHandoff> {
  const { api, group, out, say } = options;
  const sessions = story.filter(({ client }) => client.name === CLIENT);
  const { handoff, url } = await makeHandoff({
    api,
    group,
    recipient: INCOMING.name,
    period: lastTwelveMonths(sessions),
    sensitive: sessions.flatMap(({ sensitive }) => sensitive ?? []),
    letter: LETTER,
    days: DAYS,
    onProgress: say,
  });
  const path = await downloadPackage(api, handoff, out, `acme-accounting-${handoff}.zip`);
  say(`package written`);
  return { path, url, report: await checkPackage(api, path) };
}

/** Up to now; from a year ago, or from when the story begins if that is longer ago. */
function lastTwelveMonths(sessions: readonly StorySession[]): { from: string; to: string } {
  const now = new Date();
  const yearAgo = new Date(now);
  yearAgo.setUTCFullYear(now.getUTCFullYear() - 1);
  const starts = [yearAgo.toISOString(), ...sessions.map(({ start }) => start)].sort();
  const from = `${starts[0]?.slice(0, 10)}T00:00:00.000Z`;
  return { from, to: now.toISOString() };
}

const LETTER = `Dear colleagues,

${CLIENT} moves from ${OUTGOING.organization.name} to ${INCOMING.name}. This package holds what we did on their machines in the last twelve months, as it was recorded while it happened.

Three things deserve your attention first. The print spooler on ACME-SRV01 crashed three times; the third session found the cause, a corrupt driver cache, and the fix has held since. The database on ACME-SQL01 was damaged once and restored. One session was left unresolved; what is still to do is listed on the overview.

Lines that hold a password or personal data are hidden. Each hidden line says so and why, and can be revealed to whoever is entitled to it, and proven against this package.

${OUTGOING.person.name}, ${OUTGOING.organization.name}`;
