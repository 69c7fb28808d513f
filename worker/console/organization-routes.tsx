import { Hono } from "hono";
import type { AppEnv } from "../env.ts";
import { WorkerError } from "../error.ts";
import { organizationBody } from "../schema.ts";
import { changeKey, getOrganization, listKeys, renameOrganization } from "../service/organization.ts";
import { readForm, taken } from "./form.ts";
import { OrganizationPage } from "./organization-page.tsx";
import { pageUser } from "./user.ts";

/** The organisation: its name, and the keys it signs with. */
export const organizationRoutes = new Hono<AppEnv>()
  .get("/", async (c) => {
    const { caller } = c.var;
    const organization = await getOrganization(caller);
    const keys = organization.key === null ? [] : await listKeys(caller);
    return c.html(
      <OrganizationPage
        user={pageUser(caller, organization.name)}
        organization={organization}
        keys={keys}
        published={new URL("/.well-known/caisey/allowed_signers", c.req.url).href}
        maySet={caller.permissions.has("org:settings:manage")}
      />,
    );
  })
  .post("/name", async (c) => {
    const { name } = taken(organizationBody, { name: (await readForm(c)).text("name") });
    await renameOrganization(c.var.caller, name);
    return c.redirect("/organization", 303);
  })
  .post("/key", async (c) => {
    if ((await readForm(c)).text("sure") !== "yes") {
      throw new WorkerError("request/malformed", "Tick the box first: the key is not changed by a slip.");
    }
    await changeKey(c.var.caller);
    return c.redirect("/organization", 303);
  });
