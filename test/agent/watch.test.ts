import { expect, test, vi } from "vitest";
import { type Gap, watchClocks } from "../../agent/watch.ts";

function watched(): { time: { wall: number; steady: number }; gaps: Gap[]; looks: () => number; stop: () => void } {
  const time = { wall: Date.parse("2026-01-01T10:00:00Z"), steady: 0 };
  const gaps: Gap[] = [];
  let looks = 0;
  const clock = {
    now: () => new Date(time.wall),
    monotonic: () => {
      looks++;
      return time.steady;
    },
  };
  const stop = watchClocks(clock, 2)(async (gap) => void gaps.push(gap));
  return { time, gaps, looks: () => looks, stop };
}

test.each([
  ["the machine slept", 3_600_000, "machine-slept", "2026-01-01T10:00:00.000Z", "2026-01-01T11:00:00.000Z"],
  ["the clock was set back", -3_600_000, "clock-jump", "2026-01-01T09:00:00.000Z", "2026-01-01T10:00:00.000Z"],
])("says that %s", async (_, jump, cause, from, to) => {
  const { time, gaps, stop } = watched();
  time.wall += jump;
  await vi.waitFor(() => expect(gaps).toHaveLength(1), 20_000);
  stop();
  expect(gaps[0]).toMatchObject({ cause, from: new Date(from), to: new Date(to) });
});

test("says that it did not run itself while both clocks went on", async () => {
  const { time, gaps, stop } = watched();
  time.wall += 60_000;
  time.steady += 60_000;
  await vi.waitFor(() => expect(gaps).toHaveLength(1), 20_000);
  stop();
  expect(gaps[0]).toMatchObject({
    cause: "machine-slept",
    from: new Date("2026-01-01T10:00:00.000Z"),
    to: new Date("2026-01-01T10:01:00.000Z"),
  });
  expect(gaps[0]?.detail).toContain("the agent was held, for 60 seconds");
});

test("says nothing while both clocks go on together", async () => {
  const { time, gaps, looks, stop } = watched();
  for (let i = 0; i < 5; i++) {
    time.wall += 10_000;
    time.steady += 10_500;
    const before = looks();
    await vi.waitFor(() => expect(looks()).toBeGreaterThan(before), 20_000);
  }
  stop();
  expect(gaps).toEqual([]);
});
