import type { SampleOrganization, SamplePerson } from "../../fixtures/people.ts";
import { ROLES } from "../permission.ts";

/** The page on which somebody of the sample organisations is chosen. */
export function choosePage(organizations: readonly SampleOrganization[], redirect: string): string {
  const groups = organizations.map(
    (organization) => `<section aria-labelledby="${escapeHtml(organization.id)}">
<h2 id="${escapeHtml(organization.id)}">${escapeHtml(organization.name)}</h2>
<ul>${organization.people.map((person) => `<li>${choice(organization, person, redirect)}</li>`).join("")}</ul>
</section>`,
  );
  return page(
    "Sign in",
    `<h1>Sign in to Caisey Handoff</h1>
<p class="lead">This is the sample sign-in of a local run. Choose who you are; no password is asked for, and nobody here exists.</p>
${groups.join("\n")}
<p class="foot">A deployment signs people in with Clerk instead.</p>`,
  );
}

/** A page that only says something. */
export function messagePage(title: string, message: string): string {
  return page(title, `<h1>${escapeHtml(title)}</h1><p class="lead">${escapeHtml(message)}</p>`);
}

function choice(organization: SampleOrganization, person: SamplePerson, redirect: string): string {
  return `<form method="post" action="/sign-in">
<input type="hidden" name="organization" value="${escapeHtml(organization.id)}">
<input type="hidden" name="person" value="${escapeHtml(person.id)}">
<input type="hidden" name="redirect_url" value="${escapeHtml(redirect)}">
<button><span class="face" aria-hidden="true">${escapeHtml(initials(person.name))}</span>
<span class="who"><b>${escapeHtml(person.name)}</b><span>${escapeHtml(person.email)}</span></span>
<span class="role">${ROLES[person.role].name}</span></button>
</form>`;
}

function initials(name: string): string {
  return name
    .split(" ")
    .map((word) => word.slice(0, 1))
    .join("");
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)} · Caisey Handoff</title>
<link rel="stylesheet" href="/style.css">
</head>
<body><main>${body}</main></body>
</html>
`;
}

export const STYLE = `
:root { color-scheme: light dark; --ground: #f4f5f7; --card: #fff; --ink: #1a202b; --soft: #4d5768; --line: #d6dae1; --accent: #1d5f8a; --tint: #e6f0f7 }
@media (prefers-color-scheme: dark) {
  :root { --ground: #12161c; --card: #1b212a; --ink: #e8ebf0; --soft: #a8b2c1; --line: #343d4a; --accent: #7cc0ec; --tint: #1e3342 }
}
* { box-sizing: border-box }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, "Segoe UI", Roboto, sans-serif }
main { max-width: 34rem; margin: 0 auto; padding: clamp(1.5rem, 8vh, 5rem) 1rem 2rem }
h1 { font-size: 1.6rem; line-height: 1.2; letter-spacing: -0.01em; margin: 0 0 .5rem }
h2 { font-size: .95rem; font-weight: 600; color: var(--soft); margin: 2rem 0 .5rem }
.lead, .foot { color: var(--soft); margin: 0; max-width: 30rem }
.foot { margin-top: 2rem; font-size: .9rem }
ul { list-style: none; margin: 0; padding: 0; background: var(--card); border: 1px solid var(--line); border-radius: 10px; overflow: hidden }
li + li { border-top: 1px solid var(--line) }
button { all: unset; box-sizing: border-box; display: flex; align-items: center; gap: .85rem; width: 100%; padding: .75rem 1rem; cursor: pointer }
button:hover { background: var(--tint) }
button:focus-visible { outline: 2px solid var(--accent); outline-offset: -2px }
.face { flex: none; width: 2.4rem; height: 2.4rem; border-radius: 50%; display: grid; place-items: center; background: var(--tint); color: var(--accent); font-size: .85rem; font-weight: 600 }
.who { flex: 1; min-width: 0; display: grid }
.who b { font-weight: 600 }
.who span { color: var(--soft); font-size: .9rem; overflow-wrap: anywhere }
.role { color: var(--soft); font-size: .85rem }
`;
