import type { CertificatePage, CheckedPackage } from "../../viewer/page.ts";

/** What `--json` prints: what the certification states, as data. Sessions in the order of the handoff. */
export function certificateFacts({ handoff, counts, totals, sessions, log }: CertificatePage, checked: CheckedPackage) {
  const { sessions: listed, log: stated, endpoints, letter: _, format: __, ...about } = handoff;
  const names = new Map(endpoints.map(({ endpoint, name }) => [endpoint, name]));
  const facts = new Map(sessions.map((one) => [one.session, one]));
  return {
    draft: true,
    ...about,
    ...checked,
    totals: { sessions: listed.length, ...totals },
    counts,
    log: { size: stated.size, root: log.root, omitted: stated.omitted },
    sessions: listed.map((one) => ({
      session: one.session,
      title: one.title,
      endpoint: one.endpoint,
      machine: names.get(one.endpoint) ?? one.endpoint,
      mode: one.mode,
      opened: one.opened,
      closed: one.closed,
      entries: one.entries,
      commands: one.commands,
      approvals: one.approvals,
      hiddenLines: one.redactedLines,
      stored: facts.get(one.session)?.stored,
      root: facts.get(one.session)?.root,
      witnessed: facts.get(one.session)?.witnessed,
    })),
  };
}
