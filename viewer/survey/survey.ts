import type { Handoff, HandoffSession } from "../../record/handoff.ts";
import type { Counts, LedgerPages, Page, SessionEntry, Survey } from "../page.ts";
import { approvalRows, changeRows, hiddenRows } from "./commands.ts";
import { excerptOf } from "./excerpt.ts";
import { KeptTerms, type TermsState } from "./kept-terms.ts";
import { Ledger, type LedgerPage, type LedgerState } from "./ledger.ts";
import { addMachine, type MachinesState, newMachines } from "./machines.ts";
import { addPeople, type PeopleState, peopleRows } from "./people.ts";
import { recurring } from "./recurring.ts";
import type { ApprovalRow, ChangeRow, Excerpt, HiddenRow, LossRow, Some } from "./rows.ts";
import { type SessionView, viewSession } from "./session-view.ts";
import { addTerms } from "./terms.ts";

/** Rows on a page. */
const ROWS = 200;
/** Losses that are named one by one. */
const LOSSES = 300;

interface State {
  approvals: LedgerState<ApprovalRow>;
  changes: LedgerState<ChangeRow>;
  redactions: LedgerState<HiddenRow>;
  machines: MachinesState;
  people: PeopleState;
  terms: TermsState;
  closings: Record<string, Excerpt>;
  gaps: Some<LossRow>;
  cuts: Some<LossRow>;
}

/**
 * Gathers, session by session, what the pages about all sessions show, and gives out those pages. It keeps little of each session, and of
 * all together no more than some megabytes: long lists leave as pages while they fill up, and of the rest there is a limit.
 * @param from what `state` of an earlier one gave, when it was stopped between two sessions.
 */
export function createSurvey(handoff: Handoff, from?: unknown): Survey {
  const old = from === undefined ? undefined : structuredClone(from as State);
  const approvals = new Ledger<ApprovalRow>(ROWS, old?.approvals);
  const changes = new Ledger<ChangeRow>(ROWS, old?.changes);
  const redactions = new Ledger<HiddenRow>(ROWS, old?.redactions);
  const terms = new KeptTerms(old?.terms);
  const state: Omit<State, "approvals" | "changes" | "redactions" | "terms"> = {
    machines: old?.machines ?? newMachines(),
    people: old?.people ?? {},
    closings: old?.closings ?? {},
    gaps: old?.gaps ?? { rows: [], count: 0 },
    cuts: old?.cuts ?? { rows: [], count: 0 },
  };

  const pages = <Name extends keyof LedgerPages>(page: Name, found: LedgerPage<LedgerPages[Name]>[]) =>
    found.map((one) => ({ page, handoff, ...one }) as unknown as Page);

  return {
    addSession(session: HandoffSession, entries: readonly SessionEntry[]): Page[] {
      const view = viewSession(handoff, session, entries);
      addMachine(state.machines, view);
      addPeople(state.people, view);
      addTerms(terms, view);
      addLosses(state.gaps, state.cuts, view);
      const last = entries.at(-1);
      const summary = last?.entry.kind === "closed" ? excerptOf(last.text.summary, 3, 420) : null;
      if (summary !== null) state.closings[session.session] = summary;
      return [
        ...pages("approvals", approvals.add(session.session, approvalRows(view))),
        ...pages("changes", changes.add(session.session, changeRows(view))),
        ...pages("redactions", redactions.add(session.session, hiddenRows(view))),
      ];
    },
    finish(counts: Counts): Page[] {
      const found = recurring(terms);
      const { closings, gaps, cuts } = state;
      const machines = handoff.endpoints.map(
        ({ endpoint }) => state.machines.machines[endpoint] ?? { endpoint, changes: [], disks: [], parts: [] },
      );
      return [
        ...pages("approvals", [approvals.finish()]),
        ...pages("changes", [changes.finish()]),
        ...pages("redactions", [redactions.finish()]),
        { page: "machines", handoff, machines },
        ...machines.map((machine): Page => ({ page: "machine", handoff, machine, closings, recurring: found })),
        { page: "recurring", handoff, recurring: found, closings, dropped: terms.dropped },
        { page: "people", handoff, people: peopleRows(state.people) },
        { page: "left-out", handoff, counts, gaps, cuts },
      ];
    },
    recurring: () => recurring(terms),
    // A copy: what comes later must not change it.
    state: () => ({
      ...structuredClone({ ...state, approvals: approvals.state, changes: changes.state, redactions: redactions.state }),
      terms: terms.state(),
    }),
  };
}

function addLosses(gaps: Some<LossRow>, cuts: Some<LossRow>, view: SessionView): void {
  const add = (list: Some<LossRow>, seq: number, amount: number, cause: LossRow["cause"]) => {
    list.count++;
    if (list.rows.length < LOSSES) list.rows.push({ session: view.session.session, entry: view.entryLink(seq), amount, cause });
  };
  for (const { entry } of view.entries) {
    if (entry.kind === "gap") add(gaps, entry.seq, Date.parse(entry.to) - Date.parse(entry.from), entry.cause);
    if (entry.kind !== "finished") continue;
    const cut = entry.cut.stdout + entry.cut.stderr;
    if (cut > 0) add(cuts, entry.seq, cut, null);
  }
}
