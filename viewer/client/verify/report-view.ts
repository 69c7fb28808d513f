import { FINDING_KINDS, type FindingCode, type FindingStatus } from "../../../record/finding.ts";
import type { HandoffSession } from "../../../record/handoff.ts";
import type { HiddenLine } from "../../../record/recompute-session.ts";
import { sshFingerprint } from "../../../record/sshsig.ts";
import type { Report } from "../../../record/verify.ts";

/** More than this of anything is counted and not listed: a page must stay usable whatever a package holds. */
export const LISTED = { places: 200, sessions: 2000, hidden: 2000 } as const;

/** Of a list that may be long: its beginning, and how many there are. */
export interface Beginning<Item> {
  all: number;
  first: Item[];
}

/** All that the page shows of a report: small enough to be handed over, however large the package. */
export interface ReportView {
  verdict: Report["verdict"];
  verdicts: Report["verdicts"];
  /** Name and size of what was verified, for a report that is printed. */
  about:
    | { client: string; from: string; to: string; created: string; period: { from: string; to: string }; handoff: string }
    | undefined;
  /** Fingerprint of the key that signed, as `ssh-keygen -l` prints it. */
  signer: string | undefined;
  stamps: { over: "package" | "group"; time: string; authority: string }[];
  omitted: number;
  sessions: Beginning<SessionView>;
  hidden: Beginning<HiddenLine>;
  findings: FindingView[];
}

export interface SessionView extends Pick<HandoffSession, "session" | "title" | "opened" | "mode" | "entries" | "redactedLines"> {
  holds: boolean;
  /** Time of the endpoint's cosignature; undefined when there is none that holds. */
  witnessed: string | undefined;
}

/** Everything that was found of one code. */
export interface FindingView {
  code: FindingCode;
  status: FindingStatus;
  places: Beginning<{ subject: string; detail: string }>;
}

/** What the page shows of a report. What does not hold comes first. */
export function viewOf(report: Report): ReportView {
  const { handoff, times } = report;
  const stamps = (["package", "group"] as const).flatMap((over) => {
    const stamp = times[over];
    return stamp === undefined ? [] : [{ over, time: stamp.time, authority: stamp.authority }];
  });
  return {
    verdict: report.verdict,
    verdicts: report.verdicts,
    about: handoff && {
      client: handoff.client.name,
      from: handoff.from.organization,
      to: handoff.to.name,
      created: handoff.created,
      period: handoff.period,
      handoff: handoff.handoff,
    },
    signer: report.signer && sshFingerprint(report.signer),
    stamps,
    omitted: handoff?.log.omitted.length ?? 0,
    sessions: beginning(sessionViews(report), LISTED.sessions),
    hidden: beginning(report.hidden, LISTED.hidden),
    findings: findingViews(report),
  };
}

function sessionViews({ handoff, sessions }: Report): SessionView[] {
  const reports = new Map(sessions.map((one) => [one.session as string, one]));
  const views = (handoff?.sessions ?? []).map(({ session, title, opened, mode, entries, redactedLines }) => {
    const report = reports.get(session);
    const witnessed = report?.witnessed === undefined ? undefined : new Date(report.witnessed * 1000).toISOString();
    return { session, title, opened, mode, entries, redactedLines, holds: report?.holds ?? false, witnessed };
  });
  return [...views.filter(({ holds }) => !holds), ...views.filter(({ holds }) => holds)];
}

/** Findings come with those that failed first. */
function findingViews({ findings }: Report): FindingView[] {
  const byCode = new Map<FindingCode, FindingView>();
  for (const { code, subject, detail } of findings) {
    let view = byCode.get(code);
    if (view === undefined) {
      view = { code, status: FINDING_KINDS[code].status, places: { all: 0, first: [] } };
      byCode.set(code, view);
    }
    view.places.all++;
    if (view.places.first.length < LISTED.places) view.places.first.push({ subject, detail: detail.slice(0, 2000) });
  }
  return [...byCode.values()];
}

function beginning<Item>(items: readonly Item[], most: number): Beginning<Item> {
  return { all: items.length, first: items.slice(0, most) };
}
