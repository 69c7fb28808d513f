import type { Bindings } from "../env.ts";
import { WorkerError } from "../error.ts";

/** What a browser needs to know of a Clerk instance. */
export interface ClerkFrontend {
  /** Publishable key: public, as its name says. */
  key: string;
  /** `https://clerk.example.com`: the instance's own domain, from which its programs and its Frontend API are served. */
  origin: string;
}

/** Major versions of Clerk's programs: those that go with the library by which the Worker checks tokens. */
const CLERK_JS = "6";
const CLERK_UI = "1";

/**
 * The Clerk instance whose components the console's own pages show; undefined where sign-in is elsewhere.
 * @throws WorkerError `deployment/misconfigured` without a publishable key.
 */
export function clerkFrontend(env: Bindings): ClerkFrontend | undefined {
  if (env.CLERK_SIGN_IN_URL) return undefined;
  const host = hostIn(env.CLERK_PUBLISHABLE_KEY);
  if (host === undefined) {
    throw new WorkerError("deployment/misconfigured", "Sign-in is not set up: CLERK_PUBLISHABLE_KEY is not a publishable key.");
  }
  return { key: env.CLERK_PUBLISHABLE_KEY, origin: `https://${host}` };
}

/** Clerk without components: keeps the session token fresh. */
export function clerkProgram({ origin }: ClerkFrontend): string {
  return `${origin}/npm/@clerk/clerk-js@${CLERK_JS}/dist/clerk.browser.js`;
}

/** Clerk's components. */
export function clerkComponents({ origin }: ClerkFrontend): string {
  return `${origin}/npm/@clerk/ui@${CLERK_UI}/dist/ui.browser.js`;
}

/** The host of the Frontend API, which a publishable key holds: `pk_live_` and base64 of `host$`. */
export function hostIn(key: string): string | undefined {
  const encoded = /^pk_(?:live|test)_([A-Za-z0-9+/]+={0,2})$/.exec(key)?.[1];
  if (encoded === undefined) return undefined;
  let decoded: string;
  try {
    decoded = atob(encoded);
  } catch {
    return undefined;
  }
  return /^([a-z0-9-]+(?:\.[a-z0-9-]+)+(?::\d{1,5})?)\$$/i.exec(decoded)?.[1];
}
