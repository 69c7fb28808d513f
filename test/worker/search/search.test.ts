import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import type { Page, SessionRow } from "../../../worker/schema.ts";
import type { SearchHit, SearchPage } from "../../../worker/search/schema.ts";
import { json, refusal, until } from "../api.ts";
import { closeSession, makeScene, type OpenSession, openSession, runCommand, type Scene } from "../scene.ts";
import { connectMachine, enrolMachine } from "../test-agent.ts";
import { ALICE, MALLORY, TECHNICIAN } from "../tokens.ts";

const groupStub = (group: string) => env.CLIENT_GROUP.getByName(`org_northwind/group/${group}`);
const sessionStub = (session: string) => env.SESSION.getByName(`org_northwind/session/${session}`);

/** Has what a session recorded so far taken into the index now. */
async function indexed(session: string): Promise<void> {
  await until(`${session} to be in the index`, async () => {
    await runInDurableObject(sessionStub(session), (object) => (object as unknown as { alarm(): Promise<void> }).alarm());
    const behind = await runInDurableObject(sessionStub(session), (_, state) =>
      state.storage.sql.exec("SELECT 1 FROM session WHERE indexed < size").toArray(),
    );
    return behind.length === 0 ? true : undefined;
  });
}

function search(scene: Scene, q: string, filters = ""): Promise<SearchPage> {
  return json<SearchPage>("GET", `groups/${scene.group}/search?q=${encodeURIComponent(q)}${filters}`);
}

async function all(scene: Scene, q: string, filters = "", limit = 100): Promise<SearchHit[]> {
  const hits: SearchHit[] = [];
  for (let cursor = ""; ; ) {
    const page = await search(scene, q, `${filters}&limit=${limit}${cursor}`);
    hits.push(...page.items);
    if (page.cursor === undefined) return hits;
    cursor = `&cursor=${page.cursor}`;
  }
}

const OUTPUT = `Installed KB5034441 on ACME-SRV01
Error 0x80070005 at C:\\Windows\\System32\\spool\\PRINTERS
HKLM\\SOFTWARE\\Microsoft\\Windows NT changed by jane@acme.example from 192.168.1.20`;

async function joined(open: OpenSession): Promise<void> {
  await open.agent.report(open.agent.event("joined", { participant: "p1", role: "person" }, { name: "Pat" }));
}

describe("a search", () => {
  test("finds identifiers whole and in part, in live and in closed sessions, and shows where", async () => {
    const scene = await makeScene();
    const open = await openSession(scene);
    await runCommand(open, "Get-HotFix", OUTPUT);
    await indexed(open.session);
    const wanted = [
      "KB5034441",
      "5034441",
      "0x80070005",
      "ACME-SRV01",
      "C:\\Windows\\System32\\spool",
      "HKLM\\SOFTWARE\\",
      "192.168.1.20",
    ];
    for (const q of [...wanted, "168.1.2", "jane@acme.example", "ACME.example", "kb50 srv01", '"changed by jane"', "C:"]) {
      const { items, behind } = await search(scene, q);
      expect({ q, found: items.map(({ seq, kind, field }) => [seq, kind, field]), behind }).toEqual({
        q,
        found: [[3, "output", "output"]],
        behind: 0,
      });
    }
    const [hit] = (await search(scene, "0x8007 jane@")).items;
    expect(hit?.lines).toEqual([
      { line: 1, text: OUTPUT.split("\n")[1], marks: [{ from: 6, to: 12 }], before: false, after: false },
      { line: 2, text: OUTPUT.split("\n")[2], marks: [{ from: 46, to: 51 }], before: false, after: false },
    ]);
    expect(hit?.session).toMatchObject({ session: open.session, state: "open", endpointName: "ACME-SRV01", commands: 1 });
    expect((await search(scene, "KB5034440")).items).toEqual([]);
    await closeSession(open, { summary: "Uninstalled KB5034441", todo: ["Check KB5034441 next month"] });
    await indexed(open.session);
    expect((await all(scene, "KB5034441")).map(({ kind, field }) => `${kind} ${field}`)).toEqual([
      "closed todo",
      "closed summary",
      "output output",
    ]);
  });

  test("looks through approvals, chat and notes too", async () => {
    const scene = await makeScene();
    const open = await openSession(scene, "Subject marker-1");
    const { agent, session } = open;
    await joined(open);
    const [asked = -1] = await agent.report(
      agent.event("approval.asked", { by: "p0" }, { command: "stop-service marker-2", reason: "because marker-3" }),
    );
    await agent.report(
      agent.event("approval.answered", { asked, by: "p1", answer: "denied" }, { word: "no marker-4" }),
      agent.event("chat", { by: "p1" }, { message: "hello marker-5" }),
    );
    await json("POST", `sessions/${session}/notes`, { note: "note marker-6" });
    await indexed(session);
    for (let i = 1; i <= 6; i++) expect((await search(scene, `marker-${i}`)).items).toHaveLength(1);
    expect((await all(scene, "marker-", "&approvals=yes", 2)).map(({ seq }) => seq)).toEqual([6, 5, 4, 3, 3, 0]);
    expect(await all(scene, "marker-", "&approvals=no")).toEqual([]);
  });

  test("finds a word that was torn apart: between two outputs, and in a line longer than a passage", async () => {
    const scene = await makeScene();
    const open = await openSession(scene);
    const { agent, session } = open;
    const command = agent.event("command", { by: "p0", shell: "bash", consent: "read-only" }, { command: "x" });
    const [seq = -1] = await agent.report(command);
    const output = (text: string, stream: string, newline: boolean) =>
      agent.event("output", { command: seq, stream, newline }, { output: text });
    await agent.report(output("first\nNEED", "stdout", false), output("other", "stderr", true));
    await indexed(session);
    const long = `${"x".repeat(7_995)}HAYSTACK${"y".repeat(20_000)}`;
    await agent.report(output(`LE1 end\n${long}`, "stdout", true));
    await indexed(session);
    expect((await search(scene, "needle1")).items).toMatchObject([{ seq: seq + 3, lines: [{ line: 0, text: "NEEDLE1 end" }] }]);
    const hits = await all(scene, "haystack");
    expect(hits).toHaveLength(1);
    expect(hits[0]?.lines[0]?.line).toBe(1);
  });

  test("takes anything that is typed, and reads it as nothing but text", async () => {
    const scene = await makeScene();
    const open = await openSession(scene);
    await runCommand(open, "x", `a "quoted" 'text' AND OR NOT NEAR(x) col:val * ^ ( ) - \u0000 % _ \u{1f5a8} ${"é".repeat(50)}`);
    await indexed(open.session);
    for (const q of [
      '"quoted"',
      "'text'",
      "AND",
      "NEAR(x)",
      "col:val",
      "* ^",
      '"',
      "()",
      "-",
      "%",
      "_",
      "\u{1f5a8}",
      "É".repeat(50),
    ]) {
      const expected = q === "()" ? 0 : 1;
      expect({ q, found: (await search(scene, q)).items.filter(({ kind }) => kind === "output").length }).toEqual({
        q,
        found: expected,
      });
    }
    for (const q of [
      '"',
      '""',
      '"a" OR',
      "text*",
      "{text}:x",
      "\u0000\u0000\u0000\u0000",
      "x\u0000y\u0000z",
      "a".repeat(200),
      "' OR 1=1 --",
      "\\",
    ]) {
      await search(scene, q);
    }
    for (const q of ["", "   ", "a".repeat(201)]) {
      expect(await refusal("GET", `groups/${scene.group}/search?q=${encodeURIComponent(q)}`)).toBe("400 request/malformed");
    }
    for (const cursor of ["x", "e30", btoa('["a"]'), btoa('["1e400"]')]) {
      expect(await refusal("GET", `groups/${scene.group}/search?q=x&cursor=${encodeURIComponent(cursor)}`)).toBe(
        "400 request/malformed",
      );
    }
  });

  test("narrows to a period, an endpoint, a tag, a technician, an outcome; lists of sessions do as well", async () => {
    const scene = await makeScene("ACME-SRV01");
    const { code } = await json<{ code: string }>("POST", `groups/${scene.group}/enrolment-codes`, {});
    const machine = await enrolMachine(code, "ACME-SQL01");
    const other: Scene = { group: scene.group, machine, control: await connectMachine(machine) };
    const day = (n: number) => `2026-01-0${n}T10:00:00.000Z`;
    const sessions: string[] = [];
    for (const [n, where, outcome] of [
      [1, scene, "resolved"],
      [2, other, "unresolved"],
      [3, scene, "resolved"],
    ] as const) {
      const open = await openSession(where, `Day ${n}`, { source: "export", seen: day(n) });
      await json("POST", `sessions/${open.session}/notes`, { note: "common words", seen: day(n) }, n === 3 ? TECHNICIAN : ALICE);
      await closeSession(open, { outcome, seen: day(n) });
      await indexed(open.session);
      sessions.push(open.session);
    }
    await json("PUT", `groups/${scene.group}/sessions/${sessions[1]}/tags`, { tags: ["sql"] });
    const [one, two, three] = sessions;
    for (const [filter, expected] of [
      ["", [three, two, one]],
      [`&from=${day(2)}`, [three, two]],
      [`&to=${day(2)}`, [two, one]],
      [`&endpoint=${machine.endpoint}`, [two]],
      ["&tag=sql", [two]],
      ["&technician=alice%20ARCHER", [three, two, one]],
      ["&technician=Tom%20Tech", [three]],
      ["&outcome=resolved", [three, one]],
      ["&outcome=resolved&technician=Tom%20Tech", [three]],
      ["&outcome=workaround", []],
      ["&approvals=no", [three, two, one]],
    ] as const) {
      const hits = await all(scene, "common words", filter, 1);
      expect({ filter, found: hits.map(({ session }) => session.session) }).toEqual({ filter, found: expected });
      const listed = await json<Page<SessionRow>>("GET", `groups/${scene.group}/sessions?${filter.slice(1)}`);
      expect({ filter, listed: listed.items.map(({ session }) => session) }).toEqual({ filter, listed: expected });
    }
    expect(await json("GET", `groups/${scene.group}/technicians`)).toEqual({
      items: [
        { technician: "Alice Archer", sessions: 3 },
        { technician: "Tom Tech", sessions: 1 },
      ],
    });
  });

  test("finds nothing of other client groups, and is not there for other organisations", async () => {
    const scene = await makeScene();
    const open = await openSession(scene);
    await runCommand(open, "x", "very-secret-word");
    await indexed(open.session);
    expect((await search(await makeScene(), "very-secret-word")).items).toEqual([]);
    expect(await refusal("GET", `groups/${scene.group}/search?q=very-secret-word`, undefined, MALLORY)).toBe("404 not-found");
  });
});

describe("the index", () => {
  test("comes after the acknowledgement by itself, each entry once, whatever is sent again", async () => {
    const scene = await makeScene();
    const open = await openSession(scene);
    await runCommand(open, "x", "needle-one");
    const found = await until("the index to follow", async () => {
      const { items } = await search(scene, "needle-one");
      return items.length > 0 ? items : undefined;
    });
    expect(found).toHaveLength(1);
    // As after a crash between the group's transaction and the session's: it sends the same again, and begins where the group is.
    await runInDurableObject(
      sessionStub(open.session),
      (_, state) => void state.storage.sql.exec("UPDATE session SET indexed = 1"),
    );
    await evictDurableObject(sessionStub(open.session));
    await runCommand(open, "x", "needle-two");
    await indexed(open.session);
    expect(await all(scene, "needle-")).toHaveLength(2);
    expect(await all(scene, "x", "&technician=Alice%20Archer")).not.toHaveLength(0);
  });

  test("of a closed session whose alarm was lost is filled when somebody searches, who is told meanwhile", async () => {
    const scene = await makeScene();
    const open = await openSession(scene);
    await runCommand(open, "x", "needle-three");
    await runInDurableObject(sessionStub(open.session), async (_, state) => state.storage.deleteAlarm());
    await closeSession(open);
    await indexed(open.session);
    await runInDurableObject(groupStub(scene.group), (_, state) => {
      state.storage.sql.exec("UPDATE sessions SET indexed = 0");
      for (const { id, text } of state.storage.sql.exec<{ id: number; text: string }>("SELECT id, text FROM passages").toArray()) {
        state.storage.sql.exec("INSERT INTO trigrams (trigrams, rowid, text) VALUES ('delete', ?, ?)", id, text.toLowerCase());
      }
      state.storage.sql.exec("DELETE FROM passages");
    });
    await runInDurableObject(sessionStub(open.session), async (_, state) => {
      state.storage.sql.exec("UPDATE session SET indexed = 0");
      await state.storage.deleteAlarm();
    });
    await evictDurableObject(sessionStub(open.session));
    const first = await search(scene, "needle-three");
    expect(first).toMatchObject({ items: [], behind: 1 });
    await until("the index to be whole", async () => ((await search(scene, "needle-three")).items.length === 1 ? true : undefined));
    expect((await search(scene, "needle-three")).behind).toBe(0);
  });

  test("has nothing more of what was erased: no line, no part of one, no name", async () => {
    const scene = await makeScene();
    const open = await openSession(scene, "Zebra subject");
    const { agent, session } = open;
    const [command = -1] = await agent.report(
      agent.event("command", { by: "p0", shell: "bash", consent: "read-only" }, { command: "dir" }),
    );
    const [first = -1] = await agent.report(
      agent.event("output", { command, stream: "stdout", newline: false }, { output: "keep this\nwipe QXZWV-se" }),
      agent.event("output", { command, stream: "stdout", newline: true }, { output: "cret\nkeep that" }),
    );
    await closeSession(open);
    await indexed(session);
    expect(await all(scene, "qxzwv-secret")).toHaveLength(1);
    const erase = (seq: number, field: string, lines: number[]) =>
      json("POST", `sessions/${session}/erasures`, { seq, field, lines, reason: "Article 17" });
    await erase(first, "output", [1]);
    await erase(0, "subject", [0]);
    await erase(1, "name", [0]);
    for (const q of ["qxzwv", "QXZWV-secret", "wipe", "Zebra"]) expect({ q, hits: await all(scene, q) }).toEqual({ q, hits: [] });
    expect(await all(scene, "keep")).toHaveLength(2);
    expect(await all(scene, "dir", "&technician=Alice%20Archer")).toEqual([]);
    expect(await json("GET", `groups/${scene.group}/technicians`)).toEqual({ items: [{ technician: "(erased)", sessions: 1 }] });
    const left = await runInDurableObject(groupStub(scene.group), (_, state) => {
      const tables = ["passages", "trigrams_data", "trigrams_idx", "sessions", "technicians"];
      const bytes = (value: unknown) =>
        value instanceof ArrayBuffer ? String.fromCharCode(...new Uint8Array(value)) : String(value);
      return tables.flatMap((table) =>
        state.storage.sql
          .exec(`SELECT * FROM ${table}`)
          .toArray()
          .flatMap((row) => Object.values(row).map(bytes)),
      );
    });
    for (const gone of ["qxz", "QXZ", "zwv", "wip", "Zebra", "zeb", "Alice"]) {
      expect({ gone, in: left.filter((value) => value.includes(gone)) }).toEqual({ gone, in: [] });
    }
  });
});
