// The review of a session: the page as it will be handed over, in a frame, and the decisions beside it. The frame's page lives in an opaque
// origin and shows recorded text, so nothing that it says is taken for more than a wish: it names lines, keys, and words to fill in a form,
// which a person sends.
import { decideBitByBit } from "./decide.ts";

interface Told {
  caisey?: unknown;
  ready?: unknown;
  pick?: unknown;
  last?: unknown;
  part?: unknown;
  key?: unknown;
}

const ADDRESS = /^e\d{1,9}(?:\.[a-zA-Z]{1,20})?\.\d{1,9}$/;
const form = document.querySelector<HTMLFormElement>("#hide-form");
const frame = document.querySelector<HTMLIFrameElement>("#page");

addEventListener("message", (event: MessageEvent<Told>) => {
  // An opaque origin is written as `null`; which frame it is, its window says.
  if (frame === null || event.source !== frame.contentWindow || event.origin !== "null") return;
  const told = event.data;
  if (typeof told !== "object" || told === null || told.caisey !== "framed") return;
  if (told.ready === true) ready();
  if (typeof told.pick === "string") take(told.pick, told.last, told.part);
  if (typeof told.key === "string") press(told.key);
});

/** An opaque origin can't be named as the receiver: what is told must be fit for whoever is in the frame, and is nothing but addresses. */
function tell(message: Record<string, unknown>): void {
  frame?.contentWindow?.postMessage({ caisey: "console", ...message }, "*");
}

let isFirst = true;

function ready(): void {
  const marks = [...document.querySelectorAll<HTMLElement>("[data-at][data-state]")].map(({ dataset }) => ({
    id: dataset.at,
    state: dataset.state,
  }));
  tell({ marks });
  if (!isFirst) return;
  isFirst = false;
  const at = location.hash.slice(1);
  if (ADDRESS.test(at)) tell({ at });
  else showLine(document.querySelector(":target"));
}

function take(first: string, last: unknown, part: unknown): void {
  if (form === null || !ADDRESS.test(first)) return;
  fill("at", first);
  fill("last", typeof last === "string" && ADDRESS.test(last) && last !== first ? last : "");
  fill("words", typeof part === "string" ? part.slice(0, 2000) : "");
}

function fill(name: string, value: string): void {
  const input = form?.elements.namedItem(name);
  if (input instanceof HTMLInputElement) input.value = value;
}

/** Has the page show the line of a finding. */
function showLine(finding: Element | null): void {
  const at = finding instanceof HTMLElement ? finding.dataset.at : undefined;
  if (at !== undefined) tell({ at });
}

document.addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest<HTMLElement>("a[data-at]") : null;
  if (link === null) return;
  event.preventDefault();
  showLine(link);
});

document.addEventListener("keydown", (event) => {
  const { target } = event;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") {
    press("Escape");
    return;
  }
  if (target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return;
  if (!/^[nmhk]$/.test(event.key)) return;
  if (event.key !== "n" && currentFinding() === null) return;
  event.preventDefault();
  press(event.key);
});

/** One key a decision: n leads to the next open finding, m, h and k decide about the one at hand. */
function press(key: string): void {
  if (key === "n") nextFinding();
  else if (key === "Escape") frame?.focus();
  else if (key === "Enter") {
    const reason = form?.elements.namedItem("reason");
    if (reason instanceof HTMLSelectElement) reason.focus();
  } else if (/^[mhk]$/.test(key)) decide(key);
}

function decide(key: string): void {
  const finding = currentFinding();
  const because = finding?.querySelector<HTMLInputElement>('input[name="because"]');
  // Whoever keeps something says why.
  if (key === "k" && because?.value.trim() === "") because.focus();
  else finding?.querySelector<HTMLButtonElement>(`button[aria-keyshortcuts="${key}"]`)?.click();
}

let current: HTMLElement | null = null;

/** The finding that has the focus, or was led to last. */
function currentFinding(): HTMLElement | null {
  return document.activeElement?.closest<HTMLElement>(".finding") ?? current;
}

function nextFinding(): void {
  const open = [...document.querySelectorAll<HTMLElement>(".finding.undecided")];
  const here = currentFinding();
  lead(open[here === null ? 0 : (open.indexOf(here) + 1) % open.length] ?? null);
}

function lead(finding: HTMLElement | null): void {
  if (finding === null) return;
  current = finding;
  finding.focus({ preventScroll: true });
  finding.scrollIntoView({ block: "nearest" });
  showLine(finding);
}

document.querySelector("#next-finding")?.addEventListener("click", (event) => {
  event.preventDefault();
  current = null;
  nextFinding();
});

// After a decision the page comes back at the next open finding, ready for a key.
if (location.hash.startsWith("#fnd_")) lead(document.getElementById(location.hash.slice(1)));

document.addEventListener("submit", (event) => {
  const sent = event.target;
  if (!(sent instanceof HTMLFormElement) || !sent.matches(".decide")) return;
  const because = sent.querySelector<HTMLInputElement>('input[name="because"]');
  const decision = event.submitter instanceof HTMLButtonElement ? event.submitter.value : "";
  because?.setCustomValidity(decision === "keep" && because.value.trim() === "" ? "Say in a few words why this can stay." : "");
  if (sent.reportValidity()) return;
  event.preventDefault();
});
document.addEventListener("submit", decideBitByBit);
