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

/** One key a decision: n leads to the next open finding, m, h and k decide about the one that has the focus. */
document.addEventListener("keydown", (event) => {
  const { target } = event;
  if (event.ctrlKey || event.metaKey || event.altKey || target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement)
    return;
  if (target instanceof HTMLSelectElement) return;
  if (event.key === "n") return nextFinding(target);
  const finding = target instanceof Element ? target.closest(".finding") : null;
  if (finding === null || !/^[mhk]$/.test(event.key)) return;
  event.preventDefault();
  const because = finding.querySelector<HTMLInputElement>('input[name="because"]');
  // Whoever keeps something says why.
  if (event.key === "k" && because !== null && because.value.trim() === "") because.focus();
  else finding.querySelector<HTMLButtonElement>(`button[aria-keyshortcuts="${event.key}"]`)?.click();
});

function nextFinding(from: EventTarget | null): void {
  const open = [...document.querySelectorAll<HTMLElement>(".finding.undecided")];
  const here = from instanceof Element ? from.closest<HTMLElement>(".finding") : null;
  const next = open[here === null ? 0 : (open.indexOf(here) + 1) % open.length];
  next?.focus();
  next?.scrollIntoView({ block: "center" });
}

// After a decision the page comes back at the next open finding, ready for a key.
if (location.hash.startsWith("#fnd_"))
  document.querySelector<HTMLElement>(CSS.escape(location.hash.slice(1)).replace(/^/, "#"))?.focus();

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || !form.matches(".decide")) return;
  const because = form.querySelector<HTMLInputElement>('input[name="because"]');
  const decision = event.submitter instanceof HTMLButtonElement ? event.submitter.value : "";
  because?.setCustomValidity(decision === "keep" && because.value.trim() === "" ? "Say in a few words why this can stay." : "");
  if (form.reportValidity()) return;
  event.preventDefault();
});

export {};
