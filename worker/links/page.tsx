import { sha256 } from "@noble/hashes/sha2.js";
import { raw } from "hono/html";
import type { Child } from "hono/jsx";
import { toBase64, utf8 } from "../../record/bytes.ts";

const STYLE = `
:root{color-scheme:light dark;--ground:#f5f6f8;--card:#fff;--ink:#1a202b;--soft:#525c6c;--line:#d8dce3;--accent:#17577f;--on:#fff;--bad:#a32020;--good:#1c6a3c}
@media (prefers-color-scheme:dark){:root{--ground:#12161c;--card:#1a2029;--ink:#e7eaf0;--soft:#a6b0bf;--line:#333c49;--accent:#84c3ee;--on:#0d1820;--bad:#f59a95;--good:#7fd6a0}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:1.05rem/1.55 system-ui,"Segoe UI",Roboto,sans-serif;overflow-wrap:anywhere}
main{max-width:42rem;margin:8vh auto;padding:1.5rem 1.25rem;background:var(--card);border:1px solid var(--line);border-radius:.6rem}
h1{font-size:1.5rem;line-height:1.25;margin:0 0 1rem}
h2{font-size:1.15rem;margin:2rem 0 .5rem}
a{color:var(--accent)}
.soft,dt{color:var(--soft)}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1rem;margin:1rem 0}
dd{margin:0}
.mono,pre{font-family:ui-monospace,Menlo,Consolas,monospace;font-size:.9rem}
pre{white-space:pre-wrap;padding:.75rem;border:1px solid var(--line);border-radius:.4rem}
.acts{display:flex;flex-wrap:wrap;gap:.75rem;margin:1.5rem 0}
.button,button{display:inline-block;font:inherit;padding:.55rem 1.1rem;border:1px solid var(--accent);border-radius:.4rem;background:var(--accent);color:var(--on);text-decoration:none;cursor:pointer}
.button.second{background:transparent;color:var(--accent)}
label{display:block;margin:1rem 0}
input,textarea{display:block;width:100%;margin-top:.3rem;font:inherit;padding:.5rem;border:1px solid var(--soft);border-radius:.4rem;background:var(--card);color:inherit}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
.problem{color:var(--bad);font-weight:600}
.receipt{border-left:4px solid var(--good);padding-left:1rem;margin:1rem 0}
.said{white-space:pre-wrap}
@media (max-width:30rem){main{margin:0;border:0;border-radius:0;min-height:100vh}dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.5rem}.acts>*{flex:1 1 100%;text-align:center}}
@media print{body{background:none}main{border:0;margin:0}form,.acts{display:none}}
`;

/** What goes with every page about a link. Its address is a secret: nobody is told where the reader comes from. */
export const LINK_PAGE_HEADERS = {
  "cache-control": "no-store",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-robots-tag": "noindex, nofollow, noarchive",
  "content-security-policy": [
    "default-src 'none'",
    `style-src 'sha256-${toBase64(sha256(utf8(STYLE)))}'`,
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; "),
} as const;

/** The frame of the pages that recipients see before, beside and instead of a package. They need no script. */
export function LinkPage({ title, children }: { title: string; children?: Child }) {
  return (
    <>
      {raw("<!doctype html>")}
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <title>{title}</title>
          <style>{raw(STYLE)}</style>
        </head>
        <body>
          <main>
            <h1>{title}</h1>
            {children}
          </main>
        </body>
      </html>
    </>
  );
}
