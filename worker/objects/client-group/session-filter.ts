import { fold } from "../../search/query.ts";
import type { SessionFilter } from "../../search/schema.ts";

/** Conditions on rows `s` of the table of sessions, to be put together with AND, and what to bind to them. */
export interface Conditions {
  all: string[];
  bindings: (string | number)[];
}

/** What a filter asks of a session. */
export function conditionsOf(filter: SessionFilter): Conditions {
  const found: Conditions = { all: [], bindings: [] };
  const add = (condition: string, ...values: string[]) => {
    found.all.push(condition);
    found.bindings.push(...values);
  };
  if (filter.from !== undefined) add("s.opened >= ?", filter.from);
  if (filter.to !== undefined) add("s.opened <= ?", filter.to);
  if (filter.endpoint !== undefined) add("s.endpoint = ?", filter.endpoint);
  if (filter.tag !== undefined) add("s.id IN (SELECT session FROM tags WHERE tag = ?)", filter.tag);
  if (filter.technician !== undefined) {
    add("s.id IN (SELECT session FROM technicians WHERE folded = ?)", fold(filter.technician));
  }
  if (filter.outcome !== undefined) add("s.outcome = ?", filter.outcome);
  if (filter.approvals !== undefined) add(filter.approvals === "yes" ? "s.approvals > 0" : "s.approvals = 0");
  return found;
}
