import { markFound } from "../found.ts";

/** Unfolds and unfilters what the address leads to; entries above it may change height once they are drawn. */
export function showTarget(): void {
  const target = document.getElementById(address());
  if (target === null) return;
  for (let fold = target.closest("details"); fold !== null; fold = fold.parentElement?.closest("details") ?? null) fold.open = true;
  if (target.offsetParent === null)
    for (const box of document.querySelectorAll<HTMLInputElement>(".filter input")) box.checked = true;
  target.scrollIntoView({ block: "center", behavior: "instant" });
  markFound(target);
}

/**
 * Goes on to the page of a long session on which the address is, when it is not on this one: links from elsewhere name the first page.
 * @returns whether it went.
 */
export function startParts(): boolean {
  const starts = document.querySelector<HTMLElement>(".timeline")?.dataset.starts?.split(" ");
  const place = /^e(\d+)(?:\.(\d+))?/.exec(address());
  if (starts === undefined || place === null || document.getElementById(address()) !== null) return false;
  const [seq, line] = [Number(place[1]), Number(place[2] ?? 1) - 1];
  const part = starts.findLastIndex((start) => {
    const [entry = 0, from = 0] = start.split(".").map(Number);
    return entry < seq || (entry === seq && from <= line);
  });
  const here = location.pathname.split("/").at(-1) ?? "";
  const name = `${here.replace(/(-\d+)?\.html$/, "")}${part > 0 ? `-${part + 1}` : ""}.html`;
  if (part < 0 || name === here) return false;
  location.replace(`${name}${location.search}${location.hash}`);
  return true;
}

function address(): string {
  try {
    return decodeURIComponent(location.hash.slice(1));
  } catch {
    return "";
  }
}
