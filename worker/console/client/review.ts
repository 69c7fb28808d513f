// The review page: picking a line fills in the form that hides it.

const form = document.querySelector<HTMLFormElement>("#hide-form");

document.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest<HTMLButtonElement>("button.pick") : null;
  if (button === null || form === null) return;
  for (const other of document.querySelectorAll('.pick[aria-pressed="true"]')) other.setAttribute("aria-pressed", "false");
  button.setAttribute("aria-pressed", "true");
  for (const name of ["seq", "field", "line"]) {
    const input = form.elements.namedItem(name);
    if (input instanceof HTMLInputElement) input.value = button.dataset[name] ?? "";
  }
  const reason = form.elements.namedItem("reason");
  if (reason instanceof HTMLSelectElement) reason.focus({ preventScroll: true });
});

/** Escape leaves the form and goes back to the line that was picked. */
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const picked = document.querySelector<HTMLButtonElement>('.pick[aria-pressed="true"]');
  picked?.setAttribute("aria-pressed", "false");
  picked?.focus();
});
