// On every page: keys, what is folded around a link's target, citations, printing. Pages are whole without it.
import { startCitations } from "./site/citations.ts";
import { startKeys } from "./site/keys.ts";
import { showTarget, startParts } from "./site/target.ts";

startKeys();
if (!startParts()) {
  addEventListener("hashchange", () => startParts() || showTarget());
  showTarget();
}
startCitations();

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
