// Many findings that are decided about at once: the server decides some hundreds with each request, and the page says how far it has come.

/** One request of the form alone decides so many quickly. */
const FEW = 200;
let isSending = false;

/** Listens to `submit`: sends a form with `data-many`, the number of its findings, bit by bit. */
export function decideBitByBit(event: SubmitEvent): void {
  const { target: form, submitter: button } = event;
  if (event.defaultPrevented || !(form instanceof HTMLFormElement) || !(button instanceof HTMLButtonElement)) return;
  const scope = form.elements.namedItem("scope");
  const isWide = !(scope instanceof HTMLInputElement) || scope.type !== "checkbox" || scope.checked;
  const all = Number(form.dataset.many ?? 0);
  if (all <= FEW || !isWide || form.dataset.decided !== undefined) return;
  event.preventDefault();
  if (isSending) return;
  isSending = true;
  void decide(form, button, all);
}

async function decide(form: HTMLFormElement, button: HTMLButtonElement, all: number): Promise<void> {
  const fields = [...new FormData(form, button)].map(([name, value]): [string, string] => [name, String(value)]);
  const saySoFar = (done: number) => say(`Decided ${done.toLocaleString("en-US")} of ${all.toLocaleString("en-US")}…`);
  saySoFar(0);
  try {
    for (let goesOn = true; goesOn; ) {
      const headers = { accept: "application/json" };
      const response = await fetch(form.action, { method: "POST", headers, body: new URLSearchParams(fields) });
      if (!response.ok) break;
      const { decided, left } = (await response.json()) as { decided: number; left: number };
      saySoFar(Math.max(0, all - left));
      goesOn = decided > 0 && left > 0;
    }
    // When nothing is left it leads on; else it is for the server's page to say what is wrong.
    form.dataset.decided = "";
    form.requestSubmit(button);
  } catch {
    say("The server can't be reached. What is decided already is kept: go on when the connection is back.");
  }
  delete form.dataset.decided;
  isSending = false;
}

function say(text: string): void {
  const place = document.querySelector<HTMLElement>("#busy");
  if (place !== null) place.textContent = text;
}
