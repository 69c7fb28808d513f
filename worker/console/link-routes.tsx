import { type Context, Hono } from "hono";
import { parseVerifierKey } from "../../record/key.ts";
import { sshFingerprint } from "../../record/sshsig.ts";
import type { AppEnv } from "../env.ts";
import { WorkerError } from "../error.ts";
import { linkBody, linkChangeBody } from "../link-schema.ts";
import { getHandoff } from "../service/handoffs.ts";
import { changeLink, createLink, listAccesses, listReceipts, revokeLink } from "../service/links.ts";
import { getOrganization } from "../service/organization.ts";
import { draftEmail, type EmailDraft, emailFile } from "./email.ts";
import { readForm, taken, wholeNumber } from "./form.ts";
import { PublishPage } from "./publish-page.tsx";
import { termIn } from "./term.tsx";
import { userOf } from "./user.ts";

/** How many of the newest accesses the page shows. */
const ACCESSES = 50;

/** A link that was just made: its secret is known to nobody afterwards. */
export interface FreshLink {
  name: string;
  url: string;
  passcode: string | undefined;
  email: EmailDraft;
}

/** Links to a published package. */
export const linkRoutes = new Hono<AppEnv>()
  .post("/:handoff/links", async (c) => {
    const { caller } = c.var;
    const form = await readForm(c);
    const passcode = form.optional("passcode");
    const opens = form.optional("opens") === undefined ? {} : { opens: wholeNumber(form, "opens") };
    const asked = {
      name: form.text("name"),
      days: termIn(form),
      ...(passcode === undefined ? {} : { passcode }),
      ...opens,
    };
    const body = taken(linkBody, asked);
    const { url, expires } = await createLink(caller, c.req.param("handoff"), body, new URL(c.req.url).origin);
    const [handoff, { name: organization, key }] = await Promise.all([
      getHandoff(caller, c.req.param("handoff")),
      getOrganization(caller),
    ]);
    if (key === null) throw new WorkerError("handoff/state", "There is no published package.");
    const email = draftEmail({ to: body.name, handoff, organization, key, url, expires, passcode: passcode !== undefined });
    // Shown in the answer itself: an address to be redirected to would carry the secret into histories and logs.
    return publishPage(c, { name: body.name, url, passcode, email });
  })
  .post("/:handoff/links/:link/extend", async (c) => {
    const body = taken(linkChangeBody, { days: termIn(await readForm(c)) });
    await changeLink(c.var.caller, c.req.param("handoff"), c.req.param("link"), body);
    return c.redirect(`/handoffs/${c.req.param("handoff")}/publish`, 303);
  })
  .post("/:handoff/links/:link/revoke", async (c) => {
    await revokeLink(c.var.caller, c.req.param("handoff"), c.req.param("link"));
    return c.redirect(`/handoffs/${c.req.param("handoff")}/publish`, 303);
  })
  // The draft comes back from the page that shows it: the link in it is stored nowhere here.
  .post("/:handoff/email", async (c) => {
    await getHandoff(c.var.caller, c.req.param("handoff"));
    const form = await readForm(c);
    return c.body(emailFile({ subject: form.text("subject").replace(/\s+/g, " "), body: form.text("body") }), 200, {
      "content-type": "message/rfc822",
      "content-disposition": 'attachment; filename="handoff.eml"',
      "x-content-type-options": "nosniff",
    });
  });

export async function publishPage(c: Context<AppEnv>, fresh?: FreshLink): Promise<Response> {
  const { caller } = c.var;
  const handoff = await getHandoff(caller, c.req.param("handoff") ?? "");
  const mayPublish = caller.permissions.has("org:handoff:publish");
  const mayPrepare = caller.permissions.has("org:handoff:prepare");
  const isMade = handoff.package !== null;
  const [user, organization, accesses, receipts] = await Promise.all([
    userOf(caller),
    getOrganization(caller),
    isMade && mayPrepare ? listAccesses(caller, handoff.handoff, undefined, ACCESSES) : undefined,
    isMade && mayPrepare ? listReceipts(caller, handoff.handoff, undefined, ACCESSES) : undefined,
  ]);
  const fingerprint = organization.key === null ? null : sshFingerprint(parseVerifierKey(organization.key).publicKey);
  const props = { user, handoff, mayPublish, mayPrepare, fingerprint, accesses: accesses?.items, receipts: receipts?.items };
  return c.html(<PublishPage {...props} fresh={fresh} />);
}
