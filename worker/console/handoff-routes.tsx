import { type Context, Hono } from "hono";
import type { AppEnv } from "../env.ts";
import { letterBody, publishBody, replaceBody } from "../schema.ts";
import {
  cancelGeneration,
  getHandoff,
  openPreview,
  publishHandoff,
  replaceHandoff,
  revokeHandoff,
  setLetter,
} from "../service/handoffs.ts";
import { readForm, taken } from "./form.ts";
import { isOpen, nextStep } from "./handoff-frame.tsx";
import { publishPage } from "./link-routes.tsx";
import { NotesPage } from "./notes-page.tsx";
import { PreviewPage } from "./preview-page.tsx";
import { termIn } from "./term.tsx";
import { userOf } from "./user.ts";

/** A handoff, step by step: notes, preview, publish. For the others see select-routes.tsx, scan-routes.tsx, review-routes.tsx. Each step can be left and come back to. */
export const handoffRoutes = new Hono<AppEnv>()
  .get("/:handoff", async (c) => {
    const handoff = await getHandoff(c.var.caller, c.req.param("handoff"));
    return c.redirect(`/handoffs/${handoff.handoff}/${nextStep(handoff)}`, 302);
  })
  .get("/:handoff/notes", async (c) => {
    const handoff = await getHandoff(c.var.caller, c.req.param("handoff"));
    return c.html(<NotesPage user={await userOf(c.var.caller)} handoff={handoff} />);
  })
  .post("/:handoff/letter", async (c) => {
    const { letter } = taken(letterBody, { letter: (await readForm(c)).text("letter") });
    await setLetter(c.var.caller, c.req.param("handoff"), letter);
    return leadTo(c, "publish");
  })
  .get("/:handoff/preview", async (c) => {
    const handoff = await getHandoff(c.var.caller, c.req.param("handoff"));
    if (!isOpen(handoff)) return leadTo(c, "publish");
    const { url } = await openPreview(c.var.caller, handoff.handoff, new URL(c.req.url).origin);
    return c.html(<PreviewPage user={await userOf(c.var.caller)} handoff={handoff} url={`${url}page/`} />);
  })
  .get("/:handoff/publish", async (c) => publishPage(c))
  .post("/:handoff/publish", async (c) => {
    const form = await readForm(c);
    const body = taken(publishBody, { days: termIn(form), recipient: form.text("recipient") });
    await publishHandoff(c.var.caller, c.req.param("handoff"), body);
    return leadTo(c, "publish");
  })
  .post("/:handoff/cancel", async (c) => {
    await cancelGeneration(c.var.caller, c.req.param("handoff"));
    return leadTo(c, "publish");
  })
  .post("/:handoff/replace", async (c) => {
    const recipient = (await readForm(c)).optional("recipient");
    const { handoff } = await replaceHandoff(
      c.var.caller,
      c.req.param("handoff"),
      recipient && taken(replaceBody, { recipient }).recipient,
    );
    return c.redirect(`/handoffs/${handoff}/select`, 303);
  })
  .post("/:handoff/revoke", async (c) => {
    await revokeHandoff(c.var.caller, c.req.param("handoff"));
    return leadTo(c, "publish");
  });

function leadTo(c: Context<AppEnv>, step: string): Response {
  return c.redirect(`/handoffs/${c.req.param("handoff")}/${step}`, 303);
}
