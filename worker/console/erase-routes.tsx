import { Hono } from "hono";
import { demand } from "../caller.ts";
import type { AppEnv } from "../env.ts";
import { WorkerError } from "../error.ts";
import { entriesQuery, erasureBody } from "../schema.ts";
import { getGroup } from "../service/organization.ts";
import { eraseLines, getSession, readEntries } from "../service/sessions.ts";
import { ErasedPage, ErasePage } from "./erase-page.tsx";
import { readForm, taken, wholeNumber } from "./form.ts";
import { shownEntries } from "./transcript.tsx";
import { userOf } from "./user.ts";

/** Entries of one page. */
const AT_ONCE = 500;

/** Erasing lines of a closed session. */
export const eraseRoutes = new Hono<AppEnv>()
  .get("/:session/erase", async (c) => {
    const { caller } = c.var;
    demand(caller, "org:records:erase");
    const { from } = taken(entriesQuery, { from: c.req.query("from") });
    const session = await getSession(caller, c.req.param("session"));
    if (session.state !== "closed") throw new WorkerError("session/not-closed", "Close the session first.");
    const [{ entries, size }, group, user] = await Promise.all([
      readEntries(caller, session.session, from, AT_ONCE),
      getGroup(caller, session.group),
      userOf(caller),
    ]);
    const props = { user, session, groupName: group.name, entries: shownEntries(entries), from, size };
    return c.html(<ErasePage {...props} />);
  })
  .post("/:session/erase", async (c) => {
    const { caller } = c.var;
    const form = await readForm(c);
    if (form.text("sure") !== "yes") {
      throw new WorkerError("request/malformed", "Tick the box first: nothing is erased by a slip.");
    }
    const body = taken(erasureBody, {
      seq: wholeNumber(form, "seq"),
      field: form.text("field").trim(),
      // People count lines from 1, the record from 0.
      lines: form
        .text("lines")
        .split(",")
        .map((line) => Number(line.trim()) - 1),
      reason: form.text("reason"),
    });
    const session = await getSession(caller, c.req.param("session"));
    const erasure = await eraseLines(caller, session.session, body);
    const group = await getGroup(caller, session.group);
    return c.html(<ErasedPage user={await userOf(caller)} session={session} groupName={group.name} erasure={erasure} />);
  });
