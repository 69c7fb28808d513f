import type { ClerkFrontend } from "./clerk.ts";
import { Page } from "./page.tsx";

/** Sign-in by Clerk's component. `to`: path to go on with afterwards. */
export function SignInPage({ clerk, to }: { clerk: ClerkFrontend; to: string }) {
  return (
    <Page title="Sign in" components={clerk}>
      <h1>Sign in</h1>
      <noscript>
        <p class="problem">Signing in needs JavaScript. Switch it on for this address and reload the page.</p>
      </noscript>
      <p id="clerk-problem" class="problem" role="alert" hidden></p>
      <div id="sign-in" class="clerk" data-to={to}></div>
    </Page>
  );
}
