import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Entry } from "../../record/entry.ts";
import { FactCounter, shownTime } from "../../record/session-facts.ts";
import { makeText, redactText } from "../../record/text.ts";
import { anyEntry, anyText, redactionsOf } from "./arbitraries.ts";
import { runs } from "./runs.ts";
import { IMPORTED, LIVE, recordSession } from "./sample.ts";

test("a session's facts are what its entries say", async () => {
  const { stated } = await recordSession(LIVE, 0);
  expect(stated).toMatchObject({
    opened: "2026-11-20T08:00:00.000Z",
    closed: "2026-11-20T08:00:07.000Z",
    mode: "live",
    outcome: "resolved",
    entries: 8,
    commands: 1,
    approvals: 1,
    redactedLines: 4,
  });
});

test("an imported session's times are the claimed ones", async () => {
  const { stated, entries } = await recordSession(IMPORTED, 0);
  expect(stated).toMatchObject({ opened: "2025-03-01T10:00:00.000Z", closed: "2025-03-01T10:06:00.000Z", mode: "imported" });
  const [first] = entries as [Entry];
  expect(shownTime(first, "live")).toBe(first.at);
  expect(shownTime({ ...first, seen: undefined }, "imported")).toBe(first.at);
});

describe("counting", () => {
  test("says nothing of a session that is not opened first and closed last", () => {
    fc.assert(
      fc.property(fc.array(anyEntry, { maxLength: 6 }), (entries) => {
        const counter = new FactCounter();
        for (const entry of entries) counter.add(entry, {});
        const whole = entries[0]?.kind === "opened" && entries.at(-1)?.kind === "closed";
        expect(counter.result() !== undefined).toBe(whole);
      }),
      runs(200),
    );
  });

  test("counts each hidden line once, and no shown one", () => {
    const redacted = anyText.chain((text) => redactionsOf(text.lines.length).map((hide) => ({ text, hide })));
    fc.assert(
      fc.property(redacted, ({ text, hide }) => {
        const counter = new FactCounter();
        const opened = { kind: "opened", seq: 0, mode: "live", at: "", text: {} } as unknown as Entry;
        const closed = { kind: "closed", seq: 1, outcome: "resolved", at: "", text: {} } as unknown as Entry;
        counter.add(opened, { subject: redactText(text, hide), client: makeText("a", new Uint8Array(32)) });
        counter.add(closed, {});
        expect(counter.result()?.redactedLines).toBe(new Set(hide.map(({ line }) => line)).size);
      }),
      runs(100),
    );
  });
});
