import { type Context, Hono } from "hono";
import type { Caller } from "../caller.ts";
import type { AppEnv } from "../env.ts";
import { enrolmentCodeBody, type GroupView, groupBody, handoffBody, type NewEnrolmentCode, openSessionBody } from "../schema.ts";
import { type SessionsQuery, searchQuery, sessionsQuery } from "../search/schema.ts";
import {
  listEndpoints,
  listEnrolmentCodes,
  makeEnrolmentCode,
  removeEndpoint,
  revokeEnrolmentCode,
  rotateEnrolmentCode,
} from "../service/endpoints.ts";
import { createHandoff, listHandoffs } from "../service/handoffs.ts";
import { createGroup, getGroup, listGroups, setArchived } from "../service/organization.ts";
import { listSessions, listTags, listTechnicians, openSession, searchSessions } from "../service/sessions.ts";
import { allPages } from "./all-pages.ts";
import { EnrolPage } from "./enrol-page.tsx";
import type { SessionFilter } from "./find.tsx";
import { readForm, taken } from "./form.ts";
import { GroupPage } from "./group-page.tsx";
import { GroupsPage } from "./groups-page.tsx";
import type { MonthCount } from "./month-chart.tsx";
import { instantOf } from "./time.tsx";
import { userOf } from "./user.ts";

/** Client groups, and what belongs to one: machines, sessions, handoffs. */
export const groupRoutes = new Hono<AppEnv>()
  .get("/", async (c) => {
    const { caller } = c.var;
    const words = (c.req.query("q") ?? "").trim();
    const { items, cursor } =
      words === "" ? await listGroups(caller, c.req.query("cursor"), 50) : { items: await named(caller, words), cursor: undefined };
    const showsArchived = c.req.query("archived") === "yes";
    const kept = showsArchived ? { archived: "yes" } : {};
    return c.html(
      <GroupsPage
        user={await userOf(caller)}
        groups={items.filter(({ archived }) => showsArchived || archived === null)}
        showsArchived={showsArchived}
        words={words}
        next={cursor && `/?${new URLSearchParams({ ...kept, cursor })}`}
        mayManage={caller.permissions.has("org:groups:manage")}
      />,
    );
  })
  .post("/groups", async (c) => {
    const form = await readForm(c);
    const { group } = await createGroup(c.var.caller, taken(groupBody, { name: form.text("name") }).name);
    return c.redirect(`/groups/${group}`, 303);
  })
  .get("/groups/:group", async (c) => {
    const { caller } = c.var;
    const id = c.req.param("group");
    const filter = filterOf(c.req.query());
    const { from, to, ...rest } = filter;
    const narrowed = { ...rest, from: instantOf(from, "first"), to: instantOf(to, "last") };
    const query = taken(sessionsQuery, {
      ...narrowed,
      cursor: rest.q === undefined ? c.req.query("cursor") : undefined,
      limit: 50,
    });
    const words = rest.q === undefined ? undefined : taken(searchQuery, { ...narrowed, cursor: c.req.query("cursor"), limit: 30 });
    const group = await getGroup(caller, id);
    const mayEnrol = caller.permissions.has("org:endpoints:manage");
    const [endpoints, sessions, found, months, tags, technicians, handoffs, user, codes] = await Promise.all([
      listEndpoints(caller, id, undefined, 200),
      listSessions(caller, id, query),
      words && searchSessions(caller, id, words),
      monthsOf(caller, id, { ...query, from: undefined, to: undefined }),
      listTags(caller, id),
      listTechnicians(caller, id),
      listHandoffs(caller, id, undefined, 50),
      userOf(caller),
      mayEnrol ? listEnrolmentCodes(caller, id) : [],
    ]);
    const cursor = (found ?? sessions).cursor;
    const next = cursor && `/groups/${id}?${new URLSearchParams({ ...filter, cursor })}#sessions`;
    return c.html(
      <GroupPage
        user={user}
        group={group}
        endpoints={endpoints.items}
        sessions={sessions.items}
        found={found}
        months={months}
        tags={tags.map(({ tag }) => tag)}
        technicians={technicians.map(({ technician }) => technician)}
        filter={filter}
        next={next}
        handoffs={handoffs.items}
        codes={codes}
        may={{
          manage: caller.permissions.has("org:groups:manage"),
          // An archived client takes nothing new in.
          record: caller.permissions.has("org:sessions:record") && group.archived === null,
          enrol: mayEnrol,
          prepare: caller.permissions.has("org:handoff:prepare"),
        }}
      />,
    );
  })
  .post("/groups/:group/enrolment-codes", async (c) => {
    const { caller } = c.var;
    const { endpoint } = taken(enrolmentCodeBody, { endpoint: (await readForm(c)).optional("endpoint") });
    const group = await getGroup(caller, c.req.param("group"));
    return showCode(c, group, await makeEnrolmentCode(caller, group.group, endpoint));
  })
  .post("/groups/:group/enrolment-codes/:code/rotate", async (c) => {
    const { caller } = c.var;
    const group = await getGroup(caller, c.req.param("group"));
    return showCode(c, group, await rotateEnrolmentCode(caller, group.group, c.req.param("code")));
  })
  .post("/groups/:group/enrolment-codes/:code/revoke", async (c) => {
    await revokeEnrolmentCode(c.var.caller, c.req.param("group"), c.req.param("code"));
    return c.redirect(`/groups/${c.req.param("group")}#codes`, 303);
  })
  .post("/groups/:group/archive", async (c) => {
    await setArchived(c.var.caller, c.req.param("group"), true);
    return c.redirect(`/groups/${c.req.param("group")}`, 303);
  })
  .post("/groups/:group/restore", async (c) => {
    await setArchived(c.var.caller, c.req.param("group"), false);
    return c.redirect(`/groups/${c.req.param("group")}`, 303);
  })
  .post("/groups/:group/endpoints/:endpoint/remove", async (c) => {
    await removeEndpoint(c.var.caller, c.req.param("group"), c.req.param("endpoint"));
    return c.redirect(`/groups/${c.req.param("group")}`, 303);
  })
  .post("/groups/:group/endpoints/:endpoint/sessions", async (c) => {
    const body = taken(openSessionBody, { subject: (await readForm(c)).text("subject") });
    const { session } = await openSession(c.var.caller, c.req.param("group"), c.req.param("endpoint"), body);
    return c.redirect(`/sessions/${session}`, 303);
  })
  .post("/groups/:group/handoffs", async (c) => {
    const { recipient } = taken(handoffBody, { recipient: (await readForm(c)).text("recipient") });
    const { handoff } = await createHandoff(c.var.caller, c.req.param("group"), recipient);
    return c.redirect(`/handoffs/${handoff}/select`, 303);
  });

/** Shows a fresh code, once. */
async function showCode(c: Context<AppEnv>, group: GroupView, { code, expires }: NewEnrolmentCode): Promise<Response> {
  const { origin } = new URL(c.req.url);
  return c.html(<EnrolPage user={await userOf(c.var.caller)} group={group} server={origin} code={code} expires={expires} />);
}

/** Empty fields of the filter's form come along in the address; they narrow nothing. */
function filterOf(query: Record<string, string>): SessionFilter & Record<string, string> {
  const filter: SessionFilter & Record<string, string> = {};
  for (const name of ["q", "from", "to", "endpoint", "tag", "technician", "outcome"] as const) {
    const value = query[name];
    if (value !== undefined && value.trim() !== "") filter[name] = value;
  }
  return filter;
}

/** Client groups whose name has all the words. */
async function named(caller: Caller, words: string): Promise<GroupView[]> {
  const wanted = words.toLocaleLowerCase().split(/\s+/);
  const groups = await allPages((cursor) => listGroups(caller, cursor, 100));
  return groups.filter(({ name }) => wanted.every((word) => name.toLocaleLowerCase().includes(word)));
}

/** How many pages of 200 sessions the chart counts. */
const CHART_PAGES = 5;

/** Sessions by month, from the first to the last that has one; of very many only the newest. */
async function monthsOf(caller: Caller, group: string, query: SessionsQuery): Promise<MonthCount[]> {
  const months = new Map<string, Map<string, number>>();
  let cursor: string | undefined;
  for (let page = 0; page < CHART_PAGES; page++) {
    const { items, cursor: next } = await listSessions(caller, group, { ...query, cursor, limit: 200 });
    for (const { opened, endpointName } of items) {
      const month = months.get(opened.slice(0, 7)) ?? new Map<string, number>();
      month.set(endpointName, (month.get(endpointName) ?? 0) + 1);
      months.set(opened.slice(0, 7), month);
    }
    if (next === undefined) break;
    cursor = next;
  }
  const [first, last] = [[...months.keys()].sort()[0], [...months.keys()].sort().at(-1)];
  if (first === undefined || last === undefined) return [];
  const all: MonthCount[] = [];
  for (let month = first; month <= last; month = after(month)) {
    const machines = [...(months.get(month) ?? [])].sort(([, a], [, b]) => b - a);
    all.push({ month, machines, sessions: machines.reduce((sum, [, count]) => sum + count, 0) });
  }
  return all.slice(-36);
}

/** The month after `2026-12` is `2027-01`. */
function after(month: string): string {
  return new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5)), 1)).toISOString().slice(0, 7);
}
