import { utf8 } from "../record/bytes.ts";
import { parseEntry } from "../record/entry.ts";

/** The client group's log as a session's first entry names it. */
export interface GroupLogHead {
  /** How many closed sessions it has. */
  size: number;
  /** In base64. */
  root: string;
  /** When that session was opened, by the server's clock. */
  at: string;
}

/** Milliseconds within which sessions that are opened side by side may name heads in another order than their times. */
const SIDE_BY_SIDE = 5 * 60_000;

/** The head that a session names; undefined when its line is no first entry. */
export function groupLogOf(line: string): GroupLogHead | undefined {
  const entry = parseEntry(utf8(line));
  return entry.kind === "opened" ? { ...entry.log, at: entry.at } : undefined;
}

/**
 * Whether the log cannot be one in which that other, which was vouched for, has grown: then the server has taken sessions back. A session
 * that was opened before may name a shorter one, since invitations can come late.
 */
export function isShorter(log: GroupLogHead, vouched: GroupLogHead): boolean {
  if (log.size === vouched.size) return log.root !== vouched.root;
  return log.size < vouched.size && Date.parse(log.at) > Date.parse(vouched.at) + SIDE_BY_SIDE;
}
