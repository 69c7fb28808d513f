import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { memoryOf, peakMemory } from "./memory.ts";

const MODULE = pathToFileURL(join(import.meta.dirname, "memory.ts"));

test.runIf(process.platform === "linux")("the peak of a process is its own, not of the larger one that started it", () => {
  Buffer.alloc(300 << 20, 1);
  expect(peakMemory()).toBeGreaterThan(300);
  const script = `import { peakMemory } from "${MODULE}"; console.log(peakMemory());`;
  const peak = Number(execFileSync(process.execPath, ["--input-type=module", "--eval", script], { encoding: "utf8" }));
  expect(peak).toBeGreaterThan(20);
  expect(peak).toBeLessThan(200);
});

test("of a process that is not there, no memory is told", () => {
  expect(memoryOf(2 ** 30, "VmHWM")).toBeNaN();
});
