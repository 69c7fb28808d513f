// The open session's page: takes in new entries as they are recorded, and sends forms without leaving the page.

import { keepDrafts } from "./drafts.ts";
import { connect } from "./live-socket.ts";
import { showWaiting } from "./waiting.ts";

const transcript = find("#transcript", HTMLOListElement);
const session = transcript.dataset.session ?? "";
let next = Number(transcript.dataset.next);
const forgetDraft = keepDrafts(session);
/** Apart, so that a connection that is tried again and again never takes away what became of a form. */
const lost = find("#live-lost", HTMLElement);
const problem = find("#live-problem", HTMLElement);

/** One request after the other: entries that arrive meanwhile come with the following one. */
let fetching = false;
let again = false;

/** @throws TypeError when the server can't be reached. */
async function takeIn(): Promise<void> {
  if (fetching) {
    again = true;
    return;
  }
  fetching = true;
  try {
    do {
      again = false;
      const response = await fetch(`/sessions/${session}/entries?from=${next}`, { headers: { accept: "text/plain" } });
      if (!response.ok) return refused(response.status);
      const atEnd = innerHeight + scrollY >= document.documentElement.scrollHeight - 200;
      transcript.insertAdjacentHTML("beforeend", await response.text());
      const to = Number(response.headers.get("x-next"));
      if (to > next) again = true;
      next = Math.max(next, to);
      if (atEnd) transcript.lastElementChild?.scrollIntoView({ block: "center" });
    } while (again);
  } finally {
    fetching = false;
  }
}

/** @throws TypeError when the server can't be reached. */
async function renewState(): Promise<void> {
  const response = await fetch(`/sessions/${session}/state`, { headers: { accept: "text/plain" } });
  if (!response.ok) return refused(response.status);
  // Another state has another page.
  if (response.headers.get("x-state") !== transcript.dataset.state) return location.reload();
  const place = document.querySelector("#live-state");
  if (place !== null) place.innerHTML = await response.text();
  showWaiting();
}

function refused(status: number): void {
  if (status === 401) tell(problem, "Your sign-in has run out. What you typed is kept: reload the page to sign in again.");
}

/** What arrives may be asked for while the connection breaks: the next one brings it. */
function soon(work: Promise<void>): void {
  work.catch(() => {});
}

connect({
  address: () => `/api/sessions/${session}/live?from=${next}`,
  onMessage(message) {
    if (message.type === "entries") soon(takeIn());
    if (message.type === "state") soon(renewState());
    if (message.type === "waiting") showWaiting(message);
  },
  onLost: () => tell(lost, "The connection was lost. What is recorded is safe; trying again."),
  async onBack() {
    await takeIn();
    await renewState();
    tell(lost, "");
  },
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement)) return;
  // It leads to another page, and nobody comes back to this draft.
  if (form.dataset.draft !== undefined) forgetDraft(form);
  if (form.dataset.live === undefined) return;
  event.preventDefault();
  void send(form);
});

document.addEventListener("keydown", (event) => {
  const field = event.target;
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || !(field instanceof HTMLTextAreaElement)) return;
  if (field.form?.dataset.live === undefined) return;
  event.preventDefault();
  field.form.requestSubmit();
});

async function send(form: HTMLFormElement): Promise<void> {
  const buttons = form.querySelectorAll("button");
  for (const button of buttons) button.disabled = true;
  try {
    const body = new URLSearchParams();
    for (const [name, value] of new FormData(form)) body.append(name, String(value));
    const response = await fetch(form.action, { method: "POST", body, headers: { accept: "text/plain" } });
    tell(problem, response.ok ? "" : await response.text());
    const said = document.querySelector("#live-said");
    if (said !== null) said.textContent = response.ok ? (form.dataset.said ?? "") : "";
    if (response.ok) {
      form.reset();
      forgetDraft(form);
    }
  } catch {
    tell(problem, "That did not reach the server. Nothing was done; try again.");
  } finally {
    for (const button of buttons) button.disabled = false;
  }
}

/** Shows a message in its place; none hides the place. */
function tell(place: HTMLElement, message: string): void {
  place.textContent = message;
  place.hidden = message === "";
}

function find<T extends Element>(selector: string, type: new () => T): T {
  const found = document.querySelector(selector);
  if (!(found instanceof type)) throw new Error(`expected ${selector} on this page`);
  return found;
}
