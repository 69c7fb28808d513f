// Buttons that copy a text of the page: data-copy names the element that has it.

document.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest<HTMLButtonElement>("button[data-copy]") : null;
  if (button !== null) void copy(button);
});

async function copy(button: HTMLButtonElement): Promise<void> {
  const source = document.getElementById(button.dataset.copy ?? "");
  const isField = source instanceof HTMLTextAreaElement;
  const text = (isField ? source.value : (source?.innerText ?? "")).trim();
  try {
    await navigator.clipboard.writeText(text);
    tell(button, "Copied.");
  } catch {
    // Not allowed, or the address is not a secure one: then it is selected, to be copied by hand.
    if (isField) source.select();
    else if (source !== null) getSelection()?.selectAllChildren(source);
    tell(button, "Selected: copy it with your keyboard.");
  }
}

function tell(button: HTMLButtonElement, text: string): void {
  const status = button.nextElementSibling;
  if (status?.getAttribute("role") === "status") status.textContent = text;
}

export {};
