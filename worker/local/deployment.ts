import { contoso, elena, northwind, organizations, type SampleOrganization, type SamplePerson } from "../../fixtures/people.ts";
import { Api } from "./api.ts";
import { buildPages, bundleWorker } from "./bundle.ts";
import type { DataFolder } from "./data-folder.ts";
import { claimPort, originOf, startEngine } from "./engine.ts";
import { LocalError } from "./error.ts";
import { type SignIn, startSignIn } from "./sign-in.ts";

/** The Worker and its sign-in, running on this computer. */
export interface Deployment {
  /** `http://127.0.0.1:8787` */
  origin: string;
  tokenFor(organization: SampleOrganization, person: SamplePerson): string;
  /** The API as this person uses it. */
  apiFor(organization: SampleOrganization, person: SamplePerson): Api;
  stop(): Promise<void>;
}

/**
 * Builds what is needed and starts both.
 * @param options.port 0 takes a free one.
 * @throws LocalError `port/in-use`, `worker/build-failed`, `data/damaged`.
 */
export async function startDeployment(options: {
  data: DataFolder;
  port: number;
  say: (done: string) => void;
}): Promise<Deployment> {
  const { data, say } = options;
  // Looked at before anything is built: whoever has to choose another port should not wait for it.
  const port = await claimPort(options.port);
  await buildPages();
  const main = await bundleWorker(data.folder("worker"));
  say("Worker built");
  const signIn = await startBeside(data.path, port, options.port !== 0);
  try {
    const origin = originOf(port);
    signIn.setParty(origin);
    const engine = await startEngine({
      main,
      port,
      data: data.path,
      bindings: {
        CAISEY_NAME: "caisey.local",
        CAISEY_MASTER_KEY: data.masterKey,
        CLERK_SECRET_KEY: "sk_live_local",
        CLERK_PUBLISHABLE_KEY: signIn.publishableKey,
        CLERK_JWT_KEY: signIn.publicPem,
        CLERK_AUTHORIZED_PARTIES: origin,
        CLERK_SIGN_IN_URL: signIn.url,
      },
    });
    say(`Worker running at ${origin}, sample sign-in at ${new URL(signIn.url).origin}`);
    return {
      origin,
      tokenFor: signIn.tokenFor,
      apiFor: (organization, person) => new Api(origin, () => signIn.tokenFor(organization, person)),
      async stop() {
        await engine.stop();
        await signIn.close();
      },
    };
  } catch (error) {
    await signIn.close();
    throw error;
  }
}

/** Sign-in takes the port after the console's, so that its address stays the same; any free one when that is taken. */
async function startBeside(data: string, port: number, isChosen: boolean): Promise<SignIn> {
  if (isChosen && port < 65_535) {
    try {
      return await startSignIn({ data, port: port + 1 });
    } catch (error) {
      if (error instanceof LocalError) throw error;
    }
  }
  return startSignIn({ data, port: 0 });
}

/** Gives the sample organisations their names; Clerk's token has only a slug. */
export async function nameOrganizations({ apiFor }: Deployment): Promise<void> {
  for (const organization of organizations) {
    const admin = organization.people.find(({ role }) => role === "admin");
    if (admin !== undefined) await apiFor(organization, admin).put("organization", { name: organization.name });
  }
}

/** Who hands over in the sample story, and to whom. */
export const OUTGOING = { organization: northwind, person: elena };
export const INCOMING = contoso;
