// On every page: keys, what is folded around a link's target, printing. Pages are whole without it.

const find = document.querySelector<HTMLInputElement>("#find");

// Forms don't work where the package is served: its pages are sandboxed without them. So Enter leads there by itself.
find?.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing || find.form === null) return;
  event.preventDefault();
  const address = new URL(find.form.action);
  address.search = new URLSearchParams({ q: find.value }).toString();
  location.assign(address);
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  const field = find ?? document.querySelector<HTMLInputElement>("#q");
  if (field === null) return;
  event.preventDefault();
  field.focus();
  field.select();
});

addEventListener("hashchange", showTarget);
showTarget();

addEventListener("beforeprint", () => {
  for (const fold of document.querySelectorAll<HTMLDetailsElement>("details:not([open])")) {
    fold.open = true;
    fold.dataset.folded = "";
  }
});

addEventListener("afterprint", () => {
  for (const fold of document.querySelectorAll<HTMLDetailsElement>("details[data-folded]")) {
    fold.open = false;
    delete fold.dataset.folded;
  }
});

/** Unfolds and unfilters what the address leads to; entries above it may change height once they are drawn. */
function showTarget(): void {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target === null) return;
  for (let fold = target.closest("details"); fold !== null; fold = fold.parentElement?.closest("details") ?? null) fold.open = true;
  if (target.offsetParent === null)
    for (const box of document.querySelectorAll<HTMLInputElement>(".filter input")) box.checked = true;
  target.scrollIntoView({ block: "center", behavior: "instant" });
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches("input, textarea, select, [contenteditable]");
}
