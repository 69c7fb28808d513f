// The scan page: looks through session after session, and says how far it has come.
import { decideBitByBit } from "./decide.ts";

const form = document.querySelector<HTMLFormElement>("#scan-form");
const progress = document.querySelector<HTMLProgressElement>("#scan-progress");
const status = document.querySelector<HTMLElement>("#scan-status");

form?.addEventListener("submit", (event) => {
  event.preventDefault();
  void scanAll(form);
});

document.addEventListener("submit", decideBitByBit);

async function scanAll(at: HTMLFormElement): Promise<void> {
  const rows = [...document.querySelectorAll<HTMLElement>('tr[data-scanned="no"]')];
  setBusy(at, true);
  if (progress !== null) progress.hidden = false;
  for (const [index, row] of rows.entries()) {
    say(`Looking through session ${index + 1} of ${rows.length}: ${row.querySelector("a")?.textContent ?? ""}`);
    const problem = await scan(`${at.dataset.at}/${row.dataset.session}`);
    if (problem !== undefined) {
      setBusy(at, false);
      return say(problem);
    }
    // What is done stays done, whatever comes then.
    row.dataset.scanned = "yes";
    if (progress !== null) progress.value += 1;
  }
  location.reload();
}

/** @returns what to say, if it could not be done. */
async function scan(address: string): Promise<string | undefined> {
  try {
    const response = await fetch(address, { method: "POST", headers: { accept: "application/json" } });
    return response.ok ? undefined : "That could not be done. Reload the page, and try again.";
  } catch {
    return "The server can't be reached. What is looked through already is kept: go on when the connection is back.";
  }
}

function setBusy(at: HTMLFormElement, isBusy: boolean): void {
  for (const button of at.querySelectorAll("button")) button.disabled = isBusy;
}

function say(text: string): void {
  if (status !== null) status.textContent = text;
}
