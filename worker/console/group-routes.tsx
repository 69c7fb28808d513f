import { Hono } from "hono";
import type { AppEnv } from "../env.ts";
import { enrolmentCodeBody, groupBody, handoffBody, openSessionBody } from "../schema.ts";
import { sessionsQuery } from "../search/schema.ts";
import { listEndpoints, makeEnrolmentCode, removeEndpoint } from "../service/endpoints.ts";
import { createHandoff, listHandoffs } from "../service/handoffs.ts";
import { createGroup, getGroup, listGroups } from "../service/organization.ts";
import { listSessions, listTags, openSession } from "../service/sessions.ts";
import { EnrolPage } from "./enrol-page.tsx";
import { readForm, taken } from "./form.ts";
import { GroupPage, type SessionFilter } from "./group-page.tsx";
import { GroupsPage } from "./groups-page.tsx";
import { instantOf } from "./time.tsx";
import { userOf } from "./user.ts";

/** Client groups, and what belongs to one: machines, sessions, handoffs. */
export const groupRoutes = new Hono<AppEnv>()
  .get("/", async (c) => {
    const { caller } = c.var;
    const { items, cursor } = await listGroups(caller, c.req.query("cursor"), 50);
    return c.html(
      <GroupsPage
        user={await userOf(caller)}
        groups={items}
        next={cursor && `/?${new URLSearchParams({ cursor })}`}
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
    const query = taken(sessionsQuery, {
      from: instantOf(filter.from, "first"),
      to: instantOf(filter.to, "last"),
      endpoint: filter.endpoint,
      tag: filter.tag,
      cursor: c.req.query("cursor"),
      limit: 50,
    });
    const group = await getGroup(caller, id);
    const [endpoints, sessions, tags, handoffs, user] = await Promise.all([
      listEndpoints(caller, id, undefined, 200),
      listSessions(caller, id, query),
      listTags(caller, id),
      listHandoffs(caller, id, undefined, 50),
      userOf(caller),
    ]);
    const next = sessions.cursor && `/groups/${id}?${new URLSearchParams({ ...filter, cursor: sessions.cursor })}#sessions`;
    return c.html(
      <GroupPage
        user={user}
        group={group}
        endpoints={endpoints.items}
        sessions={sessions.items}
        tags={tags.map(({ tag }) => tag)}
        filter={filter}
        next={next}
        handoffs={handoffs.items}
        may={{
          record: caller.permissions.has("org:sessions:record"),
          enrol: caller.permissions.has("org:endpoints:manage"),
          prepare: caller.permissions.has("org:handoff:prepare"),
        }}
      />,
    );
  })
  .post("/groups/:group/enrolment-codes", async (c) => {
    const { caller } = c.var;
    const { endpoint } = taken(enrolmentCodeBody, { endpoint: (await readForm(c)).optional("endpoint") });
    const group = await getGroup(caller, c.req.param("group"));
    const { code, expires } = await makeEnrolmentCode(caller, group.group, endpoint);
    const { origin } = new URL(c.req.url);
    return c.html(<EnrolPage user={await userOf(caller)} group={group} server={origin} code={code} expires={expires} />);
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

/** Empty fields of the filter's form come along in the address; they narrow nothing. */
function filterOf(query: Record<string, string>): SessionFilter & Record<string, string> {
  const filter: SessionFilter & Record<string, string> = {};
  for (const name of ["from", "to", "endpoint", "tag"] as const) {
    const value = query[name];
    if (value !== undefined && value !== "") filter[name] = value;
  }
  return filter;
}
