import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, test } from "vitest";
import { type Disclosure, disclosure } from "../../record/disclosure.ts";
import { verifyPackage } from "../../record/verify.ts";
import type { AuditView, HandoffView } from "../../worker/schema.ts";
import { json, refusal, until } from "./api.ts";
import { downloadPackage, prepare, publish, read, recordSession, review } from "./published.ts";
import { makeScene } from "./scene.ts";
import { MALLORY, type Person, TECHNICIAN } from "./tokens.ts";

describe("revealing a line that a package hides", () => {
  let session: string;
  let output: number;
  let handoff: string;
  let zip: Uint8Array;

  beforeAll(async () => {
    const scene = await makeScene();
    ({ session, output } = await recordSession(scene, "Status   Name\nPASSWORD=hunter2\nStopped  Spooler"));
    handoff = await prepare(scene.group, [session]);
    await json("POST", `handoffs/${handoff}/redactions`, place());
    await review(handoff, session);
    await publish(handoff);
    zip = await downloadPackage(handoff);
  });

  const place = (changes: object = {}) => ({ session, seq: output, field: "output", line: 1, reason: "credential", ...changes });
  const unseal = (changes: object = {}, person?: Person) =>
    json<Disclosure>("POST", `handoffs/${handoff}/disclosures`, place({ reason: "Asked for by the court", ...changes }), person);
  const refused = (changes: object = {}, person?: Person) =>
    refusal("POST", `handoffs/${handoff}/disclosures`, place({ reason: "Asked for", ...changes }), person);
  const trail = async () => (await json<{ items: AuditView[] }>("GET", "organization/audit")).items;
  const unsealed = async () => (await trail()).filter(({ act }) => act === "line.unsealed");

  async function proofOf(...disclosures: Disclosure[]) {
    const { verdict, findings } = await verifyPackage(await read(zip), { disclosures });
    return [verdict, ...findings.map(({ code }) => code).filter((code) => code.startsWith("disclosure/"))];
  }

  test("gives salt and line, which the package itself proves", async () => {
    const revealed = await unseal();
    expect(disclosure.parse(revealed)).toMatchObject({ handoff, session, seq: output, line: 1 });
    expect(revealed.revealed.line).toBe("PASSWORD=hunter2");
    expect(await proofOf(revealed)).toEqual(["verified", "disclosure/proven"]);
    const forged = { ...revealed, revealed: { ...revealed.revealed, line: "PASSWORD=hunter3" } };
    expect(await proofOf(forged)).toEqual(["failed", "disclosure/not-the-line"]);
    expect(JSON.stringify(revealed)).not.toContain("seed");
  });

  test("also the hash that was hidden for the sake of the line, and not the other one", async () => {
    const hash = await unseal({ seq: output + 1, field: "raw", line: 0 });
    expect(await proofOf(hash)).toEqual(["verified", "disclosure/proven"]);
    expect(await refused({ seq: output + 1, field: "raw", line: 1 })).toBe("409 handoff/not-hidden");
  });

  test("stands in the audit trail: who, what, why; a refusal does not", async () => {
    const before = (await unsealed()).length;
    await unseal({ reason: "  Case 12/2026  " });
    await refused({ line: 0 });
    const after = await unsealed();
    expect(after).toHaveLength(before + 1);
    expect(after[0]).toMatchObject({
      by: "user_alice",
      byName: "Alice Archer",
      about: `${handoff} ${session}/${output} output line 2`,
      reason: "Case 12/2026",
    });
    expect(JSON.stringify(after)).not.toContain("hunter2");
  });

  test("refuses lines that can be read in the package, or are not there", async () => {
    expect(await refused({ line: 0 })).toBe("409 handoff/not-hidden");
    expect(await refused({ seq: 0, field: "subject", line: 0 })).toBe("409 handoff/not-hidden");
    expect(await refused({ line: 3 })).toBe("400 session/no-such-line");
    expect(await refused({ field: "command" })).toBe("400 session/no-such-line");
    expect(await refused({ seq: 99 })).toBe("400 session/no-such-line");
    expect(await refused({ session: "ses_0000000000000000" })).toBe("404 not-found");
  });

  test("needs a reason, the permission, and the organisation", async () => {
    expect(await refused({ reason: " " })).toBe("400 request/malformed");
    expect(await refused({ reason: undefined })).toBe("400 request/malformed");
    expect(await refused({ line: -1 })).toBe("400 request/malformed");
    expect(await refused({}, TECHNICIAN)).toBe("403 auth/forbidden");
    expect(await refused({}, MALLORY)).toBe("404 not-found");
    const features = { fea: "o:records", per: "unseal", fpm: "1" };
    expect(await unseal({}, { ...TECHNICIAN, role: "custodian", features })).toMatchObject({ line: 1 });
  });

  test("of a handoff that was not published is refused; its line can still change", async () => {
    const scene = await makeScene();
    const own = await recordSession(scene, "a\nb");
    const draft = await prepare(scene.group, [own.session]);
    const line = { session: own.session, seq: own.output, field: "output", line: 1 };
    await json("POST", `handoffs/${draft}/redactions`, { ...line, reason: "other" });
    expect(await refusal("POST", `handoffs/${draft}/disclosures`, { ...line, reason: "x" })).toBe("409 handoff/state");
  });

  test("goes on after the links expired, and ends when the package is taken back", async () => {
    const stub = env.HANDOFF.getByName(`org_northwind/handoff/${handoff}`);
    await runInDurableObject(stub, (_, state) => {
      state.storage.sql.exec("UPDATE handoff SET expires = ?", Date.now() - 1);
    });
    await runDurableObjectAlarm(stub);
    const isExpired = async () => (await json<HandoffView>("GET", `handoffs/${handoff}`)).state === "expired";
    await until("the expiry", async () => ((await isExpired()) ? true : undefined));
    expect(await proofOf(await unseal())).toEqual(["verified", "disclosure/proven"]);
    await runInDurableObject(stub, (_, state) => {
      state.storage.sql.exec("UPDATE handoff SET state = 'revoked'");
    });
    expect(await refused()).toBe("409 handoff/state");
  });
});
