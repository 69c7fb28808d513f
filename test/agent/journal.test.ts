import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Journal } from "../../agent/journal.ts";
import { JOURNAL_VERSION } from "../../agent/journal-schema.ts";
import type { Event } from "../../record/wire.ts";

const INFO = { session: "ses_0000000000000000", subject: "x", mode: "live" as const };
const ID = INFO.session;
const REQUEST = { request: "r1", by: "p0", command: "x", reason: "y" };
let folder: string;
let journal: Journal;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "caisey-journal-"));
  journal = Journal.open(folder);
  journal.openSession(INFO, "ref");
});
afterEach(() => {
  journal.close();
  rmSync(folder, { recursive: true });
});

const event = (n: number, kind: Event["kind"] = "chat", fields: Record<string, unknown> = { by: "p1" }): Event => ({
  n,
  seen: "2026-01-01T00:00:00.000Z",
  kind,
  fields,
  text: { message: { seed: `${"A".repeat(43)}=`, lines: [`message ${n}`] } },
});

function reopen(): void {
  journal.close();
  journal = Journal.open(folder);
}

describe("the journal", () => {
  test("only its owner can read it", () => {
    expect(statSync(join(folder, "journal.sqlite")).mode & 0o777).toBe(0o600);
  });

  test("keeps events over a restart until they are acknowledged, then nothing of their texts", () => {
    journal.append(ID, event(0));
    journal.append(ID, event(1));
    reopen();
    expect([...journal.eventsFrom(ID, 0)].map(({ n }) => n)).toEqual([0, 1]);
    expect(journal.counts()).toEqual({ sessions: 1, waiting: 2 });
    journal.commit(ID, [
      { seq: 0, n: undefined, line: "a" },
      { seq: 1, n: 0, line: "b" },
    ]);
    reopen();
    expect([...journal.eventsFrom(ID, 0)].map(({ n }) => n)).toEqual([1]);
    expect(journal.lines(ID)).toEqual([
      { seq: 0, n: undefined, line: "a" },
      { seq: 1, n: 0, line: "b" },
    ]);
    expect([journal.seqOf(ID, 0), journal.seqOf(ID, 1)]).toEqual([1, undefined]);
  });

  test("takes each number once, and in order", () => {
    journal.append(ID, event(0));
    expect(() => journal.append(ID, event(0))).toThrow(expect.objectContaining({ code: "journal/unusable" }));
    expect(() => journal.append(ID, event(2))).toThrow(expect.objectContaining({ code: "journal/unusable" }));
    expect(journal.session(ID)?.next).toBe(1);
  });

  test("stores all lines of a message or none", () => {
    journal.commit(ID, [{ seq: 0, n: undefined, line: "a" }]);
    expect(() =>
      journal.commit(ID, [
        { seq: 1, n: undefined, line: "b" },
        { seq: 0, n: undefined, line: "c" },
      ]),
    ).toThrow();
    expect(journal.lines(ID).map(({ line }) => line)).toEqual(["a"]);
  });

  test("knows how far a request had come", () => {
    journal.append(ID, event(0, "approval.asked"), { request: REQUEST, step: "asked" });
    journal.append(ID, event(1, "approval.answered"), { request: REQUEST, step: "answered" });
    reopen();
    expect(journal.requests(ID)).toEqual([
      { ...REQUEST, steps: { asked: 0, answered: 1, command: undefined, finished: undefined } },
    ]);
    expect(journal.request(ID, "r2")).toBeUndefined();
  });

  test("keeps the output of the running command, and no other", () => {
    const output = (n: number) => event(n, "output", { command: 5, stream: "stdout", newline: true });
    journal.append(ID, output(0));
    journal.append(ID, event(1));
    journal.append(ID, output(2));
    journal.commit(ID, [
      { seq: 0, n: 0, line: "a" },
      { seq: 1, n: 1, line: "b" },
    ]);
    reopen();
    expect(journal.outputs(ID, 5).map(({ n }) => n)).toEqual([0, 2]);
    expect(journal.outputs(ID, 6)).toEqual([]);
    journal.append(ID, event(3, "finished", { command: 5 }));
    journal.commit(ID, [{ seq: 2, n: 2, line: "c" }]);
    expect(journal.outputs(ID, 5).map(({ n }) => n)).toEqual([0, 2]);
    journal.commit(ID, [{ seq: 3, n: 3, line: "d" }]);
    expect(journal.outputs(ID, 5)).toEqual([]);
  });

  test("forgets old sessions that are over, and only those", () => {
    for (let i = 1; i < 5; i++) journal.openSession({ ...INFO, session: `ses_${i}` }, "ref");
    for (const id of [ID, "ses_1", "ses_3"]) journal.endSession(id);
    journal.commit(ID, [{ seq: 0, n: undefined, line: "a" }]);
    journal.forget(1);
    expect(journal.session(ID)).toBeUndefined();
    expect(journal.lines(ID)).toEqual([]);
    expect(journal.session("ses_3")?.isOver).toBe(true);
    expect(journal.openSessions().map(({ session }) => session)).toEqual(["ses_2", "ses_4"]);
  });

  test("is one agent's at a time", () => {
    expect(() => Journal.open(folder)).toThrow(expect.objectContaining({ code: "state/in-use" }));
  });

  test("a file that is no journal is said so", () => {
    const other = mkdtempSync(join(tmpdir(), "caisey-journal-"));
    writeFileSync(join(other, "journal.sqlite"), "this is no database, but long enough to be looked at as one ".repeat(20));
    expect(() => Journal.open(other)).toThrow(expect.objectContaining({ code: "journal/unusable" }));
    rmSync(other, { recursive: true });
  });

  test("whatever is appended and acknowledged in whatever portions: what waits is what was not acknowledged, in order", () => {
    const step = fc.oneof(fc.constant("append" as const), fc.constant("commit" as const), fc.constant("reopen" as const));
    let round = 0;
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const id = `ses_round_${round++}`;
        journal.openSession({ ...INFO, session: id }, "ref");
        let next = 0;
        let acknowledged = 0;
        for (const what of steps) {
          if (what === "append") journal.append(id, event(next++));
          else if (what === "reopen") reopen();
          else if (acknowledged < next) {
            journal.commit(id, [{ seq: acknowledged, n: acknowledged, line: `${acknowledged}` }]);
            acknowledged++;
          }
        }
        const waiting = Array.from({ length: next - acknowledged }, (_, i) => acknowledged + i);
        expect([...journal.eventsFrom(id, 0)].map(({ n }) => n)).toEqual(waiting);
        expect(journal.lines(id).map(({ n }) => n)).toEqual(Array.from({ length: acknowledged }, (_, i) => i));
        expect(journal.session(id)?.next).toBe(next);
      }),
      { numRuns: 30 },
    );
  });
});

describe("the version of a journal", () => {
  /** Opens it beside our back. */
  function change(...statements: string[]): void {
    journal.close();
    const db = new DatabaseSync(join(folder, "journal.sqlite"));
    for (const statement of statements) db.exec(statement);
    db.close();
  }
  const unusable = (message: string) =>
    expect.objectContaining({ code: "journal/unusable", message: expect.stringContaining(message) });
  function opening(): unknown {
    try {
      journal = Journal.open(folder);
      return undefined;
    } catch (error) {
      return error;
    }
  }
  afterEach(() => {
    // What is closed below was closed already.
    rmSync(join(folder, "journal.sqlite"), { force: true });
    journal = Journal.open(folder);
  });

  test("is raised whenever its tables change", () => {
    change();
    const db = new DatabaseSync(join(folder, "journal.sqlite"));
    const made = db.prepare("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name").all();
    db.close();
    const hash = createHash("sha256")
      .update(made.map(({ sql }) => sql).join("\n"))
      .digest("hex")
      .slice(0, 16);
    // To be added to, never changed: one line a version.
    expect([JOURNAL_VERSION, hash]).toEqual([3, "aa3f489a7abf17a6"]);
  });

  test("an older one is taken up with all that it holds", () => {
    journal.append(ID, event(0));
    change("DROP TABLE group_log", "PRAGMA user_version = 1");
    expect(opening()).toBeUndefined();
    expect([...journal.eventsFrom(ID, 0)]).toHaveLength(1);
    journal.close();
    const db = new DatabaseSync(join(folder, "journal.sqlite"));
    expect(db.prepare("PRAGMA user_version").get()).toEqual({ user_version: JOURNAL_VERSION });
    db.close();
  });

  test.each([
    [["DROP TABLE output", "DROP TABLE group_log", "PRAGMA user_version = 1"], "expected the tables of a journal"],
    [["ALTER TABLE event ADD COLUMN more TEXT"], "leave --force"],
    [["PRAGMA user_version = 99"], "a newer agent made it"],
  ])("other tables or a newer version are refused, and stay as they are: %j", (statements, message) => {
    journal.append(ID, event(0));
    change(...statements);
    const before = readFileSync(join(folder, "journal.sqlite"));
    expect(opening()).toEqual(unusable(message));
    expect(readFileSync(join(folder, "journal.sqlite"))).toEqual(before);
  });
});
