import { FixtureError } from "../../fixtures/error.ts";
import { type LabelledLine, labelledLines } from "../../fixtures/scan/labelled.ts";
import { isSecret, type TextFinding } from "../../worker/scan/finding.ts";
import { Scanner } from "../../worker/scan/scanner.ts";
import { scanText } from "../../worker/scan/text.ts";
import { type Bench, BenchError, median } from "./bench.ts";
import { Random } from "./random.ts";
import { makeStep } from "./step.ts";

const RECALL = { secret: 0.95, token: 0.85, personal: 0.9 } as const;

/**
 * The scanner on the labelled set: how much of what is marked it covers (`recall_…`), how much of what it reports in marked lines is marked
 * (`precision_…`), how many of 100 clean lines it reports (`false_alarms_per_100`), how many megabytes of text it reads in a second, and how many times as long it takes over the worst of lines
 * that are made to be slow as over as many bytes of logs (`hostile_ratio`). `--set FOLDER` measures another labelled set; its format is told at
 * {@link labelledLines}. The goals of kinds that are not in it are left out.
 *
 * @throws BenchError when the set can't be read.
 */
export const bench: Bench = async ({ entries = 4000, runs = 3, set }) => {
  const marked = new Map<string, { marks: number; covered: number; reported: number; right: number }>();
  let clean = 0;
  let alarms = 0;
  for (const { group, kind, line, marked: marks } of lines(set)) {
    const found = await scanText(new Scanner(), [line]);
    if (group === "clean") {
      clean++;
      if (found.length > 0) alarms++;
      continue;
    }
    // An address beside a password is rightly reported, and no secret.
    const told = group === "personal" ? found : found.filter(({ kind }) => isSecret(kind));
    for (const name of new Set([group, group === "personal" || kind === group ? kind : `${group}_${kind}`])) {
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
    if (row.reported > 0) metrics[`precision_${name}`] = row.right / row.reported;
  }
  if (clean > 0) metrics.false_alarms_per_100 = (100 * alarms) / clean;
  metrics.mb_per_s = await speed(entries, runs);
  metrics.hostile_ratio = hostileRatio();
  const least = Object.fromEntries(
    Object.entries(RECALL).flatMap(([name, recall]) => (marked.has(name) ? [[`recall_${name}`, recall]] : [])),
  );
  return { metrics, goals: { ...(clean > 0 && { false_alarms_per_100: 1 }), hostile_ratio: 100 }, least };
};

function lines(set: string | undefined): LabelledLine[] {
  try {
    return labelledLines(set);
  } catch (error) {
    if (error instanceof FixtureError) throw new BenchError(`${set ?? "fixtures/scan"}: ${error.message}`);
    throw error;
  }
}

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

/** Beginnings of what is looked for, again and again. */
const HOSTILE =
  'a|1|1-|A-|a.|@a.|password=|key=|token: |pat=|setx=|net user |-pwd a |-u a -p |echo a; |curl -u a|hook.|hooks/a/|://a:|<Password a|$1$|eyJa.|+1 (|AAAA |login with |reset to |exp a/|\\\\|"a\\\\b",'.split(
    "|",
  );

function hostileRatio(): number {
  const random = new Random(1);
  const scanner = new Scanner();
  const plain = Array.from({ length: 400 }, () => makeStep(random).output.split("\n")).flat();
  const bytes = plain.reduce((sum, line) => sum + line.length, 0);
  const scanned = (lines: readonly string[]) => {
    const begun = performance.now();
    for (const line of lines) scanner.scanLine(line);
    return performance.now() - begun;
  };
  scanned(plain);
  const usual = Math.min(scanned(plain), scanned(plain), scanned(plain)) / bytes;
  const times = HOSTILE.map((piece) => {
    const lines = [piece.repeat(32_768 / piece.length)];
    return Math.min(scanned(lines), scanned(lines)) / 32_768;
  });
  return Math.max(...times) / usual;
}
