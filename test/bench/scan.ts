import { labelledLines } from "../../fixtures/scan/labelled.ts";
import { isSecret, type TextFinding } from "../../worker/scan/finding.ts";
import { Scanner } from "../../worker/scan/scanner.ts";
import { scanText } from "../../worker/scan/text.ts";
import { type Bench, median } from "./bench.ts";
import { Random } from "./random.ts";
import { makeStep } from "./step.ts";

const RECALL = { secret: 0.95, token: 0.85, personal: 0.9 } as const;

/**
 * The scanner on the labelled set: how much of what is marked it covers (`recall_…`), how much of what it reports in marked lines is marked
 * (`precision_…`), how many of 100 clean lines it reports (`false_alarms_per_100`), and how many megabytes of text it reads in a second.
 */
export const bench: Bench = async ({ entries = 4000, runs = 3 }) => {
  const marked = new Map<string, { marks: number; covered: number; reported: number; right: number }>();
  let clean = 0;
  let alarms = 0;
  for (const { group, kind, line, marked: marks } of labelledLines()) {
    const found = await scanText(new Scanner(), [line]);
    if (group === "clean") {
      clean++;
      if (found.length > 0) alarms++;
      continue;
    }
    // An address beside a password is rightly reported, and no secret.
    const told = group === "personal" ? found : found.filter(({ kind }) => isSecret(kind));
    for (const name of group === "personal" ? [group, kind] : [group]) {
      const row = marked.get(name) ?? { marks: 0, covered: 0, reported: 0, right: 0 };
      row.marks += marks.length;
      row.covered += marks.filter((mark) => isCovered(mark, found)).length;
      row.reported += told.length;
      row.right += told.filter((one) => marks.some((mark) => one.start < mark.end && mark.start < one.end)).length;
      marked.set(name, row);
    }
  }
  const metrics: Record<string, number> = {};
  for (const [name, row] of marked) {
    metrics[`recall_${name}`] = row.covered / row.marks;
    metrics[`precision_${name}`] = row.right / row.reported;
  }
  metrics.false_alarms_per_100 = (100 * alarms) / clean;
  metrics.mb_per_s = await speed(entries, runs);
  const least = Object.fromEntries(Object.entries(RECALL).map(([name, recall]) => [`recall_${name}`, recall]));
  return { metrics, goals: { false_alarms_per_100: 1 }, least };
};

/** Whether findings cover at least nine tenths of the mark: quotes and such may stay. */
function isCovered(mark: { start: number; end: number }, found: readonly TextFinding[]): boolean {
  const covered = found.reduce(
    (sum, { start, end }) => sum + Math.max(0, Math.min(end, mark.end) - Math.max(start, mark.start)),
    0,
  );
  return covered >= 0.9 * (mark.end - mark.start);
}

async function speed(entries: number, runs: number): Promise<number> {
  const random = new Random(1);
  const texts = Array.from({ length: entries }, () => makeStep(random).output.split("\n"));
  const bytes = texts.reduce((sum, lines) => sum + lines.reduce((total, line) => total + line.length + 1, 0), 0);
  const times: number[] = [];
  for (let run = 0; run < runs; run++) {
    const scanner = new Scanner();
    const begun = performance.now();
    for (const lines of texts) {
      scanner.begin(false);
      await scanText(scanner, lines);
    }
    times.push(performance.now() - begun);
  }
  return bytes / 1000 / median(times);
}
