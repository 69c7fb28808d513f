// The drafted e-mail: the mail program is opened with the text as it stands now, not as it was drafted.

document.addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>("a[data-mail]") : null;
  const form = link?.closest("form");
  if (!link || !form) return;
  const text = (name: string) => {
    const field = form.elements.namedItem(name);
    return field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement ? field.value : "";
  };
  const body = text("body").replace(/\r?\n/g, "\r\n");
  link.href = `mailto:?subject=${encodeURIComponent(text("subject"))}&body=${encodeURIComponent(body)}`;
});

export {};
