import { Hono } from "hono";
import type { Caller } from "../caller.ts";
import type { AppEnv } from "../env.ts";
import type { SessionRow } from "../schema.ts";
import { sessionsQuery } from "../search/schema.ts";
import { getEndpoint } from "../service/endpoints.ts";
import { getGroup } from "../service/organization.ts";
import { listSessions, readEntries } from "../service/sessions.ts";
import { EndpointPage, type KnownContext } from "./endpoint-page.tsx";
import { taken } from "./form.ts";
import { type ShownEntry, shownEntries } from "./transcript.tsx";
import { userOf } from "./user.ts";

/** Entries of a session that are looked through for what is known of the machine: its context comes at the beginning. */
const LOOKED_THROUGH = 200;

/** One machine: whether it is there, its key, what is known of it, its sessions. */
export const endpointRoutes = new Hono<AppEnv>().get("/", async (c) => {
  const { caller } = c.var;
  const id = c.req.param("endpoint") ?? "";
  const group = await getGroup(caller, c.req.param("group") ?? "");
  const endpoint = await getEndpoint(caller, group.group, id);
  const query = taken(sessionsQuery, { endpoint: id, cursor: c.req.query("cursor"), limit: 50 });
  const { items, cursor } = await listSessions(caller, group.group, query);
  const at = `/groups/${group.group}/endpoints/${endpoint.endpoint}`;
  return c.html(
    <EndpointPage
      user={await userOf(caller)}
      group={group}
      endpoint={endpoint}
      context={query.cursor === undefined ? await contextOf(caller, items) : undefined}
      sessions={items}
      next={cursor && `${at}?${new URLSearchParams({ cursor })}#sessions`}
      may={{
        record: caller.permissions.has("org:sessions:record") && group.archived === null,
        enrol: caller.permissions.has("org:endpoints:manage"),
      }}
    />,
  );
});

/** What the newest session recorded of the machine's state. */
async function contextOf(caller: Caller, sessions: readonly SessionRow[]): Promise<KnownContext | undefined> {
  const session = sessions[0];
  if (session === undefined) return undefined;
  const { entries } = await readEntries(caller, session.session, 0, LOOKED_THROUGH);
  const shown = newestReadings(shownEntries(entries));
  return shown.length === 0 ? undefined : { session, entries: shown };
}

/** Of each part of the context its last reading. A long one is several entries in a row. */
function newestReadings(entries: readonly ShownEntry[]): ShownEntry[] {
  const readings = new Map<string, ShownEntry[]>();
  let last: string | undefined;
  for (const shown of entries) {
    const part = shown.entry.kind === "context" ? shown.entry.part : undefined;
    if (part !== undefined) readings.set(part, part === last ? [...(readings.get(part) ?? []), shown] : [shown]);
    last = part;
  }
  return [...readings.values()].flat().sort((a, b) => a.entry.seq - b.entry.seq);
}
