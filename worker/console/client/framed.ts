// On a session's page under review, within the console's frame: lines can be picked by mouse and keyboard, and those in which something
// was found are marked. The page lives in an opaque origin; all it tells the console are addresses of lines, keys, and words that were
// selected in a line. The console takes nothing of that for more than a wish of whoever sits before it.

/** What the console may tell. */
interface Told {
  caisey?: unknown;
  marks?: unknown;
  at?: unknown;
}

const ADDRESS = /^e\d{1,9}(?:\.[a-zA-Z]{1,20})?\.\d{1,9}$/;
const consoles = (document.currentScript?.dataset.console ?? "").split(" ").filter(Boolean);
const lines = [...document.querySelectorAll<HTMLElement>(".timeline .l, .timeline .t")].filter(
  (line) => ADDRESS.test(line.id) && line.querySelector(".hidden") === null,
);
let current = 0;
/** Where a range of lines began that is being picked. */
let anchor: HTMLElement | undefined;

for (const line of lines) {
  line.tabIndex = -1;
  line.setAttribute("role", "button");
  line.setAttribute("aria-pressed", "false");
}
if (lines[0] !== undefined) lines[0].tabIndex = 0;

function tell(message: Record<string, unknown>): void {
  for (const origin of consoles) parent.postMessage({ caisey: "framed", ...message }, origin);
}

/** The text that a line is of: all of its address but the number. */
function textOf(line: HTMLElement): string {
  return line.id.slice(0, line.id.lastIndexOf("."));
}

function lineOf(node: EventTarget | Node | null): HTMLElement | undefined {
  const element = node instanceof Element ? node : node instanceof Node ? node.parentElement : null;
  const line = element?.closest<HTMLElement>(".l, .t") ?? undefined;
  return line !== undefined && lines.includes(line) ? line : undefined;
}

function pick(first: HTMLElement, last: HTMLElement, part: string): void {
  const [from, to] = [lines.indexOf(first), lines.indexOf(last)].sort((a, b) => a - b) as [number, number];
  const range = lines.slice(from, to + 1).filter((line) => textOf(line) === textOf(first));
  for (const line of lines) line.setAttribute("aria-pressed", String(range.includes(line)));
  tell({ pick: range[0]?.id, last: range.at(-1)?.id, part: part.slice(0, 2000) });
}

document.addEventListener("click", (event) => {
  const line = lineOf(event.target);
  if (line === undefined || (event.target instanceof Element && event.target.closest("a, button") !== null)) return;
  focusLine(lines.indexOf(line));
  const selection = getSelection();
  if (selection !== null && !selection.isCollapsed) {
    const [first, last] = [lineOf(selection.anchorNode), lineOf(selection.focusNode)];
    if (first === undefined || last === undefined) return;
    pick(first, last, first === last ? selection.toString().trim() : "");
  } else if (event.shiftKey && anchor !== undefined) {
    pick(anchor, line, "");
  } else {
    anchor = line;
    pick(line, line, "");
  }
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target instanceof HTMLElement && event.target.closest("input, textarea, select") !== null) return;
  const line = lineOf(event.target);
  if (line !== undefined && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    event.preventDefault();
    if (event.shiftKey) anchor ??= line;
    else anchor = undefined;
    focusLine(lines.indexOf(line) + (event.key === "ArrowDown" ? 1 : -1));
    const there = lines[current];
    if (event.shiftKey && anchor !== undefined && there !== undefined) pick(anchor, there, "");
  } else if (line !== undefined && (event.key === "Enter" || event.key === " ")) {
    event.preventDefault();
    pick(anchor ?? line, line, "");
    tell({ key: "Enter" });
  } else if (/^[nmhk]$|^Escape$/.test(event.key)) {
    tell({ key: event.key });
  }
});

function focusLine(number: number): void {
  const line = lines[number];
  if (line === undefined) return;
  setCurrent(number);
  unfold(line);
  line.focus();
}

/** One of all lines is reached by the Tab key. */
function setCurrent(number: number): void {
  const [before, line] = [lines[current], lines[number]];
  if (before !== undefined) before.tabIndex = -1;
  if (line !== undefined) line.tabIndex = 0;
  current = number;
}

function unfold(line: HTMLElement): void {
  for (let fold = line.closest("details"); fold !== null; fold = fold.parentElement?.closest("details") ?? null) fold.open = true;
}

addEventListener("message", (event: MessageEvent<Told>) => {
  if (event.source !== parent || !consoles.includes(event.origin) || event.data?.caisey !== "console") return;
  const { marks, at } = event.data;
  if (Array.isArray(marks)) {
    for (const { id, state } of marks as { id?: unknown; state?: unknown }[]) {
      if (typeof id === "string" && ADDRESS.test(id)) document.getElementById(id)?.setAttribute("data-found", String(state));
    }
  }
  if (typeof at === "string" && /^e\d{1,9}(\.|$)/.test(at)) show(at);
});

/** Brings a line into view, without taking the focus from where decisions are made. */
function show(at: string): void {
  const line = document.getElementById(at);
  if (line === null) {
    // What is on another page of the session is found there by the page's own script.
    location.hash = at;
    return;
  }
  unfold(line);
  for (const before of document.querySelectorAll("[data-shown]")) before.removeAttribute("data-shown");
  line.setAttribute("data-shown", "");
  line.scrollIntoView({ block: "center", behavior: "instant" });
  if (!lines.includes(line)) return;
  setCurrent(lines.indexOf(line));
}

tell({ ready: true });

export {};
