import { expect, test } from "vitest";
import { inTurn } from "../../worker/console/client/in-turn.ts";

/** A work whose runs end when they are told to. */
function held() {
  const runs: PromiseWithResolvers<void>[] = [];
  const ask = inTurn(() => {
    const run = Promise.withResolvers<void>();
    runs.push(run);
    return run.promise;
  });
  return { runs, ask };
}

const soon = () => new Promise<void>((resolve) => setTimeout(resolve));

test("runs don't overlap; all who ask during one share the one after it", async () => {
  const { runs, ask } = held();
  const first = ask();
  await soon();
  expect(runs).toHaveLength(1);
  const [second, third] = [ask(), ask()];
  await soon();
  expect(runs).toHaveLength(1);
  runs[0]?.resolve();
  await first;
  await soon();
  expect(runs).toHaveLength(2);
  runs[1]?.resolve();
  await Promise.all([second, third]);
  expect(runs).toHaveLength(2);
});

test("a run that fails is told to those who asked for it, and to nobody after them", async () => {
  const { runs, ask } = held();
  const first = ask();
  await soon();
  const second = ask();
  runs[0]?.reject(new Error("no network"));
  await expect(first).rejects.toThrow("no network");
  await soon();
  runs[1]?.resolve();
  await second;
});
