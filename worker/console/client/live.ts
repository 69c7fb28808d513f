// The open session's page: takes in new entries as they are recorded, and sends forms without leaving the page.

import { fieldsOf, keepDrafts } from "./drafts.ts";
import { inTurn } from "./in-turn.ts";
import { connect } from "./live-socket.ts";
import { showWaiting } from "./waiting.ts";

const transcript = find("#transcript", HTMLOListElement);
const session = transcript.dataset.session ?? "";
let next = Number(transcript.dataset.next);
const forgetDraft = keepDrafts(session);
// They come by themselves here.
document.querySelector("#later")?.remove();
/** Apart, so that a connection that is tried again and again never takes away what became of a form. */
const lost = find("#live-lost", HTMLElement);
const problem = find("#live-problem", HTMLElement);

/** @throws TypeError when the server can't be reached. */
const takeIn = inTurn(async () => {
  for (let isMore = true; isMore; ) {
    const response = await fetch(`/sessions/${session}/entries?from=${next}`, { headers: { accept: "text/plain" } });
    if (!response.ok) return refused(response.status);
    const html = await response.text();
    const atEnd = innerHeight + scrollY >= document.documentElement.scrollHeight - 200;
    transcript.insertAdjacentHTML("beforeend", html);
    const to = Number(response.headers.get("x-next"));
    isMore = to > next;
    next = Math.max(next, to);
    if (atEnd && isMore) transcript.lastElementChild?.scrollIntoView({ block: "center" });
  }
});

let shownState = "";

/** @throws TypeError when the server can't be reached. */
const renewState = inTurn(async () => {
  const response = await fetch(`/sessions/${session}/state`, { headers: { accept: "text/plain" } });
  if (!response.ok) return refused(response.status);
  // Another state has another page.
  if (response.headers.get("x-state") !== transcript.dataset.state) return location.reload();
  const html = await response.text();
  const place = document.querySelector("#live-state");
  // While output streams this is asked for again and again: whoever is about to press a button in it must not lose it.
  if (place !== null && html !== shownState) place.innerHTML = shownState = html;
  showWaiting();
});

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
  const sent = new Map(fieldsOf(form).map((field) => [field, field.value]));
  for (const button of buttons) button.disabled = true;
  try {
    const body = new URLSearchParams();
    for (const [name, value] of new FormData(form)) body.append(name, String(value));
    const response = await fetch(form.action, { method: "POST", body, headers: { accept: "text/plain" } });
    tell(problem, response.ok ? "" : await response.text());
    const said = document.querySelector("#live-said");
    if (said !== null) said.textContent = response.ok ? (form.dataset.said ?? "") : "";
    if (response.ok) {
      // What was typed meanwhile stays: it is the next command, or message.
      for (const [field, value] of sent) if (field.value === value) field.value = field.defaultValue;
      forgetDraft(form);
    }
  } catch {
    tell(problem, "That may not have reached the server. Look whether it stands above before you try again.");
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
