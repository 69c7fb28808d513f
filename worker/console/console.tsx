import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { requireCaller } from "../auth.ts";
import type { Caller } from "../caller.ts";
import type { AppEnv } from "../env.ts";
import { notFound, STATUS, WorkerError } from "../error.ts";
import { BODY_LIMIT } from "../request.ts";
import { accountRoutes } from "./account-routes.tsx";
import { assetRoutes } from "./assets.ts";
import { auditRoutes } from "./audit-routes.tsx";
import { endpointRoutes } from "./endpoint-routes.tsx";
import { eraseRoutes } from "./erase-routes.tsx";
import { groupRoutes } from "./group-routes.tsx";
import { handoffRoutes } from "./handoff-routes.tsx";
import { linkRoutes } from "./link-routes.tsx";
import { MessagePage } from "./message-page.tsx";
import { organizationRoutes } from "./organization-routes.tsx";
import { consolePolicy } from "./policy.ts";
import { reviewRoutes } from "./review-routes.tsx";
import { scanRoutes } from "./scan-routes.tsx";
import { selectRoutes } from "./select-routes.tsx";
import { sessionRoutes } from "./session-routes.tsx";
import { answerSignedOut, signOut } from "./signed-out.tsx";
import { TermsPage } from "./terms-page.tsx";
import { pageUser, userOf } from "./user.ts";

/** The outgoing MSP's workplace, at the Worker's root. Everything but styles and scripts is for those signed in. */
export const consoleRoutes = new Hono<AppEnv>();

/** Places of programs and of links. What isn't there answers as they do, not with a page. */
const OTHERS = /^\/(api|agent|h|preview|\.well-known)(\/|$)/;

consoleRoutes.use(async (c, next) => (OTHERS.test(c.req.path) ? c.notFound() : next()));
consoleRoutes.route("/", assetRoutes);
consoleRoutes.use(
  bodyLimit({
    maxSize: BODY_LIMIT,
    onError: () => {
      throw new WorkerError("request/too-large", "That is more text than can be taken at once.");
    },
  }),
);
consoleRoutes.use(consolePolicy);
consoleRoutes.use(async (c, next) => {
  await next();
  c.header("cache-control", "no-store");
});
consoleRoutes.route("/", accountRoutes);
consoleRoutes.use(requireCaller(answerSignedOut));
consoleRoutes.post("/sign-out", signOut);
consoleRoutes.get("/terms", async (c) => c.html(<TermsPage user={await userOf(c.var.caller)} />));
consoleRoutes.route("/audit", auditRoutes);
consoleRoutes.route("/organization", organizationRoutes);
consoleRoutes.route("/", groupRoutes);
consoleRoutes.route("/groups/:group/endpoints/:endpoint", endpointRoutes);
consoleRoutes.route("/sessions", sessionRoutes);
consoleRoutes.route("/sessions", eraseRoutes);
consoleRoutes.route("/handoffs", handoffRoutes);
consoleRoutes.route("/handoffs", linkRoutes);
consoleRoutes.route("/handoffs", scanRoutes);
consoleRoutes.route("/handoffs", selectRoutes);
consoleRoutes.route("/handoffs", reviewRoutes);
consoleRoutes.all("*", () => {
  throw notFound();
});

consoleRoutes.onError((error, c) => {
  const known =
    error instanceof WorkerError
      ? error
      : new WorkerError("internal", "Something went wrong here. It is not your doing; try again.");
  if (!(error instanceof WorkerError)) console.error("console", error.name);
  c.status(STATUS[known.code]);
  if (c.req.header("accept") === "text/plain") return c.text(known.message);
  const title = known.code === "not-found" ? "Nothing here" : "That could not be done";
  const message = known.code === "not-found" ? "There is no such page, or it is not your organisation's." : known.message;
  // Not set where the token was refused.
  const caller = c.get("caller") as Caller | undefined;
  const user = caller && pageUser(caller, caller.organizationName);
  return c.html(<MessagePage title={title} message={message} {...(user && { user })} />);
});
