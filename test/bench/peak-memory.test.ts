import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";

const MODULE = pathToFileURL(join(import.meta.dirname, "peak-memory.ts"));

test.runIf(process.platform === "linux")("the peak of a process is its own, not of the larger one that started it", () => {
  const large = Buffer.alloc(300 << 20, 1);
  const script = `import { peakMemory } from "${MODULE}"; console.log(peakMemory());`;
  const peak = Number(execFileSync(process.execPath, ["--input-type=module", "--eval", script], { encoding: "utf8" }));
  expect(peak).toBeGreaterThan(20);
  expect(peak).toBeLessThan(200);
  expect(large.length).toBeGreaterThan(0);
});
