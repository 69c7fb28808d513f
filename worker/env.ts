import type { Caller } from "./caller.ts";
import type { ClientGroup } from "./objects/client-group.ts";
import type { Endpoint } from "./objects/endpoint.ts";
import type { Handoff } from "./objects/handoff.ts";
import type { Organization } from "./objects/organization.ts";
import type { Session } from "./objects/session.ts";

/** What wrangler.toml and the deployment's secrets give to the Worker. */
export interface Bindings {
  ORGANIZATION: DurableObjectNamespace<Organization>;
  CLIENT_GROUP: DurableObjectNamespace<ClientGroup>;
  ENDPOINT: DurableObjectNamespace<Endpoint>;
  SESSION: DurableObjectNamespace<Session>;
  HANDOFF: DurableObjectNamespace<Handoff>;
  PACKAGES: R2Bucket;
  /** Host that links are served from, apart from the console's; empty when both share one. */
  LINK_HOST: string;
  /** Name of the deployment, the first part of every key name. */
  CAISEY_NAME: string;
  /** Base64 of 32 bytes. */
  CAISEY_MASTER_KEY: string;
  CLERK_SECRET_KEY: string;
  CLERK_PUBLISHABLE_KEY: string;
  /** RSA public key in PEM. */
  CLERK_JWT_KEY: string;
  /** Origins with commas between them. */
  CLERK_AUTHORIZED_PARTIES: string;
  /** Where people sign in when it is not at Clerk by the console's own page: a local run's stand-in. Empty in a deployment. */
  CLERK_SIGN_IN_URL: string;
  /** RFC 3161 authority; empty or missing for none. */
  TIMESTAMP_URL?: string;
  /** Common name of the certificate that its tokens are to be signed by; empty or missing for any. */
  TIMESTAMP_AUTHORITY?: string;
}

/** What every handler finds in its context. `caller` is set by `requireCaller` and only there. */
export interface AppEnv {
  Bindings: Bindings;
  Variables: { caller: Caller };
}
