const KEPT = "form[data-live], form[data-draft]";

/**
 * Keeps what is typed into the forms of a session over a reload, in this tab only.
 * @returns forgets what was typed into a form, once it is sent.
 */
export function keepDrafts(session: string): (form: HTMLFormElement) => void {
  const keyOf = (form: HTMLFormElement, name: string) => `draft ${session} ${new URL(form.action).pathname} ${name}`;
  for (const form of document.querySelectorAll<HTMLFormElement>(KEPT)) {
    for (const field of fieldsOf(form)) {
      const kept = sessionStorage.getItem(keyOf(form, field.name));
      if (kept !== null && field.value === "") field.value = kept;
    }
  }
  document.addEventListener("input", ({ target }) => {
    if (!(target instanceof HTMLTextAreaElement || target instanceof HTMLInputElement)) return;
    if (target.form?.matches(KEPT)) sessionStorage.setItem(keyOf(target.form, target.name), target.value);
  });
  return (form) => {
    // What was typed while it was being sent is a draft of its own.
    for (const { name, value, defaultValue } of fieldsOf(form)) {
      if (form.dataset.live === undefined || value === defaultValue) sessionStorage.removeItem(keyOf(form, name));
    }
  };
}

/** Where somebody types. */
export function fieldsOf(form: HTMLFormElement): (HTMLTextAreaElement | HTMLInputElement)[] {
  return [...form.querySelectorAll<HTMLTextAreaElement | HTMLInputElement>("textarea, input:not([type=hidden])")];
}
