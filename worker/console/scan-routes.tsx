import { Hono } from "hono";
import type { Caller } from "../caller.ts";
import type { AppEnv } from "../env.ts";
import { decisionBody, type FindingView, scanSettings, termsBody } from "../scan-schema.ts";
import { setTerms } from "../service/handoff-rules.ts";
import { getHandoff } from "../service/handoffs.ts";
import { decideFinding, getScan, listFindings, scanSession, setScan } from "../service/scan.ts";
import { allPages } from "./all-pages.ts";
import { readForm, taken } from "./form.ts";
import { type OpenKind, ScanPage } from "./scan-page.tsx";
import { userOf } from "./user.ts";

/** How long one request without script goes on looking through sessions, in milliseconds. */
const SCAN_FOR = 8000;

/** The scan of a handoff, and decisions about what it found. */
export const scanRoutes = new Hono<AppEnv>()
  .get("/:handoff/scan", async (c) => {
    const { caller } = c.var;
    const handoff = await getHandoff(caller, c.req.param("handoff"));
    const [user, scan, kinds] = await Promise.all([
      userOf(caller),
      getScan(caller, handoff.handoff),
      openKinds(caller, handoff.handoff),
    ]);
    return c.html(<ScanPage user={user} handoff={handoff} scan={scan} kinds={kinds} />);
  })
  .post("/:handoff/scan", async (c) => {
    const form = await readForm(c);
    const { group } = await getHandoff(c.var.caller, c.req.param("handoff"));
    const { terms } = taken(termsBody, { terms: form.lines("terms") });
    const settings = { accounts: form.has("accounts"), privateAddresses: form.has("privateAddresses") };
    await setTerms(c.var.caller, group, terms);
    await setScan(c.var.caller, c.req.param("handoff"), taken(scanSettings, settings));
    return c.redirect(`/handoffs/${c.req.param("handoff")}/scan`, 303);
  })
  .post("/:handoff/scan/next", async (c) => {
    const { caller } = c.var;
    const handoff = c.req.param("handoff");
    const until = Date.now() + SCAN_FOR;
    for (const { session, scanned } of (await getScan(caller, handoff)).sessions) {
      if (scanned === null) await scanSession(caller, handoff, session);
      if (Date.now() > until) break;
    }
    return c.redirect(`/handoffs/${handoff}/scan`, 303);
  })
  .post("/:handoff/scan/:session", async (c) =>
    c.json(await scanSession(c.var.caller, c.req.param("handoff"), c.req.param("session"))),
  )
  .post("/:handoff/decisions", async (c) => {
    const form = await readForm(c);
    const handoff = c.req.param("handoff");
    const body = {
      finding: form.text("finding"),
      scope: form.optional("scope") ?? "this",
      decision: form.text("decision"),
      reason: form.optional("reason"),
      because: form.optional("because"),
    };
    const decision = taken(decisionBody, body);
    // The page goes on by itself, and says how many there are left.
    if (c.req.header("accept") === "application/json") return c.json(await decideFinding(c.var.caller, handoff, decision));
    for (let left = 1; left > 0; ) {
      const done = await decideFinding(c.var.caller, handoff, decision);
      left = done.decided === 0 ? 0 : done.left;
    }
    return c.redirect(`/handoffs/${handoff}/${await nextPlace(c.var.caller, handoff, form.text("back"))}`, 303);
  });

/** The next open finding of the session that was being reviewed, or where the form was. */
async function nextPlace(caller: Caller, handoff: string, back: string): Promise<string> {
  const session = /^review\/(ses_[0-9a-z]{16})$/.exec(back)?.[1];
  if (session === undefined) return "scan";
  const { items } = await listFindings(caller, handoff, { session, state: "open", limit: 1 });
  return `review/${session}#${items[0]?.finding ?? "review"}`;
}

async function openKinds(caller: Caller, handoff: string): Promise<OpenKind[]> {
  const kinds = new Map<FindingView["kind"], OpenKind>();
  for (const { kind, finding } of await allPages((cursor) =>
    listFindings(caller, handoff, { state: "open", cursor, limit: 500 }),
  )) {
    const there = kinds.get(kind);
    if (there === undefined) kinds.set(kind, { kind, finding, count: 1 });
    else there.count++;
  }
  return [...kinds.values()].sort((a, b) => b.count - a.count);
}
