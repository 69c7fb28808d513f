import { Hono } from "hono";
import type { AppEnv } from "../env.ts";
import { cancelBody, chatBody, closeBody, commandBody, entriesQuery, noteBody, tagsBody } from "../schema.ts";
import { getGroup } from "../service/organization.ts";
import {
  addNote,
  cancelCommand,
  closeSession,
  collectContext,
  getSession,
  readEntries,
  runCommand,
  sendChat,
  setTags,
} from "../service/sessions.ts";
import { readForm, taken } from "./form.ts";
import { LiveState } from "./live-panel.tsx";
import { SessionPage } from "./session-page.tsx";
import { shownEntries, TranscriptItems } from "./transcript.tsx";
import { userOf } from "./user.ts";

/** Entries of one page. */
const AT_ONCE = 500;

/** A session's record, and what is done in it while it is open. */
export const sessionRoutes = new Hono<AppEnv>()
  .get("/:session", async (c) => {
    const { caller } = c.var;
    const { from } = taken(entriesQuery, { from: c.req.query("from") });
    const session = await getSession(caller, c.req.param("session"));
    const [{ entries, size }, group, user] = await Promise.all([
      readEntries(caller, session.session, from, AT_ONCE),
      getGroup(caller, session.group),
      userOf(caller),
    ]);
    return c.html(
      <SessionPage
        user={user}
        session={session}
        groupName={group.name}
        entries={shownEntries(entries)}
        from={from}
        size={size}
        may={{
          record: caller.permissions.has("org:sessions:record"),
          erase: caller.permissions.has("org:records:erase"),
          unseal: caller.permissions.has("org:records:unseal"),
        }}
      />,
    );
  })
  // For the client module: entries from a number on, and how things stand.
  .get("/:session/entries", async (c) => {
    const { from } = taken(entriesQuery, { from: c.req.query("from") });
    const session = await getSession(c.var.caller, c.req.param("session"));
    const { entries } = await readEntries(c.var.caller, session.session, from, AT_ONCE);
    const names = new Map(session.participants.map(({ participant, name }) => [participant, name]));
    c.header("x-next", String(from + entries.length));
    return c.html(<TranscriptItems entries={shownEntries(entries)} names={names} />);
  })
  .get("/:session/state", async (c) => {
    const session = await getSession(c.var.caller, c.req.param("session"));
    c.header("x-state", session.state);
    return c.html(<LiveState session={session} mayRecord={c.var.caller.permissions.has("org:sessions:record")} />);
  })
  .post("/:session/commands", async (c) => {
    const form = await readForm(c);
    const body = taken(commandBody, { command: form.text("command"), reason: form.text("reason") });
    await runCommand(c.var.caller, c.req.param("session"), body);
    return c.redirect(`/sessions/${c.req.param("session")}#live-title`, 303);
  })
  .post("/:session/context", async (c) => {
    await collectContext(c.var.caller, c.req.param("session"), undefined);
    return c.redirect(`/sessions/${c.req.param("session")}#live-title`, 303);
  })
  .post("/:session/cancel", async (c) => {
    const { request } = taken(cancelBody, { request: (await readForm(c)).text("request") });
    await cancelCommand(c.var.caller, c.req.param("session"), request);
    return c.redirect(`/sessions/${c.req.param("session")}#live-title`, 303);
  })
  .post("/:session/chat", async (c) => {
    await sendChat(c.var.caller, c.req.param("session"), taken(chatBody, { message: (await readForm(c)).text("message") }));
    return c.redirect(`/sessions/${c.req.param("session")}#live-title`, 303);
  })
  .post("/:session/notes", async (c) => {
    await addNote(c.var.caller, c.req.param("session"), taken(noteBody, { note: (await readForm(c)).text("note") }));
    return c.redirect(`/sessions/${c.req.param("session")}#live-title`, 303);
  })
  .post("/:session/close", async (c) => {
    const form = await readForm(c);
    const todo = form.lines("todo");
    const body = taken(closeBody, {
      outcome: form.text("outcome"),
      summary: form.optional("summary"),
      todo: todo.length === 0 ? undefined : todo,
    });
    await closeSession(c.var.caller, c.req.param("session"), body);
    return c.redirect(`/sessions/${c.req.param("session")}`, 303);
  })
  .post("/:session/tags", async (c) => {
    const tags = (await readForm(c)).text("tags").split(",");
    const body = taken(tagsBody, { tags: tags.map((tag) => tag.trim()).filter(Boolean) });
    const { group, session } = await getSession(c.var.caller, c.req.param("session"));
    await setTags(c.var.caller, group, session, body.tags);
    return c.redirect(`/sessions/${session}`, 303);
  });
