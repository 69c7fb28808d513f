import { readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { bundlePrograms } from "../../generator/build/bundle.ts";
import { writePackage } from "../../generator/node.ts";
import * as viewer from "../../viewer/renderer.ts";
import { program, temporaryFolder } from "./independent.ts";
import { SAMPLE_SESSIONS } from "./sample-sessions.ts";
import { makeSample } from "./sample-source.ts";

const ROOM = resolve(import.meta.dirname, "../../generator");

test("the bundled command needs nothing beside it but its threads, and makes the same bytes", { timeout: 60_000 }, async () => {
  await using folder = await temporaryFolder();
  const at = (name: string) => join(folder.path, name);
  // Enough of them that threads are started.
  const { source, signer } = await makeSample(Array.from({ length: 15 }, () => SAMPLE_SESSIONS).flat());
  expect(source.handoff.sessions.length).toBeGreaterThan(20);
  await writePackage(source, signer, at("package.zip"), { viewer });
  await bundlePrograms({ package: join(ROOM, "repackage/main.ts") }, folder.path);
  await program(process.execPath, [at("package.mjs"), "--from", at("package.zip"), "--out", at("again.zip")]);
  expect((await readFile(at("again.zip"))).equals(await readFile(at("package.zip")))).toBe(true);

  // It is the thread beside it that makes the sessions.
  await writeFile(at("node-crew-worker.mjs"), "throw new Error('the thread of the test');");
  await expect(
    program(process.execPath, [at("package.mjs"), "--from", at("package.zip"), "--out", at("never.zip")]),
  ).rejects.toThrow();
});
