import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { writePackage } from "../../generator/node.ts";
import { nodeHashes } from "../../generator/verify/hashes.ts";
import { openPackage } from "../../generator/verify/open.ts";
import { verifyPackage } from "../../record/verify.ts";
import { temporaryFolder } from "../generator/independent.ts";
import { plainViewer } from "../generator/plain-viewer.ts";
import { openCorpus, writeCorpus } from "./corpus.ts";
import { Random } from "./random.ts";
import { makeStep } from "./step.ts";

test("a corpus has as many entries as were asked for, is the same each time, and its package verifies", async () => {
  await using folder = await temporaryFolder();
  const [first, second] = [join(folder.path, "first"), join(folder.path, "second")];
  await writeCorpus(first, 250);
  await writeCorpus(second, 250);
  const names = await readdir(first);
  expect(names).toHaveLength(2);
  for (const name of names) expect(await readFile(join(second, name)), name).toEqual(await readFile(join(first, name)));

  const { source, signer } = await openCorpus(first);
  expect(source.handoff.sessions.map(({ entries }) => entries)).toEqual([100, 100, 50]);
  const zip = join(folder.path, "package.zip");
  await writePackage(source, signer, zip, { viewer: plainViewer });
  const { reader, close } = await openPackage(zip);
  const report = await verifyPackage(reader, { hashes: nodeHashes });
  await close();
  expect(report.findings.filter(({ status }) => status === "failed")).toEqual([]);
  expect(report.sessions).toHaveLength(3);
});

test("a step has 930 bytes and 11 lines, about", () => {
  const random = new Random(7);
  const steps = Array.from({ length: 5000 }, () => makeStep(random));
  const mean = (of: (text: string) => number) =>
    steps.reduce((sum, { command, output }) => sum + of(`${command}\n${output}`), 0) / steps.length;
  expect(Math.abs(mean((text) => Buffer.byteLength(text)) - 930)).toBeLessThan(50);
  expect(Math.abs(mean((text) => text.split("\n").length) - 12)).toBeLessThan(1);
});
