import { describe, expect, test } from "vitest";
import type { FindingView, ScannedSession, ScanView } from "../../worker/scan-schema.ts";
import type { AuditView, HandoffView, Page, RedactionView } from "../../worker/schema.ts";
import { json, refusal } from "./api.ts";
import { downloadPackage, markReviewed, prepare, publish, read, recordSession, review, textOf } from "./published.ts";
import { makeScene } from "./scene.ts";
import { MALLORY, TECHNICIAN } from "./tokens.ts";

const OUTPUT = "net user kim Tr0ub4dor&3 /add\nok\nmail to jane.doe@acme.example\npassword=Tr0ub4dor&3 and kim@acme.example";

async function scanned(output = OUTPUT, subjects = ["Spooler crashes"]) {
  const scene = await makeScene();
  const sessions: { session: string; output: number }[] = [];
  for (const subject of subjects) sessions.push(await recordSession(scene, output, subject));
  const handoff = await prepare(
    scene.group,
    sessions.map(({ session }) => session),
  );
  for (const { session } of sessions) await json<ScannedSession>("POST", `handoffs/${handoff}/sessions/${session}/scan`, {});
  return { handoff, group: scene.group, sessions };
}

const findings = async (handoff: string, query = "") =>
  (await json<Page<FindingView>>("GET", `handoffs/${handoff}/findings?limit=500${query}`)).items.filter(
    ({ field }) => field === "output",
  );
const decide = (handoff: string, body: Record<string, unknown>) =>
  json<{ decided: number; left: number }>("POST", `handoffs/${handoff}/decisions`, body);
const redactions = async (handoff: string) =>
  (await json<HandoffView>("GET", `handoffs/${handoff}`)).redactions.map(({ line, reason, shown }: RedactionView) => [
    line,
    reason,
    shown,
  ]);

describe("scanning a session", () => {
  test("tells what was found, and where, and never its text", async () => {
    const { handoff } = await scanned();
    const found = await findings(handoff);
    expect(
      found.map(({ line, kind, start, end, equal }) => [line, kind, (OUTPUT.split("\n")[line] ?? "").slice(start, end), equal]),
    ).toEqual([
      [0, "password", "Tr0ub4dor&3", 2],
      [2, "email", "jane.doe@acme.example", 1],
      [3, "password", "Tr0ub4dor&3", 2],
      [3, "email", "kim@acme.example", 1],
    ]);
    expect(JSON.stringify(found)).not.toMatch(/Tr0ub4dor|jane/);
  });

  test("finds very many in one session, and decides about all of them bit by bit", async () => {
    const lines = Array.from({ length: 3000 }, (_, at) => `mail to kim${at}@acme.example`);
    const { handoff, sessions } = await scanned(lines.join("\n"));
    const scan = () => json<ScanView>("GET", `handoffs/${handoff}/scan`);
    const all = (await scan()).sessions[0]?.findings ?? 0;
    expect(all).toBeGreaterThanOrEqual(3000);
    const finding = (await findings(handoff))[0]?.finding;
    const body = { finding, scope: "kind", decision: "keep", because: "made up" };
    const first = await decide(handoff, body);
    expect(first.decided).toBe(2000);
    expect(first.left).toBeGreaterThanOrEqual(1000);
    expect((await decide(handoff, body)).left).toBe(0);
    await json("POST", `handoffs/${handoff}/sessions/${sessions[0]?.session}/scan`, {});
    expect((await scan()).sessions[0]).toMatchObject({ findings: all, open: all - first.decided - first.left });
  });

  test("again, keeps what was decided", async () => {
    const { handoff, sessions } = await scanned();
    const [first] = await findings(handoff);
    await decide(handoff, { finding: first?.finding, decision: "keep", because: "a sample" });
    await json("POST", `handoffs/${handoff}/sessions/${sessions[0]?.session}/scan`, {});
    expect((await findings(handoff))[0]).toMatchObject({ finding: first?.finding, decision: "keep", because: "a sample" });
  });

  test("looks for the client's own words when they are given, and says which sessions were not looked through with them", async () => {
    const { handoff, group, sessions } = await scanned("about project orca\nping 192.168.1.20");
    expect(await findings(handoff)).toEqual([]);
    const scan = () => json<ScanView>("GET", `handoffs/${handoff}/scan`);
    const again = () => json("POST", `handoffs/${handoff}/sessions/${sessions[0]?.session}/scan`, {});
    await json("PUT", `groups/${group}/terms`, { terms: ["Project Orca", "project orca"] });
    expect(await scan()).toMatchObject({ terms: ["project orca"], sessions: [{ scanned: null }] });
    await again();
    const settings = { accounts: false, privateAddresses: true };
    await json("PUT", `handoffs/${handoff}/scan`, settings);
    expect(await scan()).toMatchObject({ settings, sessions: [{ scanned: null }] });
    await again();
    // The same list once more changes nothing.
    await json("PUT", `groups/${group}/terms`, { terms: ["PROJECT ORCA"] });
    expect((await scan()).sessions[0]?.scanned).not.toBeNull();
    expect((await findings(handoff)).map(({ kind }) => kind)).toEqual(["term", "private-address"]);
  });
});

describe("deciding", () => {
  test("masks all equal findings, and what is masked has the same name everywhere", async () => {
    const { handoff } = await scanned(OUTPUT, ["Spooler crashes", "Spooler crashes again"]);
    const [password, jane, , kim] = await findings(handoff);
    expect(password?.equal).toBe(4);
    expect(await decide(handoff, { finding: password?.finding, scope: "equal", decision: "mask" })).toEqual({
      decided: 4,
      left: 0,
    });
    await decide(handoff, { finding: kim?.finding, scope: "equal", decision: "mask" });
    await decide(handoff, { finding: jane?.finding, scope: "equal", decision: "redact" });
    const each = [
      [0, "credential", "net user kim [password 1] /add"],
      [2, "personal-data", null],
      [3, "credential", "password=[password 1] and [e-mail 1]"],
    ];
    expect(await redactions(handoff)).toEqual([...each, ...each]);
  });

  test("takes a decision back: the line is shown again, but for what others mask in it", async () => {
    const { handoff } = await scanned();
    const [, , password, kim] = await findings(handoff);
    for (const one of [password, kim]) await decide(handoff, { finding: one?.finding, decision: "mask" });
    await decide(handoff, { finding: password?.finding, decision: "undo" });
    expect(await redactions(handoff)).toEqual([[3, "personal-data", "password=Tr0ub4dor&3 and [e-mail 1]"]]);
    await decide(handoff, { finding: kim?.finding, decision: "keep", because: "a shared mailbox" });
    expect(await redactions(handoff)).toEqual([]);
  });

  test("leaves what a person hid as it is, and asks nothing about it", async () => {
    const { handoff, sessions } = await scanned();
    const place = { session: sessions[0]?.session, seq: sessions[0]?.output, field: "output", line: 0, reason: "privileged" };
    await json("POST", `handoffs/${handoff}/redactions`, place);
    const [first] = await findings(handoff);
    expect(first?.decision).toBe("hidden");
    await decide(handoff, { finding: first?.finding, decision: "mask" });
    expect(await redactions(handoff)).toEqual([[0, "privileged", null]]);
  });

  test("is open again when its line is shown again, whoever hid it", async () => {
    const { handoff, sessions } = await scanned();
    const [first, jane] = await findings(handoff);
    await decide(handoff, { finding: first?.finding, decision: "mask" });
    const place = { session: sessions[0]?.session, seq: sessions[0]?.output, field: "output", line: 2, reason: "other" };
    await json("POST", `handoffs/${handoff}/redactions`, place);
    await decide(handoff, { finding: jane?.finding, decision: "redact" });
    const { redactions: hidden } = await json<HandoffView>("GET", `handoffs/${handoff}`);
    for (const { redaction } of hidden) await json("DELETE", `handoffs/${handoff}/redactions/${redaction}`);
    expect(await redactions(handoff)).toEqual([]);
    expect((await findings(handoff)).map(({ decision }) => decision)).toEqual([null, null, null, null]);
  });

  test("to keep something needs a reason", async () => {
    const { handoff } = await scanned();
    const [first] = await findings(handoff);
    expect(await refusal("POST", `handoffs/${handoff}/decisions`, { finding: first?.finding, decision: "keep" })).toBe(
      "400 request/malformed",
    );
  });

  test("has the session reviewed again when it hides something", async () => {
    const { handoff, sessions } = await scanned();
    await review(handoff, sessions[0]?.session ?? "");
    const [first] = await findings(handoff);
    await decide(handoff, { finding: first?.finding, decision: "redact" });
    expect((await json<HandoffView>("GET", `handoffs/${handoff}`)).sessions[0]?.reviewed).toBeNull();
  });
});

test("nothing is published before everything is scanned as the scanner is set now", async () => {
  const scene = await makeScene();
  const { session } = await recordSession(scene, "about project orca");
  const handoff = await prepare(scene.group, [session]);
  const publishing = () => refusal("POST", `handoffs/${handoff}/publish`, { days: 30 });
  const unscanned = async () => (await json<HandoffView>("GET", `handoffs/${handoff}`)).scan.unscanned;
  await markReviewed(handoff, session);
  expect(await publishing()).toBe("409 handoff/unscanned");
  await review(handoff, session);
  expect(await unscanned()).toBe(0);
  await json("PUT", `handoffs/${handoff}/scan`, { accounts: true, privateAddresses: false });
  expect(await publishing()).toBe("409 handoff/unscanned");
  await review(handoff, session);
  await json("PUT", `groups/${scene.group}/terms`, { terms: ["Project Orca"] });
  expect(await unscanned()).toBe(1);
  expect(await publishing()).toBe("409 handoff/unscanned");
  await json("POST", `handoffs/${handoff}/sessions/${session}/scan`, {});
  expect(await publishing()).toBe("409 handoff/undecided");
  await review(handoff, session);
  expect((await publish(handoff)).state).toBe("published");
});

test("a session that is selected later is not scanned with the others", async () => {
  const scene = await makeScene();
  const [first, second] = [await recordSession(scene, "one"), await recordSession(scene, "two")];
  const handoff = await prepare(scene.group, [first.session]);
  await review(handoff, first.session);
  await json("PUT", `handoffs/${handoff}/sessions`, { include: [first, second].map(({ session }) => ({ session })) });
  for (const { session } of [first, second]) await markReviewed(handoff, session);
  expect(await refusal("POST", `handoffs/${handoff}/publish`, { days: 30 })).toBe("409 handoff/unscanned");
});

test("a later version goes on with what was found and decided, under the same names", async () => {
  const { handoff, sessions } = await scanned();
  const [password] = await findings(handoff);
  await decide(handoff, { finding: password?.finding, scope: "equal", decision: "mask" });
  await review(handoff, sessions[0]?.session ?? "");
  await publish(handoff);
  const { handoff: next } = await json<HandoffView>("POST", `handoffs/${handoff}/replace`, {});
  const view = await json<HandoffView>("GET", `handoffs/${next}`);
  expect(view.scan).toEqual({ unscanned: 0, open: 0 });
  expect(await redactions(next)).toEqual(await redactions(handoff));
  const [same] = await findings(next);
  await decide(next, { finding: same?.finding, scope: "equal", decision: "undo" });
  expect(await redactions(next)).toEqual([]);
  await decide(next, { finding: same?.finding, scope: "equal", decision: "mask" });
  expect(await redactions(next)).toEqual(await redactions(handoff));
});

test("the client's words stand in no trail, only how many came and went; setting them is for those who prepare handoffs", async () => {
  const { group } = await makeScene();
  await json("PUT", `groups/${group}/terms`, { terms: ["Project Orca", "Blue Lagoon"] });
  await json("PUT", `groups/${group}/terms`, { terms: ["Blue Lagoon", "Nessie"] });
  const { items } = await json<Page<AuditView>>("GET", `organization/audit?act=group.terms-changed&about=${group}`);
  expect(items.map(({ detail }) => detail)).toEqual(["1 added, 1 removed.", "2 added, 0 removed."]);
  for (const terms of [["x"], ["two\nlines"], Array(501).fill("word")]) {
    expect(await refusal("PUT", `groups/${group}/terms`, { terms })).toBe("400 request/malformed");
  }
  expect(await refusal("PUT", `groups/${group}/terms`, { terms: [] }, TECHNICIAN)).toBe("403 auth/forbidden");
  expect(await refusal("PUT", `groups/${group}/terms`, { terms: [] }, MALLORY)).toBe("404 not-found");
  expect(await refusal("GET", `groups/${group}/handoff-rules`, undefined, MALLORY)).toBe("404 not-found");
});

test("nothing is published before everything that was found is decided; what is masked is nowhere in the package", async () => {
  const { handoff, sessions } = await scanned();
  await markReviewed(handoff, sessions[0]?.session ?? "");
  expect(await refusal("POST", `handoffs/${handoff}/publish`, { days: 30 })).toBe("409 handoff/undecided");
  for (;;) {
    const [open] = (await json<Page<FindingView>>("GET", `handoffs/${handoff}/findings?state=open`)).items;
    if (open === undefined) break;
    await decide(handoff, { finding: open.finding, scope: "kind", decision: "mask" });
  }
  await review(handoff, sessions[0]?.session ?? "");
  await publish(handoff);
  const zip = await downloadPackage(handoff);
  for (const { path } of (await read(zip)).files) {
    const content = await textOf(zip, path);
    for (const hidden of ["Tr0ub4dor", "jane.doe", "kim@acme"]) expect(content).not.toContain(hidden);
  }
});

test("another organisation finds and changes nothing, and who may not prepare handoffs only looks", async () => {
  const { handoff, sessions } = await scanned();
  const [first] = await findings(handoff);
  const requests: [string, string, Record<string, unknown>?][] = [
    ["GET", "scan"],
    ["PUT", "scan", { accounts: false, privateAddresses: false }],
    ["POST", `sessions/${sessions[0]?.session}/scan`, {}],
    ["GET", "findings"],
    ["POST", "decisions", { finding: first?.finding, decision: "redact" }],
  ];
  for (const [method, path, body] of requests) {
    expect(await refusal(method, `handoffs/${handoff}/${path}`, body, MALLORY)).toBe("404 not-found");
    if (method !== "GET") expect(await refusal(method, `handoffs/${handoff}/${path}`, body, TECHNICIAN)).toBe("403 auth/forbidden");
  }
});
