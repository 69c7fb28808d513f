// The scan page: looks through session after session, and says how far it has come.

const form = document.querySelector<HTMLFormElement>("#scan-form");
const progress = document.querySelector<HTMLProgressElement>("#scan-progress");
const status = document.querySelector<HTMLElement>("#scan-status");

form?.addEventListener("submit", (event) => {
  event.preventDefault();
  void scanAll(form);
});

async function scanAll(at: HTMLFormElement): Promise<void> {
  const rows = [...document.querySelectorAll<HTMLElement>('tr[data-scanned="no"]')];
  for (const button of at.querySelectorAll("button")) button.disabled = true;
  if (progress !== null) progress.hidden = false;
  for (const [index, row] of rows.entries()) {
    say(`Looking through session ${index + 1} of ${rows.length}: ${row.querySelector("a")?.textContent ?? ""}`);
    const response = await fetch(`${at.dataset.at}/${row.dataset.session}`, {
      method: "POST",
      headers: { accept: "application/json" },
    });
    if (!response.ok) return say("That could not be done. Reload the page, and try again.");
    if (progress !== null) progress.value += 1;
  }
  location.reload();
}

function say(text: string): void {
  if (status !== null) status.textContent = text;
}

export {};
