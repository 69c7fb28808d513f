// The page on which lines are erased: choosing lines of one text puts their place into the form.

const form = document.querySelector<HTMLFormElement>("#erase-form");

document.addEventListener("click", (event) => {
  const pick = event.target instanceof Element ? event.target.closest<HTMLButtonElement>("button.pick") : null;
  if (pick === null || form === null) return;
  const { seq = "", field = "" } = pick.dataset;
  pick.setAttribute("aria-pressed", pick.getAttribute("aria-pressed") === "true" ? "false" : "true");
  const chosen: string[] = [];
  for (const other of document.querySelectorAll<HTMLButtonElement>('button.pick[aria-pressed="true"]')) {
    // One text at a time: that is what one reason is given for.
    if (other.dataset.seq !== seq || other.dataset.field !== field) other.setAttribute("aria-pressed", "false");
    else chosen.push(other.dataset.line ?? "");
  }
  fill(form, "seq", chosen.length === 0 ? "" : seq);
  fill(form, "field", chosen.length === 0 ? "" : field);
  fill(form, "lines", chosen.join(", "));
});

function fill(at: HTMLFormElement, name: string, value: string): void {
  const input = at.elements.namedItem(name);
  if (input instanceof HTMLInputElement) input.value = value;
}

export {};
