import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, test } from "vitest";
import { utf8 } from "../../record/bytes.ts";
import { openCheckpoint } from "../../record/checkpoint.ts";
import { parseHandoff } from "../../record/handoff.ts";
import { parseVerifierKey } from "../../record/key.ts";
import { openKeyStatement } from "../../record/key-statement.ts";
import { HANDOFF, isKeyStatementPath, keyStatementPath } from "../../record/path.ts";
import type { AllowedSigner } from "../../record/sshsig.ts";
import { type Report, verifyPackage } from "../../record/verify.ts";
import type { AuditView, HandoffView, OrganizationView } from "../../worker/schema.ts";
import { json, refusal } from "./api.ts";
import { downloadPackage, fileOf, makePublished, prepare, publish, read, recordSession, review, textOf } from "./published.ts";
import { closed, closeSession, makeScene, openSession, runCommand } from "./scene.ts";
import { MALLORY, TECHNICIAN } from "./tokens.ts";

const keyNow = async (): Promise<string> => (await json<OrganizationView>("GET", "organization")).key ?? "";
const keys = async () =>
  (await json<{ keys: { key: string; created: string; statement: string | null }[] }>("GET", "organization/keys")).keys;
const signer = (key: string): AllowedSigner => ({ principal: "Northwind", publicKey: parseVerifierKey(key).publicKey });

async function verifyTrusting(zip: Uint8Array, ...trusted: string[]): Promise<Report> {
  return verifyPackage(await read(zip), { trusted: trusted.map(signer) });
}

const codes = (report: Report, prefix: string) => report.findings.map(({ code }) => code).filter((code) => code.startsWith(prefix));

async function noteOf(session: string): Promise<Uint8Array> {
  const head = await env.SESSION.getByName(`org_northwind/session/${session}`).head();
  if (!head.ok) throw new Error("expected a head");
  return utf8(head.value.note);
}

describe("a change of the signing key", () => {
  let first: string;
  let second: string;
  let zip: Uint8Array;
  let before: Awaited<ReturnType<typeof recordSession>>;
  let across: string;
  let after: Awaited<ReturnType<typeof recordSession>>;

  beforeAll(async () => {
    const scene = await makeScene();
    first = await keyNow();
    before = await recordSession(scene, "under the first key");
    const open = await openSession(scene, "Across the change");
    await runCommand(open, "hostname", "ACME-SRV01");
    ({ key: second } = await json<{ key: string }>("POST", "organization/key"));
    await runCommand(open, "whoami", "system");
    await closeSession(open);
    across = open.session;
    after = await recordSession(scene, "under the second key");
    const sessions = [before.session, across, after.session];
    const handoff = await prepare(scene.group, sessions);
    for (const session of sessions) await review(handoff, session);
    await publish(handoff);
    zip = await downloadPackage(handoff);
  });

  test("has the old key say so, and stands in the audit trail", async () => {
    expect(second).not.toBe(first);
    expect(await keyNow()).toBe(second);
    const [one, two] = await keys();
    expect(one).toMatchObject({ key: first, statement: null });
    expect(two).toMatchObject({ key: second });
    const statement = openKeyStatement(utf8(two?.statement ?? ""));
    expect(statement).toMatchObject({ old: parseVerifierKey(first), new: parseVerifierKey(second), from: two?.created });
    const { items } = await json<{ items: AuditView[] }>("GET", "organization/audit");
    expect(items.find(({ act }) => act === "organization.key-changed")).toMatchObject({ by: "user_alice", about: second });
  });

  test("goes on with open sessions; each log is signed by the key of its closing", async () => {
    const [old, current] = [parseVerifierKey(first), parseVerifierKey(second)];
    expect(openCheckpoint(await noteOf(before.session), old).checkpoint.size).toBeGreaterThan(0);
    for (const session of [across, after.session]) {
      expect((await closed(session)).witnessed).not.toBeNull();
      const note = await noteOf(session);
      expect(openCheckpoint(note, current).checkpoint.size).toBeGreaterThan(0);
      expect(() => openCheckpoint(note, old)).toThrow("expected a signature by");
    }
  });

  test("gives a package that leads from either key to the one that signed it", async () => {
    expect(parseHandoff(await fileOf(zip, HANDOFF)).from.key).toBe(second);
    expect((await read(zip)).files.map(({ path }) => path).filter(isKeyStatementPath)).toEqual([keyStatementPath(1)]);
    expect(await textOf(zip, keyStatementPath(1))).toBe((await keys())[1]?.statement);
    const byNew = await verifyTrusting(zip, second);
    expect([byNew.verdict, byNew.verdicts.origin, codes(byNew, "origin/")]).toEqual(["verified", "holds", ["origin/trusted"]]);
    const byOld = await verifyTrusting(zip, first);
    expect([byOld.verdict, byOld.verdicts.origin, codes(byOld, "origin/")]).toEqual([
      "verified",
      "holds",
      ["origin/trusted-before"],
    ]);
    expect(byOld.sessions.map(({ holds }) => holds)).toEqual([true, true, true]);
  });

  test("comes again: three keys are a chain of two statements", async () => {
    const { key: third } = await json<{ key: string }>("POST", "organization/key");
    const { handoff } = await makePublished();
    const again = await downloadPackage(handoff);
    expect((await read(again)).files.map(({ path }) => path).filter(isKeyStatementPath)).toEqual([1, 2].map(keyStatementPath));
    for (const [key, code] of [
      [first, "origin/trusted-before"],
      [second, "origin/trusted-before"],
      [third, "origin/trusted"],
    ] as const) {
      const report = await verifyTrusting(again, key);
      expect([report.verdict, codes(report, "origin/")]).toEqual(["verified", [code]]);
    }
    // A package that was made before does not change; the new key proves nothing about it.
    expect(codes(await verifyTrusting(zip, third), "origin/")).toEqual(["origin/not-trusted"]);
  });

  test("outlives the object's memory", async () => {
    const stub = env.ORGANIZATION.getByName("org_northwind");
    await evictDurableObject(stub);
    const key = await keyNow();
    const signed = await stub.sign(utf8("x"));
    expect(signed.ok && signed.value.key).toBe(key);
  });

  test("while a package is being made: it is gathered again and signed by the new key", async () => {
    const { handoff } = await makePublished();
    const stub = env.HANDOFF.getByName(`org_northwind/handoff/${handoff}`);
    await runInDurableObject(stub, async (_, state) => {
      state.storage.sql.exec("UPDATE handoff SET state = 'generating'");
      state.storage.sql.exec("INSERT INTO generation (attempt, bytes, files) VALUES (0, 0, 0)");
      await state.storage.setAlarm(Date.now() + 3_600_000);
    });
    const { key } = await json<{ key: string }>("POST", "organization/key");
    await runDurableObjectAlarm(stub);
    expect((await json<HandoffView>("GET", `handoffs/${handoff}`)).state).toBe("published");
    const report = await verifyTrusting(await downloadPackage(handoff), key);
    expect([report.verdict, codes(report, "origin/")]).toEqual(["verified", ["origin/trusted"]]);
  });

  test("two at once: one key follows the other, none is lost or named twice", async () => {
    const stub = env.ORGANIZATION.getByName("org_northwind");
    const by = { id: "user_alice", name: "Alice Archer" };
    const count = (await keys()).length;
    const answers = await Promise.all([stub.changeKey(by), stub.changeKey(by)]);
    const changed = answers.filter(({ ok }) => ok).length;
    expect(changed).toBeGreaterThan(0);
    for (const answer of answers) if (!answer.ok) expect(answer.code).toBe("organization/key-changed");
    const all = await keys();
    expect(all).toHaveLength(count + changed);
    for (const [i, { key, statement }] of all.entries()) {
      if (statement === null) continue;
      expect(openKeyStatement(utf8(statement))).toMatchObject({
        old: parseVerifierKey(all[i - 1]?.key ?? ""),
        new: parseVerifierKey(key),
      });
    }
  });

  test("is refused to technicians, and where there is no key yet", async () => {
    const count = (await keys()).length;
    expect(await refusal("POST", "organization/key", undefined, TECHNICIAN)).toBe("403 auth/forbidden");
    expect(await refusal("POST", "organization/key", undefined, MALLORY)).toBe("404 not-found");
    expect(await refusal("GET", "organization/keys", undefined, MALLORY)).toBe("404 not-found");
    expect(await keys()).toHaveLength(count);
  });
});
