const timeline = document.querySelector<HTMLElement>(".timeline");

/** A click on a citation number copies the citation; a click on a line's number makes that line the one that is cited. */
export function startCitations(): void {
  if (timeline === null) return;
  timeline.addEventListener("click", (event) => {
    if (!(event.target instanceof HTMLElement)) return;
    const button = event.target.closest<HTMLButtonElement>(".cite");
    if (button !== null) void copy(citationOf(button), button);
    else if (event.target.matches(".l") && event.offsetX < 40 && getSelection()?.isCollapsed !== false)
      location.hash = event.target.id;
  });
  for (const button of timeline.querySelectorAll<HTMLButtonElement>(".cite")) button.title = "Copy citation";
}

/** Number, words, session, time, digest and package: of the line that the address leads to, when it is one of this entry, or of the entry. */
function citationOf(button: HTMLButtonElement): string {
  const entry = button.closest<HTMLElement>(".e");
  const line = entry?.querySelector<HTMLElement>(":target");
  const number = button.textContent ?? "";
  const seq = /^e(\d+)/.exec(entry?.id ?? "")?.[1] ?? "";
  const time = entry?.querySelector("time")?.dateTime ?? "";
  const title = document.querySelector("h1")?.textContent ?? "";
  const { session = "", package: id = "" } = timeline?.dataset ?? {};
  const [name, words, place] =
    line === null || line === undefined || line === entry
      ? [number, "", `entry ${seq}`]
      : [
          `${number}${line.id.slice(`e${seq}`.length)}`,
          `\u201C${wordsOf(line)}\u201D. `,
          `entry ${seq}, line ${line.id.split(".").at(-1)}`,
        ];
  return (
    `${name}: ${words}Session \u201C${title}\u201D (${session}), ${place}, ${time}. ` +
    `SHA-256 of the entry's committed line: ${button.dataset.digest}. Package ${id}.`
  );
}

function wordsOf(line: HTMLElement): string {
  const text = (line.textContent ?? "").trim().replace(/\s+/g, " ");
  return text.length > 300 ? `${text.slice(0, 300)}\u2026` : text;
}

/** Says what was copied, and offers it to be copied by hand: pages from disk and sandboxed ones are not everywhere allowed to. */
async function copy(text: string, from: HTMLElement): Promise<void> {
  const copied = await navigator.clipboard?.writeText(text).then(
    () => true,
    () => false,
  );
  document.querySelector(".said")?.remove();
  const said = document.createElement("dialog");
  said.className = "said";
  const label = document.createElement("label");
  label.htmlFor = "citation";
  const field = document.createElement("textarea");
  field.id = "citation";
  field.readOnly = true;
  field.rows = 4;
  field.value = text;
  const close = document.createElement("button");
  close.type = "button";
  close.className = "button plain";
  close.textContent = "Close";
  close.addEventListener("click", () => said.close());
  said.addEventListener("close", () => {
    said.remove();
    from.focus();
  });
  said.addEventListener("keydown", (event) => {
    if (event.key === "Escape") said.close();
  });
  said.append(label, field, close);
  document.body.append(said);
  said.show();
  field.focus();
  field.select();
  const done = copied === true || document.execCommand("copy");
  label.textContent = done ? "Citation copied" : "Citation: copy it from here";
}
