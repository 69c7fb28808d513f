const find = document.querySelector<HTMLInputElement>("#find");

/** `/` leads to the search field, the arrow keys to the page before and after. */
export function startKeys(): void {
  // Forms don't work in the console's preview: its pages are sandboxed without them. So Enter leads there by itself.
  find?.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || find.form === null) return;
    event.preventDefault();
    const address = new URL(find.form.action);
    address.search = new URLSearchParams({ q: find.value }).toString();
    location.assign(address);
  });

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || isBusy(event.target)) return;
    if (event.key === "/") focusSearch(event);
    else if (event.key === "ArrowLeft" || event.key === "ArrowRight") turnPage(event);
  });
}

function focusSearch(event: KeyboardEvent): void {
  const field = find ?? document.querySelector<HTMLInputElement>("#q");
  if (field === null) return;
  event.preventDefault();
  field.focus();
  field.select();
}

/** To the page before or after of a long session or list; else to the session before or after. */
function turnPage(event: KeyboardEvent): void {
  const back = event.key === "ArrowLeft";
  const place = back ? "[rel=prev]" : "[rel=next]";
  const link =
    document.querySelector<HTMLAnchorElement>(`.pager ${place}`) ??
    (document.querySelector(".pager") === null
      ? document.querySelector<HTMLAnchorElement>(back ? ".neighbours a.before" : ".neighbours a.after")
      : null);
  if (link === null) return;
  event.preventDefault();
  link.click();
}

/** Whether keys mean something where the focus is: in a field, or in something that scrolls sideways. */
function isBusy(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && target.closest("input, textarea, select, summary, [contenteditable], .scroll, .hits") !== null
  );
}
