import type { ClerkFrontend } from "./clerk.ts";
import { Page } from "./page.tsx";

export interface SignInPageProps {
  clerk: ClerkFrontend;
  /** Path to go on with afterwards. */
  to: string;
  /** Whether whoever is signed in at Clerk is to be signed out there first. */
  isSigningOut: boolean;
}

/** Sign-in by Clerk's component. */
export function SignInPage({ clerk, to, isSigningOut }: SignInPageProps) {
  return (
    <Page title="Sign in" components={clerk}>
      <h1>Sign in</h1>
      <noscript>
        <p class="problem">Signing in needs JavaScript. Switch it on for this address and reload the page.</p>
      </noscript>
      <p id="clerk-problem" class="problem" role="alert" hidden></p>
      <div id="sign-in" class="clerk" data-to={to} data-out={isSigningOut ? "yes" : undefined}></div>
    </Page>
  );
}
