import { raw } from "hono/html";
import type { Child, FC } from "hono/jsx";
import { ACCOUNT } from "./account-paths.ts";
import { assetPath } from "./assets.ts";
import { type ClerkFrontend, clerkComponents, clerkProgram } from "./clerk.ts";

/** A link of the path that leads to a page. */
export interface Crumb {
  href: string;
  text: string;
}

/** Who is signed in, as the head of every page shows it. */
export interface PageUser {
  name: string;
  organization: string;
  /** Whether they may read the audit trail. */
  mayAudit: boolean;
  /** Set where people sign in at Clerk. */
  clerk: ClerkFrontend | undefined;
}

export interface PageProps {
  title: string;
  /** Missing on pages for nobody in particular. */
  user?: PageUser;
  /** Set on pages that show Clerk's components. */
  components?: ClerkFrontend;
  crumbs?: Crumb[];
  /** Client modules of this page, by name. */
  scripts?: string[];
  /** Seconds after which the page is asked for again, while something is under way. */
  refresh?: number;
  children?: Child;
}

/** Every page of the console: one frame, so that a tired reader always finds the same things in the same place. */
export const Page: FC<PageProps> = ({ title, user, components, crumbs = [], scripts = [], refresh, children }) => (
  <>
    {raw("<!doctype html>")}
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        {refresh === undefined ? null : <meta http-equiv="refresh" content={String(refresh)} />}
        <title>{title} · Caisey Handoff</title>
        <link rel="stylesheet" href={assetPath("console.css")} />
        <link rel="icon" href={assetPath("icon.svg")} />
        <ClerkScripts clerk={components ?? user?.clerk} shows={components !== undefined} />
        {["busy", ...scripts].map((name) => (
          <script type="module" src={assetPath(`${name}.js`)}></script>
        ))}
      </head>
      <body>
        <a class="skip" href="#main">
          Skip to the content
        </a>
        <header class="bar">
          <a class="brand" href="/">
            Caisey Handoff
          </a>
          {user === undefined ? null : <Signed user={user} />}
        </header>
        <p id="busy" role="status"></p>
        <main id="main">
          {crumbs.length === 0 ? null : (
            <nav class="crumbs" aria-label="Where you are">
              <ol>
                {crumbs.map(({ href, text }) => (
                  <li>
                    <a href={href}>{text}</a>
                  </li>
                ))}
              </ol>
            </nav>
          )}
          {children}
        </main>
      </body>
    </html>
  </>
);

function Signed({ user }: { user: PageUser }) {
  return (
    <>
      <nav class="main-nav" aria-label="Main">
        <a href="/">Clients</a>
        <a href="/terms">Terms</a>
        <a href="/organization">Organisation</a>
        {user.mayAudit ? <a href="/audit">Audit trail</a> : null}
      </nav>
      <div class="who">
        <a href={ACCOUNT}>
          <b>{user.organization}</b> <span>{user.name}</span>
        </a>
        <form method="post" action="/sign-out">
          <button type="submit" class="plain">
            Sign out
          </button>
        </form>
      </div>
    </>
  );
}

/** Clerk's programs, from the instance's own domain, before the console's own that uses them. */
function ClerkScripts({ clerk, shows }: { clerk: ClerkFrontend | undefined; shows: boolean }) {
  if (clerk === undefined) return null;
  return (
    <>
      {shows ? <script defer src={clerkComponents(clerk)} crossorigin="anonymous"></script> : null}
      <script defer src={clerkProgram(clerk)} crossorigin="anonymous" data-clerk-publishable-key={clerk.key}></script>
      <script type="module" src={assetPath("clerk.js")}></script>
    </>
  );
}
