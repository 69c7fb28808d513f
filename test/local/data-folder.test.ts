import { mkdirSync, mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openDataFolder } from "../../worker/local/data-folder.ts";

let parent: string;
let path: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), "caisey-data-"));
  path = join(parent, "data");
});
afterEach(() => rmSync(parent, { recursive: true }));

/** A folder as it is left behind, with one database of the engine in it. */
function used(): string {
  const data = openDataFolder(path);
  const file = join(data.folder("do"), "some.sqlite");
  const database = new DatabaseSync(file);
  database.exec(
    "CREATE TABLE t (x); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) INSERT INTO t SELECT i FROM n",
  );
  database.close();
  data.close();
  return file;
}

const open = () => {
  openDataFolder(path).close();
};

test("the master key is random, kept, and for the owner only", () => {
  const first = openDataFolder(path);
  first.close();
  const again = openDataFolder(path);
  expect(again.masterKey).toBe(first.masterKey);
  expect(Buffer.from(again.masterKey, "base64")).toHaveLength(32);
  expect(statSync(join(path, "caisey.sqlite")).mode & 0o777).toBe(0o600);
  again.close();
  const other = openDataFolder(join(parent, "other"));
  expect(other.masterKey).not.toBe(first.masterKey);
  other.close();
});

test("that the samples are loaded is remembered", () => {
  const data = openDataFolder(path);
  expect(data.fixturesLoaded()).toBe(false);
  data.setFixturesLoaded();
  data.close();
  const again = openDataFolder(path);
  expect(again.fixturesLoaded()).toBe(true);
  again.close();
});

test("one run at a time holds a folder", () => {
  const data = openDataFolder(path);
  expect(open).toThrow(expect.objectContaining({ code: "data/in-use" }));
  data.close();
  expect(open).not.toThrow();
});

test("a whole folder opens again", () => {
  used();
  expect(open).not.toThrow();
});

test.each([
  [
    "its own database is overwritten",
    () => writeFileSync(join(path, "caisey.sqlite"), "not a database, but long enough to be looked at".repeat(200)),
  ],
  ["its own database is emptied", () => truncateSync(join(path, "caisey.sqlite"), 0)],
  ["its own database is gone", () => rmSync(join(path, "caisey.sqlite"))],
  ["a database is overwritten", (file: string) => writeFileSync(file, Buffer.alloc(8192, 7))],
  ["a database is emptied", (file: string) => truncateSync(file, 0)],
  ["a database is cut short", (file: string) => truncateSync(file, 4096 * 3)],
  ["a database is gone", (file: string) => rmSync(file)],
])("damage is told: %s", (_, damage) => {
  const file = used();
  damage(file);
  expect(open).toThrow(expect.objectContaining({ code: "data/damaged" }));
});

test("a file in its place, and a folder of something else, are refused and left alone", () => {
  writeFileSync(path, "a file");
  expect(open).toThrow(expect.objectContaining({ code: "data/damaged" }));
  const other = join(parent, "other");
  mkdirSync(other);
  writeFileSync(join(other, "letter.txt"), "mine");
  expect(() => openDataFolder(other)).toThrow(expect.objectContaining({ code: "data/damaged" }));
});
