import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startLocalRun } from "./local-run.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "caisey-refused-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function refusal(...args: string[]): Promise<string> {
  const run = startLocalRun("--data", join(folder, "data"), "--out", join(folder, "out"), ...args);
  expect(await run.ended).toBe(1);
  expect(run.output()).not.toMatch(/\n\s+at /);
  return run.output();
}

test("a port that is in use is named, with the way out", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  try {
    expect(await refusal("--port", String(port))).toMatch(new RegExp(`Port ${port} is in use.*--port`));
  } finally {
    server.close();
  }
});

test("a damaged data folder is named, with the way out", async () => {
  mkdirSync(join(folder, "data"));
  writeFileSync(join(folder, "data", "caisey.sqlite"), "no database");
  expect(await refusal("--port", "0")).toMatch(/caisey\.sqlite.*--data/s);
});

test("an argument that isn't known is refused; --help is not", async () => {
  expect(await refusal("--twice")).toContain("--help");
  const help = startLocalRun("--help");
  expect(await help.ended).toBe(0);
  expect(help.output()).toContain("--once");
});
