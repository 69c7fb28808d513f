import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { utf8 } from "../../record/bytes.ts";
import { parseHandoff } from "../../record/handoff.ts";
import type { Recorded } from "../../record/wire.ts";
import type { HandoffView, RedactionView } from "../../worker/schema.ts";
import { json, refusal, until } from "./api.ts";
import {
  downloadPackage,
  fileOf,
  hashOf,
  makePublished,
  PERIOD,
  prepare,
  publish,
  read,
  recordSession,
  review,
  textOf,
  verify,
} from "./published.ts";
import { closeSession, makeScene, openSession } from "./scene.ts";

const stubOf = (handoff: string) => env.HANDOFF.getByName(`org_northwind/handoff/${handoff}`);
const view = (handoff: string) => json<HandoffView>("GET", `handoffs/${handoff}`);

describe("from draft to published", () => {
  test("the package says what was selected and reviewed, and verifies", async () => {
    const scene = await makeScene();
    const first = await recordSession(scene, "PASSWORD=hunter2\nStopped  Spooler", "Spooler crashes");
    const second = await recordSession(scene, "ok", "Check of backups");
    const left = await recordSession(scene, "secret of somebody else", "Payroll");
    await json("PUT", "organization", { name: "Northwind IT Ltd" });
    const handoff = await prepare(scene.group, [first.session, second.session]);
    expect(await view(handoff)).toMatchObject({ state: "in-review", recipient: "Contoso IT", omitted: { "not-selected": 1 } });
    await json("POST", `handoffs/${handoff}/redactions`, {
      session: first.session,
      seq: first.output,
      field: "output",
      line: 0,
      reason: "credential",
      shown: "PASSWORD=********",
    });
    for (const { session } of [first, second]) await review(handoff, session);
    await json("PUT", `handoffs/${handoff}/letter`, { letter: "Dear Contoso,\nall yours." });
    const published = await publish(handoff);
    expect(published).toMatchObject({ state: "published", generation: null });
    expect(published.expires).not.toBeNull();

    const zip = await downloadPackage(handoff);
    expect(published.package).toMatchObject({ bytes: zip.length, sha256: hashOf(zip) });
    const report = await verify(zip);
    expect(report.findings.filter(({ status }) => status === "failed")).toEqual([]);
    expect(report.verdict).toBe("verified");
    expect(report.verdicts).toMatchObject({ intact: "holds", complete: "holds" });

    const said = parseHandoff(await fileOf(zip, "data/records/handoff.json"));
    expect(said).toMatchObject({
      handoff,
      from: { organization: "Northwind IT Ltd" },
      to: { name: "Contoso IT" },
      client: { group: scene.group, name: "Acme Accounting" },
      letter: "Dear Contoso,\nall yours.",
      log: { size: 3, omitted: [{ leaf: 2, reason: "not-selected" }] },
      endpoints: [{ endpoint: scene.machine.endpoint, name: "ACME-SRV01" }],
    });
    // The hash of the redacted output is hidden with it.
    expect(said.sessions.map(({ title, redactedLines }) => [title, redactedLines])).toEqual([
      ["Spooler crashes", 2],
      ["Check of backups", 0],
    ]);
    for (const { path } of (await read(zip)).files) {
      const content = await textOf(zip, path);
      for (const hidden of ["hunter2", "secret of somebody else", "Payroll", left.session]) expect(content).not.toContain(hidden);
    }
  });

  test("what is shown for review is redacted as the package will be, from any entry on", async () => {
    const scene = await makeScene();
    const { session, output } = await recordSession(scene, "a\nhunter2\nb");
    const handoff = await prepare(scene.group, [session]);
    const place = { session, seq: output, field: "output", line: 1, reason: "credential" };
    await json("POST", `handoffs/${handoff}/redactions`, place);
    for (const from of [0, output, output + 1]) {
      const path = `handoffs/${handoff}/sessions/${session}/entries?from=${from}&limit=2`;
      const { entries } = await json<{ entries: Recorded[] }>("GET", path);
      expect(entries.map(({ line }) => JSON.parse(line).seq)).toEqual([from, from + 1]);
      expect(JSON.stringify(entries)).not.toContain("hunter2");
      const raw = entries.find(({ line }) => JSON.parse(line).kind === "finished")?.text.raw;
      if (raw !== undefined) expect(JSON.stringify(raw)).toContain('"reason":"credential"');
    }
  });

  test("a change after the review opens it again", async () => {
    const scene = await makeScene();
    const { session, output } = await recordSession(scene, "a\nb");
    const handoff = await prepare(scene.group, [session]);
    expect(await refusal("POST", `handoffs/${handoff}/publish`, { days: 1 })).toBe("409 handoff/not-reviewed");
    await review(handoff, session);
    expect((await view(handoff)).sessions[0]?.reviewed).toMatchObject({ by: "Alice Archer" });
    const place = { session, seq: output, field: "output", line: 1, reason: "other" };
    const { redaction } = await json<RedactionView>("POST", `handoffs/${handoff}/redactions`, place);
    expect((await view(handoff)).sessions[0]?.reviewed).toBeNull();
    expect(await refusal("POST", `handoffs/${handoff}/publish`, { days: 1 })).toBe("409 handoff/not-reviewed");
    await review(handoff, session);
    await json("DELETE", `handoffs/${handoff}/redactions/${redaction}`);
    expect(await refusal("POST", `handoffs/${handoff}/publish`, { days: 1 })).toBe("409 handoff/not-reviewed");
    await review(handoff, session);
    await review(handoff, session, false);
    expect(await refusal("POST", `handoffs/${handoff}/publish`, { days: 1 })).toBe("409 handoff/not-reviewed");
  });

  test("what was said and hidden is there again when a session is taken out and in", async () => {
    const scene = await makeScene();
    const { session, output } = await recordSession(scene, "a\nb");
    const handoff = await prepare(scene.group, [session]);
    await json("POST", `handoffs/${handoff}/redactions`, { session, seq: output, field: "output", line: 1, reason: "other" });
    await review(handoff, session);
    await json("PUT", `handoffs/${handoff}/sessions`, { include: [] });
    expect(await view(handoff)).toMatchObject({ state: "draft", sessions: [], redactions: [], omitted: { "not-selected": 1 } });
    await json("PUT", `handoffs/${handoff}/sessions`, { include: [{ session }] });
    expect(await view(handoff)).toMatchObject({ state: "in-review", sessions: [{ note: "Looked at.", redactions: 1 }] });
  });

  test("nothing can be changed once it is published; sessions left out say why", async () => {
    const { handoff, session } = await makePublished();
    for (const [method, path, body] of [
      ["PUT", "period", PERIOD],
      ["PUT", "sessions", { include: [] }],
      ["POST", "redactions", { session, seq: 0, field: "subject", line: 0, reason: "other" }],
      ["PUT", `sessions/${session}/review`, { note: "", todo: [], reviewed: true }],
      ["PUT", "letter", { letter: "" }],
      ["POST", "publish", { days: 1 }],
    ] as const) {
      expect(await refusal(method, `handoffs/${handoff}/${path}`, body)).toBe("409 handoff/state");
    }
  });

  test("revoking takes the package away for good", async () => {
    const { handoff } = await makePublished();
    expect(await env.PACKAGES.head(`org_northwind/${handoff}.zip`)).not.toBeNull();
    await json("POST", `handoffs/${handoff}/revoke`);
    expect((await view(handoff)).state).toBe("revoked");
    expect(await env.PACKAGES.head(`org_northwind/${handoff}.zip`)).toBeNull();
    expect(await refusal("POST", `handoffs/${handoff}/revoke`)).toBe("409 handoff/state");
    expect(await refusal("POST", `handoffs/${handoff}/links`, { name: "x", days: 1 })).toBe("409 handoff/state");
    expect(await refusal("GET", `handoffs/${handoff}/package`)).toBe("404 not-found");
  });

  test("a draft has nothing to revoke, to link to, or to download", async () => {
    const { group } = await makeScene();
    const { handoff } = await json<{ handoff: string }>("POST", `groups/${group}/handoffs`, { recipient: "x" });
    expect(await refusal("POST", `handoffs/${handoff}/publish`, { days: 1 })).toBe("409 handoff/not-reviewed");
    expect(await refusal("POST", `handoffs/${handoff}/revoke`)).toBe("409 handoff/state");
    expect(await refusal("POST", `handoffs/${handoff}/links`, { name: "x", days: 1 })).toBe("409 handoff/state");
    expect(await refusal("GET", `handoffs/${handoff}/package`)).toBe("404 not-found");
    expect(await refusal("PUT", `handoffs/${handoff}/sessions`, { include: [] })).toBe("409 handoff/no-period");
    expect(await refusal("PUT", `handoffs/${handoff}/period`, { from: PERIOD.to, to: PERIOD.from })).toBe("400 request/malformed");
  });
});

describe("what can be selected and hidden", () => {
  test("closed sessions of this group and period only", async () => {
    const scene = await makeScene();
    const other = await makeScene("OTHER-01");
    const foreign = await recordSession(other, "x");
    const open = await openSession(scene);
    const old = await openSession(scene, "Old", { source: "export", seen: "2019-05-01T10:00:00.000Z" });
    await closeSession(old, { seen: "2019-05-01T11:00:00.000Z" });
    const { handoff } = await json<{ handoff: string }>("POST", `groups/${scene.group}/handoffs`, { recipient: "x" });
    await json("PUT", `handoffs/${handoff}/period`, PERIOD);
    const select = (session: string) => refusal("PUT", `handoffs/${handoff}/sessions`, { include: [{ session }] });
    expect(await select(open.session)).toBe("409 handoff/not-selectable");
    expect(await select(old.session)).toBe("409 handoff/not-selectable");
    expect(await select(foreign.session)).toBe("404 not-found");
    expect((await view(handoff)).omitted).toEqual({ "outside-period": 1 });
  });

  test("lines that are there, each once", async () => {
    const scene = await makeScene();
    const { session, output } = await recordSession(scene, "a\nb");
    const handoff = await prepare(scene.group, [session]);
    const place = { session, seq: output, field: "output", line: 1, reason: "credential" };
    const redact = (changes: object) => refusal("POST", `handoffs/${handoff}/redactions`, { ...place, ...changes });
    expect(await redact({ line: 2 })).toBe("400 session/no-such-line");
    expect(await redact({ seq: 99 })).toBe("400 session/no-such-line");
    expect(await redact({ field: "command" })).toBe("400 session/no-such-line");
    expect(await redact({ session: "ses_0000000000000000" })).toBe("404 not-found");
    expect(await redact({ reason: "erased" })).toBe("400 request/malformed");
    expect(await redact({ shown: "two\nlines" })).toBe("400 request/malformed");
    await json("POST", `handoffs/${handoff}/redactions`, place);
    expect(await redact({ shown: "*" })).toBe("409 handoff/already-redacted");
    expect(await refusal("DELETE", `handoffs/${handoff}/redactions/red_0000000000000000`)).toBe("404 not-found");
  });

  test("a title and an endpoint's name that nobody wrote come from the redacted text", async () => {
    const scene = await makeScene("JANE-DOES-LAPTOP");
    const { session } = await recordSession(scene, "ok", "Jane Doe's mailbox");
    const handoff = await prepare(scene.group, [session]);
    for (const [field, shown] of [
      ["subject", "A mailbox"],
      ["endpoint", "a laptop"],
    ]) {
      await json("POST", `handoffs/${handoff}/redactions`, { session, seq: 0, field, line: 0, reason: "personal-data", shown });
    }
    await review(handoff, session);
    await publish(handoff);
    const zip = await downloadPackage(handoff);
    expect(parseHandoff(await fileOf(zip, "data/records/handoff.json")).sessions[0]?.title).toBe("A mailbox");
    for (const { path } of (await read(zip)).files) expect(await textOf(zip, path)).not.toMatch(/Jane Doe|JANE-DOES/);
  });
});

describe("a generation", () => {
  /** A handoff whose generation was cut off after it began an upload. */
  async function cutOff(): Promise<{ handoff: string; upload: string }> {
    const scene = await makeScene();
    const { session } = await recordSession(scene, "x".repeat(2000));
    const handoff = await prepare(scene.group, [session]);
    await review(handoff, session);
    const key = `org_northwind/${handoff}.zip`;
    const { uploadId } = await env.PACKAGES.createMultipartUpload(key);
    await env.PACKAGES.resumeMultipartUpload(key, uploadId).uploadPart(1, new Uint8Array(5 << 20));
    await runInDurableObject(stubOf(handoff), async (_, state) => {
      state.storage.sql.exec("UPDATE handoff SET state = 'generating', days = 30");
      state.storage.sql.exec("INSERT INTO generation (attempt, bytes, files) VALUES (1, 5242880, 3)");
      state.storage.sql.exec("INSERT INTO uploads (key, upload) VALUES (?, ?)", key, uploadId);
      await state.storage.setAlarm(Date.now() + 3_600_000);
    });
    return { handoff, upload: uploadId };
  }

  test("that was cut off is begun again; nothing of the earlier upload stays", async () => {
    const { handoff, upload } = await cutOff();
    expect((await view(handoff)).generation).toMatchObject({ attempt: 1, files: 3 });
    await runDurableObjectAlarm(stubOf(handoff));
    expect((await view(handoff)).state).toBe("published");
    expect((await verify(await downloadPackage(handoff))).verdict).toBe("verified");
    await expect(env.PACKAGES.resumeMultipartUpload(`org_northwind/${handoff}.zip`, upload).uploadPart(1, "x")).rejects.toThrow();
  });

  test("started over gives the same bytes", async () => {
    const { handoff } = await makePublished();
    const before = hashOf(await downloadPackage(handoff));
    await runInDurableObject(stubOf(handoff), async (_, state) => {
      state.storage.sql.exec("UPDATE handoff SET state = 'generating'");
      state.storage.sql.exec("INSERT INTO generation (attempt, bytes, files) VALUES (0, 0, 0)");
      await state.storage.setAlarm(Date.now() + 3_600_000);
    });
    await runDurableObjectAlarm(stubOf(handoff));
    expect(hashOf(await downloadPackage(handoff))).toBe(before);
  });

  test("that can't succeed is shown, and the handoff can be worked on again", async () => {
    const { handoff } = await cutOff();
    // A record that the generator must refuse: the session's entries are not those of its log.
    const [selected] = (await view(handoff)).sessions;
    await runInDurableObject(env.SESSION.getByName(`org_northwind/session/${selected?.session}`), (_, state) => {
      state.storage.sql.exec("UPDATE entries SET line = ? WHERE seq = 1", utf8("{}"));
    });
    await runDurableObjectAlarm(stubOf(handoff));
    const failed = await view(handoff);
    expect(failed.state).toBe("in-review");
    expect(failed.generation?.failure).toMatch(/^The package could not be made \([a-z/-]+\)/);
    expect(await env.PACKAGES.head(`org_northwind/${handoff}.zip`)).toBeNull();
  });

  test("that is killed again and again is given up", async () => {
    const { handoff, upload } = await cutOff();
    await runInDurableObject(stubOf(handoff), (_, state) => {
      state.storage.sql.exec("UPDATE generation SET attempt = 8");
    });
    await runDurableObjectAlarm(stubOf(handoff));
    expect(await view(handoff)).toMatchObject({ state: "in-review", generation: { failure: expect.stringContaining("killed") } });
    await expect(env.PACKAGES.resumeMultipartUpload(`org_northwind/${handoff}.zip`, upload).uploadPart(1, "x")).rejects.toThrow();
    expect(await publish(handoff)).toMatchObject({ state: "published", generation: null });
  });

  test("whose alarm was lost is taken up when the object is loaded", async () => {
    const { handoff } = await cutOff();
    await runInDurableObject(stubOf(handoff), (_, state) => state.storage.deleteAlarm());
    await evictDurableObject(stubOf(handoff));
    expect(await runInDurableObject(stubOf(handoff), (_, state) => state.storage.getAlarm())).toBeGreaterThan(Date.now());
    expect(await runDurableObjectAlarm(stubOf(handoff))).toBe(true);
    expect((await view(handoff)).state).toBe("published");
  });

  test("ends with its expiry: the package goes, the handoff stays", async () => {
    const { handoff } = await makePublished();
    await runDurableObjectAlarm(stubOf(handoff));
    expect((await view(handoff)).state).toBe("published");
    await runInDurableObject(stubOf(handoff), (_, state) => {
      state.storage.sql.exec("UPDATE handoff SET expires = ?", Date.now() - 1);
    });
    await runDurableObjectAlarm(stubOf(handoff));
    await until("the expiry", async () => ((await view(handoff)).state === "expired" ? true : undefined));
    expect(await env.PACKAGES.head(`org_northwind/${handoff}.zip`)).toBeNull();
    const trail = await json<{ items: { act: string; about: string }[] }>("GET", "organization/audit?limit=3");
    expect(trail.items[0]).toMatchObject({ act: "handoff.expired", about: handoff });
  });
});
