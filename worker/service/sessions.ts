import type * as z from "zod";
import { type ContextPart, contextPart } from "../../record/entry.ts";
import type { Recorded } from "../../record/wire.ts";
import { accepted } from "../answer.ts";
import { type Caller, demand } from "../caller.ts";
import { groupObject, organizationObject, sessionObject } from "../objects/name.ts";
import type { CloseBody, ErasureBody, ErasureView, openSessionBody, Page, SessionRow, SessionView } from "../schema.ts";
import type { SearchPage, SearchQuery, SessionsQuery } from "../search/schema.ts";
import { noteView } from "./viewing.ts";

/**
 * Erases lines of a closed session for good, and copies of them. Packages that were made before are not changed: the answer names
 * those that can still be opened.
 */
export async function eraseLines(caller: Caller, session: string, { reason, ...place }: ErasureBody): Promise<ErasureView> {
  demand(caller, "org:records:erase");
  const { env, organization } = caller;
  const stub = sessionObject(env, organization, session);
  const { group } = await accepted(stub.checkErasable(place));
  await accepted(groupObject(env, organization, group).announceErasure(session));
  const about = `${session}/${place.seq} ${place.field} line ${place.lines.map((line) => line + 1).join(", ")}`;
  // Before the deed: what is gone must have been asked for by somebody who is named.
  await accepted(organizationObject(env, organization).audit(caller.user, "lines.erased", about, reason));
  const erasure = await accepted(stub.erase(place));
  const published = await accepted(groupObject(env, organization, group).sessionErased(session, erasure));
  return { erased: erasure.erased, published };
}

export async function openSession(
  caller: Caller,
  group: string,
  endpoint: string,
  { subject, imported }: z.infer<typeof openSessionBody>,
): Promise<SessionRow> {
  demand(caller, "org:sessions:record");
  return accepted(groupObject(caller.env, caller.organization, group).openSession(endpoint, caller.user, subject, imported));
}

export async function listSessions(caller: Caller, group: string, query: SessionsQuery): Promise<Page<SessionRow>> {
  demand(caller, "org:sessions:read");
  return accepted(groupObject(caller.env, caller.organization, group).listSessions(query));
}

/** Finds text in what was recorded for a client group, in live and closed sessions. */
export async function searchSessions(caller: Caller, group: string, query: SearchQuery): Promise<SearchPage> {
  demand(caller, "org:sessions:read");
  const page = await accepted(groupObject(caller.env, caller.organization, group).search(query));
  if (query.cursor === undefined) {
    const { q, cursor: _, limit: __, ...filters } = query;
    const given = Object.entries(filters).filter(([, value]) => value !== undefined);
    const detail = [q, ...given.map(([name, value]) => `${name}=${value}`)].join(" ");
    await accepted(
      organizationObject(caller.env, caller.organization).audit(caller.user, "sessions.searched", group, undefined, detail),
    );
  }
  return page;
}

/** Who took part in sessions, to choose from. */
export async function listTechnicians(caller: Caller, group: string): Promise<{ technician: string; sessions: number }[]> {
  demand(caller, "org:sessions:read");
  return accepted(groupObject(caller.env, caller.organization, group).listTechnicians());
}

export async function listTags(caller: Caller, group: string): Promise<{ tag: string; sessions: number }[]> {
  demand(caller, "org:sessions:read");
  return accepted(groupObject(caller.env, caller.organization, group).listTags());
}

export async function setTags(caller: Caller, group: string, session: string, tags: string[]): Promise<SessionRow> {
  demand(caller, "org:sessions:record");
  return accepted(groupObject(caller.env, caller.organization, group).setTags(session, tags));
}

export async function getSession(caller: Caller, session: string): Promise<SessionView> {
  demand(caller, "org:sessions:read");
  const view = await accepted(sessionObject(caller.env, caller.organization, session).get());
  const row = await accepted(groupObject(caller.env, caller.organization, view.group).getSession(session));
  return { ...row, ...view };
}

/** As many entries as fit an answer, `limit` at most; the next ones begin at `from` plus their number. */
export async function readEntries(
  caller: Caller,
  session: string,
  from: number,
  limit: number,
): Promise<{ entries: Recorded[]; size: number }> {
  demand(caller, "org:sessions:read");
  const page = await accepted(sessionObject(caller.env, caller.organization, session).entries(from, limit));
  await noteView(caller, "session.viewed", session);
  return page;
}

/** Opens a socket on which entries come as they are stored. See LiveMessage. */
export async function watchSession(caller: Caller, session: string, from: number): Promise<Response> {
  demand(caller, "org:sessions:read");
  const stub = sessionObject(caller.env, caller.organization, session);
  // Asked first: an object that doesn't exist answers a socket with an empty 404, and nobody looked at anything.
  await accepted(stub.get());
  await noteView(caller, "session.viewed", session);
  return stub.fetch(`https://session/live?from=${from}`, { headers: { upgrade: "websocket" } });
}

export async function runCommand(
  caller: Caller,
  session: string,
  { command, reason, seen }: { command: string; reason: string; seen?: string | undefined },
): Promise<{ request: string }> {
  demand(caller, "org:sessions:record");
  return accepted(sessionObject(caller.env, caller.organization, session).run(caller.user, command, reason, seen));
}

/** Asks for the machine's context as it is now. @param parts all, if not given. */
export async function collectContext(
  caller: Caller,
  session: string,
  parts: ContextPart[] | undefined,
): Promise<{ parts: ContextPart[] }> {
  demand(caller, "org:sessions:record");
  return accepted(sessionObject(caller.env, caller.organization, session).collect(caller.user, parts ?? [...contextPart.options]));
}

export async function cancelCommand(caller: Caller, session: string, request: string): Promise<null> {
  demand(caller, "org:sessions:record");
  return accepted(sessionObject(caller.env, caller.organization, session).cancel(caller.user, request));
}

export async function sendChat(
  caller: Caller,
  session: string,
  { message, seen }: { message: string; seen?: string | undefined },
): Promise<{ seq: number }> {
  demand(caller, "org:sessions:record");
  return accepted(sessionObject(caller.env, caller.organization, session).chat(caller.user, message, seen));
}

export async function addNote(
  caller: Caller,
  session: string,
  { note, about, seen }: { note: string; about?: number | undefined; seen?: string | undefined },
): Promise<{ seq: number }> {
  demand(caller, "org:sessions:record");
  return accepted(sessionObject(caller.env, caller.organization, session).note(caller.user, note, about, seen));
}

/** The session is `closing` until its log's head is signed, witnessed or given up waiting for, and in the group's log. */
export async function closeSession(caller: Caller, session: string, close: CloseBody): Promise<{ state: "closing" }> {
  demand(caller, "org:sessions:record");
  return accepted(sessionObject(caller.env, caller.organization, session).close(caller.user, close));
}
