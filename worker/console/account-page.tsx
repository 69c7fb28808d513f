import { PERMISSIONS, type Permission } from "../permission.ts";
import type { ClerkFrontend } from "./clerk.ts";
import { Page, type PageUser } from "./page.tsx";

/** What each permission allows, for people. */
const ALLOWS: Record<Permission, string> = {
  "org:sessions:read": "See clients, machines, sessions and handoffs",
  "org:sessions:record": "Open sessions, run commands, chat, write notes and tags, close",
  "org:groups:manage": "Add clients, archive them, take them into use again",
  "org:endpoints:manage": "Make, rotate and revoke enrolment codes, remove machines",
  "org:handoff:prepare": "Prepare handoffs: select, scan, review, redact, write notes",
  "org:handoff:publish": "Publish handoffs, make links, download packages, revoke",
  "org:records:erase": "Erase recorded lines for good",
  "org:records:unseal": "Reveal a line that a published handoff hides",
  "org:settings:manage": "Rename the organisation, change its signing key",
  "org:audit:read": "Read the audit trail",
};

export interface AccountPageProps {
  clerk: ClerkFrontend | undefined;
  /** Undefined while no organisation is chosen. */
  user: PageUser | undefined;
  permissions: ReadonlySet<Permission> | undefined;
}

/** Who is signed in, for which organisation, and what they may do there. */
export function AccountPage({ clerk, user, permissions }: AccountPageProps) {
  return (
    <Page title="Account" {...(user && { user })} {...(clerk && { components: clerk })}>
      <h1>{user === undefined ? "Choose your organisation" : "Account"}</h1>
      <p id="clerk-problem" class="problem" role="alert" hidden></p>
      {user === undefined ? <p>You are signed in. Choose the organisation that you want to work for.</p> : null}
      {clerk === undefined ? (
        <p class="soft">This is a local run: whoever you want to be, sign out and choose them.</p>
      ) : (
        <section aria-labelledby="clerk">
          <h2 id="clerk">Organisation and sign-in</h2>
          <div class="clerk-line">
            <div id="organization-switcher" class="clerk"></div>
            <div id="user-button" class="clerk"></div>
          </div>
        </section>
      )}
      {user === undefined || permissions === undefined ? null : (
        <section aria-labelledby="may">
          <h2 id="may">What you may do for {user.organization}</h2>
          <table class="rows">
            <thead>
              <tr>
                <th scope="col">Permission</th>
                <th scope="col">You</th>
              </tr>
            </thead>
            <tbody>
              {PERMISSIONS.map((permission) => (
                <tr>
                  <td class="wrap">
                    {ALLOWS[permission]} <span class="soft mono">{permission}</span>
                  </td>
                  <td>{permissions.has(permission) ? <span class="chip live">yes</span> : <span class="chip">no</span>}</td>
                </tr>
              ))}
            </tbody>
          </table>
          <p class="soft">Your administrator changes this by the role that you have.</p>
        </section>
      )}
    </Page>
  );
}
