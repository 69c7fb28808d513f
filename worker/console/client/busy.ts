// On every page: a form is sent once however often its button is pressed, and when the answer takes long, the page says that it is at work.

/** Milliseconds until it is said; and after which the button is taken for pressed again, since whoever waited may have stopped the page. */
const LONG = 800;
const AGAIN = 5_000;
let sent: HTMLFormElement | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;

// On the window, behind whoever sends a form in another way, or sends it again with a fresh token.
addEventListener("submit", (event) => {
  const form = event.target;
  // What is saved as a file leaves the page where it is.
  if (event.defaultPrevented || !(form instanceof HTMLFormElement) || form.dataset.file !== undefined) return;
  if (form === sent) {
    event.preventDefault();
    return;
  }
  sent = form;
  setTimeout(() => {
    sent = undefined;
  }, AGAIN);
  clearTimeout(timer);
  timer = setTimeout(() => setBusy(true), LONG);
});

// Also when somebody comes back to a page that the browser kept.
addEventListener("pageshow", () => {
  sent = undefined;
  clearTimeout(timer);
  setBusy(false);
});

function setBusy(isBusy: boolean): void {
  const place = document.querySelector<HTMLElement>("#busy");
  if (place === null) return;
  place.textContent = isBusy ? "Working…" : "";
}

export {};
