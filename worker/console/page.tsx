import { raw } from "hono/html";
import type { Child, FC } from "hono/jsx";
import { assetPath } from "./assets.ts";

/** A link of the path that leads to a page. */
export interface Crumb {
  href: string;
  text: string;
}

export interface PageProps {
  title: string;
  /** Name of whoever is signed in, and of their organisation; missing on pages for nobody in particular. */
  user?: { name: string; organization: string };
  crumbs?: Crumb[];
  /** Client modules of this page, by name. */
  scripts?: string[];
  /** Seconds after which the page is asked for again, while something is under way. */
  refresh?: number;
  children?: Child;
}

/** Every page of the console: one frame, so that a tired reader always finds the same things in the same place. */
export const Page: FC<PageProps> = ({ title, user, crumbs = [], scripts = [], refresh, children }) => (
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
        {scripts.map((name) => (
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
          {user === undefined ? null : (
            <div class="who">
              <span>
                <b>{user.organization}</b> <span class="soft">{user.name}</span>
              </span>
              <form method="post" action="/sign-out">
                <button type="submit" class="plain">
                  Sign out
                </button>
              </form>
            </div>
          )}
        </header>
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
