import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { API_HEADERS, answerError } from "./answer-error.ts";
import { requireCaller } from "./auth.ts";
import { consoleRoutes } from "./console/console.tsx";
import type { AppEnv } from "./env.ts";
import { notFound, WorkerError } from "./error.ts";
import { keepHostsApart } from "./links/hosts.tsx";
import { type OpenApi, openApi } from "./openapi/document.ts";
import { BODY_LIMIT } from "./request.ts";
import { agentRoutes } from "./routes/agent.ts";
import { enrolmentRoutes } from "./routes/enrolments.ts";
import { groupRoutes } from "./routes/groups.ts";
import { handoffLinkRoutes } from "./routes/handoff-links.ts";
import { handoffScanRoutes } from "./routes/handoff-scan.ts";
import { handoffRoutes } from "./routes/handoffs.ts";
import { linkRoutes } from "./routes/links.tsx";
import { organizationRoutes } from "./routes/organization.ts";
import { previewRoutes } from "./routes/preview.tsx";
import { ALLOWED_SIGNERS, publishedRoutes } from "./routes/published.ts";
import { referenceRoutes } from "./routes/reference.ts";
import { sessionRoutes } from "./routes/sessions.ts";
import { VERIFY, VERIFY_FILE, verifyRoutes } from "./routes/verify.ts";

/** Everything under here has a caller: whoever adds a route to it can't forget to ask who asks. */
const api = new Hono<AppEnv>()
  .use("*", requireCaller())
  .route("/", referenceRoutes(apiDocument))
  .route("/organization", organizationRoutes)
  .route("/groups", groupRoutes)
  .route("/sessions", sessionRoutes)
  .route("/handoffs", handoffRoutes)
  .route("/handoffs", handoffLinkRoutes)
  .route("/handoffs", handoffScanRoutes);

/**
 * What is reached without signing in: by a secret of its own (a code, a key, a link); or public keys, the verifier, and styles and
 * scripts. The rest needs a caller.
 */
export const PUBLIC_ROUTES = [
  "/api/enrolments",
  "/agent/endpoint/:ref",
  "/agent/session/:ref",
  "/h/*",
  "/preview/*",
  ALLOWED_SIGNERS,
  VERIFY,
  VERIFY_FILE,
  "/assets/*",
] as const;

const limited = bodyLimit({
  maxSize: BODY_LIMIT,
  onError: () => {
    throw new WorkerError("request/too-large", `A request may have ${BODY_LIMIT} bytes.`);
  },
});

export const app = new Hono<AppEnv>()
  .use(keepHostsApart)
  .use("/api/*", limited, async (c, next) => {
    await next();
    if (c.res.status === 101) return;
    for (const [name, value] of Object.entries(API_HEADERS)) if (!c.res.headers.has(name)) c.res.headers.set(name, value);
  })
  .route("/api/enrolments", enrolmentRoutes)
  .route("/api", api)
  .route("/agent", agentRoutes)
  .route("/h", linkRoutes)
  .route("/preview", previewRoutes)
  .route("/", publishedRoutes)
  .route("/", verifyRoutes)
  .route("/", consoleRoutes)
  .notFound((c) => answerError(notFound(), c))
  .onError(answerError);

/** The API as it is mounted, see worker/openapi/. */
export function apiDocument(): OpenApi {
  return openApi(app.routes, PUBLIC_ROUTES);
}
