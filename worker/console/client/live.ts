// The open session's page: takes in new entries as they are recorded, and sends forms without leaving the page.

const transcript = find("#transcript", HTMLOListElement);
const session = transcript.dataset.session ?? "";
let next = Number(transcript.dataset.next);

/** One request after the other: entries that arrive meanwhile come with the following one. */
let fetching = false;
let again = false;

async function takeIn(): Promise<void> {
  if (fetching) {
    again = true;
    return;
  }
  fetching = true;
  try {
    do {
      again = false;
      const response = await fetch(`/sessions/${session}/entries?from=${next}`);
      if (!response.ok) return;
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

async function renewState(): Promise<void> {
  const response = await fetch(`/sessions/${session}/state`);
  if (!response.ok) return;
  if (response.headers.get("x-state") !== "open") location.reload();
  const place = document.querySelector("#live-state");
  if (place !== null) place.innerHTML = await response.text();
}

let wait = 500;
function connect(): void {
  const address = new URL(`/api/sessions/${session}/live?from=${next}`, location.href);
  address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
  const socket = new WebSocket(address);
  socket.addEventListener("open", () => {
    wait = 500;
  });
  socket.addEventListener("message", (event: MessageEvent<string>) => {
    if (event.data === "pong") return;
    const message = JSON.parse(event.data) as { type: string };
    if (message.type === "entries") void takeIn();
    if (message.type === "state") void renewState();
  });
  socket.addEventListener("close", () => {
    say("The connection was lost. What is recorded is safe; trying again.");
    setTimeout(() => {
      void takeIn()
        .then(renewState)
        .then(() => say(""));
      connect();
    }, wait);
    wait = Math.min(wait * 2, 15_000);
  });
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || form.dataset.live === undefined) return;
  event.preventDefault();
  void send(form);
});

async function send(form: HTMLFormElement): Promise<void> {
  const buttons = form.querySelectorAll("button");
  for (const button of buttons) button.disabled = true;
  try {
    const body = new URLSearchParams();
    for (const [name, value] of new FormData(form)) body.append(name, String(value));
    const response = await fetch(form.action, { method: "POST", body, headers: { accept: "text/plain" } });
    say(response.ok ? "" : await response.text());
    if (response.ok) form.reset();
  } catch {
    say("That did not reach the server. Nothing was done; try again.");
  } finally {
    for (const button of buttons) button.disabled = false;
  }
}

function say(problem: string): void {
  const place = document.querySelector<HTMLElement>("#live-problem");
  if (place === null) return;
  place.textContent = problem;
  place.hidden = problem === "";
}

function find<T extends Element>(selector: string, type: new () => T): T {
  const found = document.querySelector(selector);
  if (!(found instanceof type)) throw new Error(`expected ${selector} on this page`);
  return found;
}

connect();
