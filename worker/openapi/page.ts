import { html } from "hono/html";
import type { OpenApi, PathOperation } from "./document.ts";

const STYLE = `:root{color-scheme:light dark}body{font:1rem/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
code,pre{font-family:ui-monospace,monospace;font-size:.9em}pre{overflow-x:auto;padding:.75rem;border:1px solid;border-radius:.4rem}
section{border-top:1px solid;padding:.5rem 0}h2{font-size:1rem;margin:.5rem 0}`;

/** For the Content-Security-Policy of the page: it has this style and nothing else. */
export async function styleHash(): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(STYLE));
  return `sha256-${btoa(String.fromCharCode(...new Uint8Array(digest)))}`;
}

/** The document for people to read: no script, nothing from elsewhere. */
export function referencePage({ info, paths }: OpenApi) {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => section(path, method, operation)),
  );
  return html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>API of ${info.title}</title>
    <style>${STYLE}</style>
  </head>
  <body>
    <main>
      <h1>API of ${info.title}</h1>
      <p>${info.description} For programs: <a href="openapi.json">openapi.json</a>.</p>
      ${operations}
    </main>
  </body>
</html>`;
}

function section(path: string, method: string, { summary, parameters, requestBody, responses }: PathOperation) {
  const query = parameters.filter((parameter) => parameter.in === "query");
  const body = requestBody?.content["application/json"].schema;
  return html`<section>
    <h2><code>${method.toUpperCase()} ${path}</code></h2>
    <p>${summary}</p>
    ${query.length === 0 ? "" : html`<p>Query: ${query.map(({ name, required }) => html`<code>${name}</code>${required ? " (needed)" : ""} `)}</p>`}
    ${body === undefined ? "" : html`<details><summary>Body</summary><pre tabindex="0">${JSON.stringify(body, null, 2)}</pre></details>`}
    <details><summary>Answers</summary><pre tabindex="0">${JSON.stringify(responses, null, 2)}</pre></details>
  </section>`;
}
