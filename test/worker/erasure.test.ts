import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { equal, utf8 } from "../../record/bytes.ts";
import { parseCheckpoint } from "../../record/checkpoint.ts";
import { parseEntry } from "../../record/entry.ts";
import { parseNote } from "../../record/note.ts";
import { checkText, type TextCommitment, visibleLines } from "../../record/text.ts";
import { Tree } from "../../record/tree.ts";
import type { Recorded } from "../../record/wire.ts";
import type { AuditView, ErasureView, HandoffView, SessionView } from "../../worker/schema.ts";
import { json, refusal } from "./api.ts";
import { downloadPackage, prepare, publish, read, recordSession, review, textOf, verify } from "./published.ts";
import { makeScene, openSession, runCommand } from "./scene.ts";
import { MALLORY, type Person, TECHNICIAN } from "./tokens.ts";

const OUTPUT = "User      Mailbox\njane.doe  4.2 GB\nSYSTEM    0.1 GB";
const SECRET = "jane.doe";

const view = (handoff: string) => json<HandoffView>("GET", `handoffs/${handoff}`);
const erase = (session: string, seq: number, field: string, lines: number[], person?: Person) =>
  json<ErasureView>("POST", `sessions/${session}/erasures`, { seq, field, lines, reason: "Request of 3 May" }, person);

async function entriesOf(session: string): Promise<Recorded[]> {
  return (await json<{ entries: Recorded[] }>("GET", `sessions/${session}/entries?limit=1000`)).entries;
}

/** All that an object has stored, as text. */
async function stored(namespace: DurableObjectNamespace, name: string): Promise<string> {
  return runInDurableObject(namespace.getByName(name), (_, { storage: { sql } }) => {
    const tables = sql.exec<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table'").toArray();
    const rows = tables
      .filter(({ name }) => !/^(_|sqlite_|trigrams$)/.test(name))
      .flatMap(({ name }) => sql.exec(`SELECT * FROM ${name}`).toArray());
    const text = (value: SqlStorageValue) => (value instanceof ArrayBuffer ? new TextDecoder().decode(value) : String(value));
    return rows.map((row) => Object.values(row).map(text).join(" ")).join("\n");
  });
}

/** Whether every text has its root, and the log the root that was signed when it was closed. */
async function expectWhole(session: string): Promise<void> {
  const tree = new Tree();
  for (const { line, text } of await entriesOf(session)) {
    tree.append(utf8(line));
    const commitments = parseEntry(utf8(line)).text as Record<string, TextCommitment>;
    for (const [field, value] of Object.entries(text)) checkText(value, commitments[field] as TextCommitment);
  }
  const head = await env.SESSION.getByName(`org_northwind/session/${session}`).head();
  if (!head.ok) throw new Error("expected a head");
  const { size, root } = parseCheckpoint(parseNote(utf8(head.value.note)).text);
  expect(size).toBe(tree.size);
  expect(equal(root, tree.root())).toBe(true);
}

describe("erasing lines of a session", () => {
  test("takes line, salt and seed out of the store; the digest stays, and the log verifies", async () => {
    const { session, output } = await recordSession(await makeScene(), OUTPUT);
    const before = await entriesOf(session);
    const open = before[output]?.text.output;
    if (open === undefined || !("seed" in open)) throw new Error("expected an open text");
    const object = ["SESSION", `org_northwind/session/${session}`] as const;
    expect(await stored(env[object[0]], object[1])).toContain(SECRET);

    expect(await erase(session, output, "output", [1])).toEqual({
      erased: [
        { seq: output, field: "output", lines: [1] },
        { seq: output + 1, field: "raw", lines: [0] },
      ],
      published: [],
    });
    const after = await entriesOf(session);
    expect(after.map(({ line }) => line)).toEqual(before.map(({ line }) => line));
    const texts = after[output]?.text.output;
    expect(texts && visibleLines(texts)).toEqual([
      { text: "User      Mailbox" },
      { text: "", hidden: "erased" },
      { text: "SYSTEM    0.1 GB" },
    ]);
    const raw = after[output + 1]?.text.raw;
    expect(raw && visibleLines(raw).map(({ hidden }) => hidden)).toEqual(["erased", undefined]);
    for (const gone of [SECRET, open.seed]) expect(await stored(env[object[0]], object[1])).not.toContain(gone);
    await expectWhole(session);

    // Again, and more: what is gone stays gone.
    await erase(session, output, "output", [2, 1, 1]);
    const again = (await entriesOf(session))[output]?.text.output;
    expect(again && visibleLines(again).map(({ hidden }) => hidden)).toEqual([undefined, "erased", "erased"]);
    await expectWhole(session);
  });

  test("of a long text", async () => {
    const scene = await makeScene();
    const open = await openSession(scene);
    const pieces = Array.from({ length: 9 }, (_, i) => `${i} ${"x".repeat(12_000)}`);
    const command = await runCommand(open, "dump", [SECRET, ...pieces].join("\n"));
    await json("POST", `sessions/${open.session}/close`, { outcome: "resolved" });
    await open.agent.witness();
    const isClosed = async () => (await json<SessionView>("GET", `sessions/${open.session}`)).state === "closed";
    await expect.poll(isClosed, { timeout: 5000 }).toBe(true);
    await erase(open.session, command + 1, "output", [0]);
    expect(await stored(env.SESSION, `org_northwind/session/${open.session}`)).not.toContain(SECRET);
    await expectWhole(open.session);
  });

  test("stands in the audit trail: who, where, why, and not what", async () => {
    const { session, output } = await recordSession(await makeScene(), OUTPUT);
    await erase(session, output, "output", [1, 2]);
    const { items } = await json<{ items: AuditView[] }>("GET", "organization/audit");
    expect(items.find(({ act }) => act === "lines.erased")).toMatchObject({
      by: "user_alice",
      about: `${session}/${output} output line 2, 3`,
      reason: "Request of 3 May",
    });
    expect(JSON.stringify(items)).not.toContain(SECRET);
  });

  test("takes subjects, names and commands out of every list and handoff", async () => {
    const scene = await makeScene();
    const { session, output } = await recordSession(scene, "ok", "Mailbox of jane.doe");
    const handoff = await prepare(scene.group, [session]);
    await erase(session, 0, "subject", [0]);
    await erase(session, 1, "name", [0]);
    await erase(session, output - 1, "command", [0]);
    const objects: [DurableObjectNamespace, string][] = [
      [env.SESSION, `org_northwind/session/${session}`],
      [env.CLIENT_GROUP, `org_northwind/group/${scene.group}`],
      [env.ENDPOINT, `org_northwind/endpoint/${scene.machine.endpoint}`],
      [env.HANDOFF, `org_northwind/handoff/${handoff}`],
    ];
    for (const [namespace, name] of objects) {
      const text = await stored(namespace, name);
      for (const gone of [SECRET, "Alice Archer", "Get-Service Spooler"])
        expect([name, text.includes(gone)]).toEqual([name, false]);
    }
    const row = { subject: "(erased)", technician: "(erased)" };
    expect((await json<{ items: object[] }>("GET", `groups/${scene.group}/sessions`)).items[0]).toMatchObject(row);
    expect((await view(handoff)).sessions[0]).toMatchObject(row);
    await expectWhole(session);
  });
});

describe("a handoff with that session", () => {
  test("that is reviewed needs a new review; its package verifies and says what is erased", async () => {
    const scene = await makeScene();
    const { session, output } = await recordSession(scene, OUTPUT);
    const handoff = await prepare(scene.group, [session]);
    const place = { session, seq: output, field: "output", line: 1, reason: "personal-data" };
    await json("POST", `handoffs/${handoff}/redactions`, { ...place, shown: "j***.d**" });
    await review(handoff, session);
    await erase(session, output, "output", [1]);
    expect(await view(handoff)).toMatchObject({ sessions: [{ reviewed: null }], redactions: [] });
    expect(await refusal("POST", `handoffs/${handoff}/publish`, { days: 1 })).toBe("409 handoff/not-reviewed");
    expect(await refusal("POST", `handoffs/${handoff}/redactions`, place)).toBe("409 session/erased");
    await review(handoff, session);
    expect((await publish(handoff)).state).toBe("published");

    const zip = await downloadPackage(handoff);
    const report = await verify(zip);
    expect([report.verdict, report.verdicts.intact]).toEqual(["verified", "holds"]);
    expect(report.hidden.map(({ seq, field, line, reason }) => [seq, field, line, reason])).toEqual([
      [output, "output", 1, "erased"],
      [output + 1, "raw", 0, "erased"],
    ]);
    for (const { path } of (await read(zip)).files) {
      const text = await textOf(zip, path);
      for (const gone of [SECRET, "j***.d**"]) expect([path, text.includes(gone)]).toEqual([path, false]);
    }
    const asked = { session, seq: output, field: "output", line: 1, reason: "x" };
    expect(await refusal("POST", `handoffs/${handoff}/disclosures`, asked)).toBe("409 session/erased");
  });

  test("that was published before is named; its package is as it was, and nothing of it can be revealed any more", async () => {
    const scene = await makeScene();
    const { session, output } = await recordSession(scene, OUTPUT);
    const handoff = await prepare(scene.group, [session]);
    const place = { session, seq: output, field: "output", line: 1 };
    await json("POST", `handoffs/${handoff}/redactions`, { ...place, reason: "personal-data" });
    await review(handoff, session);
    await publish(handoff);
    expect((await erase(session, output, "output", [1])).published).toEqual([handoff]);
    expect((await verify(await downloadPackage(handoff))).verdict).toBe("verified");
    expect(await refusal("POST", `handoffs/${handoff}/disclosures`, { ...place, reason: "x" })).toBe("409 session/erased");
  });

  test("that is being generated has to be done first: nothing is erased, nothing said to be", async () => {
    const scene = await makeScene();
    const { session, output } = await recordSession(scene, OUTPUT);
    const handoff = await prepare(scene.group, [session]);
    await runInDurableObject(env.HANDOFF.getByName(`org_northwind/handoff/${handoff}`), (_, state) => {
      state.storage.sql.exec("UPDATE handoff SET state = 'generating'");
    });
    const body = { seq: output, field: "output", lines: [1], reason: "x" };
    expect(await refusal("POST", `sessions/${session}/erasures`, body)).toBe("409 handoff/state");
    expect(JSON.stringify(await entriesOf(session))).toContain(SECRET);
    const { items } = await json<{ items: AuditView[] }>("GET", "organization/audit?limit=1");
    expect(items[0]?.act).not.toBe("lines.erased");
  });
});

test("is refused without a reason, the permission, the organisation, a closed session, or such lines", async () => {
  const scene = await makeScene();
  const { session, output } = await recordSession(scene, OUTPUT);
  const body = { seq: output, field: "output", lines: [1], reason: "x" };
  const refused = (changes: object, person?: Person) =>
    refusal("POST", `sessions/${session}/erasures`, { ...body, ...changes }, person);
  expect(await refused({ reason: "" })).toBe("400 request/malformed");
  expect(await refused({ lines: [] })).toBe("400 request/malformed");
  expect(await refused({ lines: [1, 3] })).toBe("400 session/no-such-line");
  expect(await refused({ seq: 99 })).toBe("400 session/no-such-line");
  expect(await refused({ field: "command" })).toBe("400 session/no-such-line");
  expect(await refused({}, TECHNICIAN)).toBe("403 auth/forbidden");
  expect(await refused({}, MALLORY)).toBe("404 not-found");
  const open = await openSession(scene);
  const subject = { seq: 0, field: "subject", lines: [0], reason: "x" };
  expect(await refusal("POST", `sessions/${open.session}/erasures`, subject)).toBe("409 session/not-closed");
  expect(JSON.stringify(await entriesOf(session))).toContain(SECRET);
});
