import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Entry } from "../../record/entry.ts";
import {
  approves,
  checkReferences,
  type EarlierEntries,
  OPEN_LIMIT,
  type OpenKind,
  ReferenceFollower,
} from "../../record/references.ts";
import { anyEntry } from "./arbitraries.ts";
import { thrownBy } from "./only-record-errors.ts";
import { runs } from "./runs.ts";

const numbered = (entries: readonly Entry[]) => entries.map((entry, seq) => ({ ...entry, seq }) as Entry);
/** Entries that are likely to point at each other. */
const session = fc
  .array(
    fc.tuple(anyEntry, fc.nat(9), fc.constantFrom("p0", "p1", "p2")).map(([entry, to, who]) => {
      const changed: Record<string, unknown> = { ...entry };
      for (const field of ["asked", "answered", "command", "about"]) if (field in changed) changed[field] = to;
      for (const field of ["by", "participant"]) if (field in changed) changed[field] = who;
      return changed as Entry;
    }),
    { maxLength: 25 },
  )
  .map(numbered);

/** What is known of earlier entries by going through all of them each time, as the rules of FORMAT.md read. */
function naive(before: readonly Entry[], good: readonly boolean[]): EarlierEntries {
  const ends = (seq: number, kind: OpenKind) => (entry: Entry, i: number) =>
    good[i] !== undefined &&
    i > seq &&
    ((kind === "approval.asked" && entry.kind === "approval.answered" && entry.asked === seq) ||
      (kind === "approval.answered" && entry.kind === "command" && entry.answered === seq) ||
      (kind === "command" && entry.kind === "finished" && entry.command === seq));
  return {
    role: (participant) =>
      before.flatMap((entry) => (entry.kind === "joined" && entry.participant === participant ? [entry.role] : []))[0],
    isOpen: (seq, kind) => {
      const found = before[seq];
      if (found?.kind !== kind || (found.kind === "approval.answered" && !approves(found))) return false;
      return !before.some(ends(seq, kind));
    },
  };
}

test("entry by entry, the same is said as by looking through all that came before", () => {
  const seen = { fine: 0, faulty: 0 };
  fc.assert(
    fc.property(session, (entries) => {
      const follower = new ReferenceFollower();
      const good: boolean[] = [];
      for (const [seq, entry] of entries.entries()) {
        const expected = thrownBy(() => checkReferences(entry, naive(entries.slice(0, seq), good)))?.code;
        expect([seq, thrownBy(() => follower.add(entry))?.code]).toEqual([seq, expected]);
        good.push(expected === undefined);
        seen[expected === undefined ? "fine" : "faulty"]++;
      }
    }),
    runs(300),
  );
  expect(Math.min(seen.fine, seen.faulty)).toBeGreaterThan(200);
});

describe("a hostile session", () => {
  test("does not fill the memory with what it leaves open", () => {
    const follower = new ReferenceFollower();
    const at = "2026-11-22T09:30:00.000Z";
    const question = (seq: number) => ({ kind: "approval.asked", seq, at, by: "p0", text: {} }) as unknown as Entry;
    follower.add({ kind: "joined", seq: 0, at, participant: "p0", role: "technician", text: {} } as unknown as Entry);
    for (let seq = 1; seq <= OPEN_LIMIT; seq++) follower.add(question(seq));
    expect(thrownBy(() => follower.add(question(OPEN_LIMIT + 1)))?.code).toBe("entry/refers-nowhere");
    expect([follower.isOpen(OPEN_LIMIT, "approval.asked"), follower.isOpen(OPEN_LIMIT + 1, "approval.asked")]).toEqual([
      true,
      false,
    ]);
  });
});
