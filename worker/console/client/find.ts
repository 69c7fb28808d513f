// The page of a client group: `/` leads to the search field; dragging over months selects their span.

const form = document.querySelector<HTMLFormElement>("#find");
const chart = document.querySelector<HTMLElement>("#months");

document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement) return;
  // At once, or the next key of someone who types fast is lost; and without the slash in the field.
  event.preventDefault();
  form?.querySelector<HTMLInputElement>('input[name="q"]')?.focus();
});

let begun: HTMLAnchorElement | undefined;

chart?.addEventListener("pointerdown", (event) => {
  begun = monthAt(event);
});

// Wherever it is let go, the next movement over the chart begins nothing.
for (const end of ["pointerup", "pointercancel"] as const) {
  document.addEventListener(end, () => {
    begun = undefined;
    for (const month of document.querySelectorAll("#months .picked")) month.classList.remove("picked");
  });
}

chart?.addEventListener("pointermove", (event) => {
  if (begun !== undefined) mark(begun, monthAt(event) ?? begun);
});

chart?.addEventListener("pointerup", (event) => {
  const ended = monthAt(event);
  // One month alone is what its link is for.
  if (form !== null && begun !== undefined && ended !== undefined && begun !== ended) {
    const [first, last] = inOrder(begun, ended);
    fill(form, "from", first.dataset.from ?? "");
    fill(form, "to", last.dataset.to ?? "");
    form.requestSubmit();
  }
});

function monthAt(event: PointerEvent): HTMLAnchorElement | undefined {
  return document.elementFromPoint(event.clientX, event.clientY)?.closest<HTMLAnchorElement>("#months a") ?? undefined;
}

function inOrder(a: HTMLAnchorElement, b: HTMLAnchorElement): [HTMLAnchorElement, HTMLAnchorElement] {
  return (a.dataset.from ?? "") <= (b.dataset.from ?? "") ? [a, b] : [b, a];
}

function mark(a: HTMLAnchorElement, b: HTMLAnchorElement): void {
  const [first, last] = inOrder(a, b);
  for (const month of document.querySelectorAll<HTMLAnchorElement>("#months a")) {
    const from = month.dataset.from ?? "";
    month.classList.toggle("picked", (first.dataset.from ?? "") <= from && from <= (last.dataset.from ?? ""));
  }
}

function fill(at: HTMLFormElement, name: string, value: string): void {
  const input = at.elements.namedItem(name);
  if (input instanceof HTMLInputElement) input.value = value;
}

export {};
