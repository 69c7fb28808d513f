import { expect, test } from "vitest";
import type { GroupView, HandoffRow, Page, SessionRow } from "../../worker/schema.ts";
import { json } from "./api.ts";
import { closeSession, makeScene, openSession, type Scene } from "./scene.ts";
import { connectMachine, enrolMachine } from "./test-agent.ts";
import { ALICE, type Person } from "./tokens.ts";

/** All items of a list, by pages of this size. */
async function all<T>(path: string, limit: number, person: Person = ALICE): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  do {
    const query = `${path.includes("?") ? "&" : "?"}limit=${limit}${cursor === undefined ? "" : `&cursor=${cursor}`}`;
    const page = await json<Page<T>>("GET", path + query, undefined, person);
    expect(page.items.length).toBeLessThanOrEqual(limit);
    items.push(...page.items);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return items;
}

const claimed = (day: number) => `2026-01-${String(day).padStart(2, "0")}T10:00:00.000Z`;

async function importSession(scene: Scene, day: number): Promise<string> {
  const open = await openSession(scene, `Day ${day}`, { source: "export", seen: claimed(day) });
  await closeSession(open, { seen: claimed(day) });
  return open.session;
}

test("sessions are listed newest first, page by page, each once, by every filter", async () => {
  const scene = await makeScene("ACME-SRV01");
  const { code } = await json<{ code: string }>("POST", `groups/${scene.group}/enrolment-codes`, {});
  const machine = await enrolMachine(code, "ACME-SQL01");
  const other: Scene = { group: scene.group, machine, control: await connectMachine(machine) };
  // Two on one day: the cursor must tell them apart.
  for (const day of [3, 1, 2, 2]) await importSession(scene, day);
  const onSql = await importSession(other, 2);

  const path = `groups/${scene.group}/sessions`;
  const listed = await all<SessionRow>(path, 2);
  expect(listed.map(({ opened }) => opened)).toEqual([3, 2, 2, 2, 1].map(claimed));
  expect(new Set(listed.map(({ session }) => session)).size).toBe(5);
  expect(await all<SessionRow>(path, 1)).toEqual(listed);
  expect(await all<SessionRow>(path, 200)).toEqual(listed);
  expect(listed[0]).toMatchObject({
    subject: "Day 3",
    endpointName: "ACME-SRV01",
    technician: "Alice Archer",
    outcome: "resolved",
  });

  expect(await all<SessionRow>(`${path}?from=${claimed(2)}&to=${claimed(2)}`, 2)).toHaveLength(3);
  expect((await all<SessionRow>(`${path}?endpoint=${machine.endpoint}`, 2)).map(({ session }) => session)).toEqual([onSql]);

  await json("PUT", `${path}/${onSql}/tags`, { tags: ["SQL Server", "urgent"] });
  await json("PUT", `${path}/${listed[0]?.session}/tags`, { tags: ["urgent"] });
  expect(await all<SessionRow>(`${path}?tag=urgent`, 1)).toHaveLength(2);
  expect((await all<SessionRow>(`${path}?tag=sql%20server`, 1))[0]?.tags).toEqual(["sql server", "urgent"]);
  expect(await json("GET", `groups/${scene.group}/tags`)).toEqual({
    items: [
      { tag: "sql server", sessions: 1 },
      { tag: "urgent", sessions: 2 },
    ],
  });
  await json("PUT", `${path}/${onSql}/tags`, { tags: [] });
  expect(await all<SessionRow>(`${path}?tag=urgent`, 5)).toHaveLength(1);
});

test("a page goes on where the one before ended, though a session was added meanwhile", async () => {
  const scene = await makeScene();
  for (const day of [1, 2, 3]) await importSession(scene, day);
  const path = `groups/${scene.group}/sessions`;
  const first = await json<Page<SessionRow>>("GET", `${path}?limit=1`);
  await importSession(scene, 9);
  const rest = await json<Page<SessionRow>>("GET", `${path}?limit=5&cursor=${first.cursor}`);
  expect([...first.items, ...rest.items].map(({ subject }) => subject)).toEqual(["Day 3", "Day 2", "Day 1"]);
});

test("client groups, endpoints, handoffs and the audit trail come by cursor as well", async () => {
  const person: Person = { ...ALICE, organization: "org_fabrikam", organizationName: "Fabrikam" };
  const names = ["Zeta", "Ähren GmbH", "acme", "Acme"];
  for (const name of names) await json("POST", "groups", { name }, person);
  const groups = await all<GroupView>("groups", 1, person);
  expect(groups.map(({ name }) => name).sort()).toEqual([...names].sort());

  const group = groups[0]?.group ?? "";
  for (const name of ["b", "a", "c", "a"]) {
    const { code } = await json<{ code: string }>("POST", `groups/${group}/enrolment-codes`, {}, person);
    await enrolMachine(code, name);
  }
  const endpoints = await all<{ name: string }>(`groups/${group}/endpoints`, 1, person);
  expect(endpoints.map(({ name }) => name)).toEqual(["a", "a", "b", "c"]);

  for (const recipient of ["One", "Two", "Three"]) await json("POST", `groups/${group}/handoffs`, { recipient }, person);
  const handoffs = await all<HandoffRow>(`groups/${group}/handoffs`, 1, person);
  expect(handoffs.map(({ recipient }) => recipient).sort()).toEqual(["One", "Three", "Two"]);

  const acts = await all<{ act: string }>("organization/audit", 2, person);
  expect(acts).toHaveLength(4 + 4 + 3);
  expect(acts[0]?.act).toBe("handoff.created");
});
