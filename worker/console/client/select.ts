// The selection of a handoff: says how many of the sessions that are shown would go, and that this is not saved yet.

const chosen = document.querySelector<HTMLElement>("#chosen");
const choices = [...document.querySelectorAll<HTMLSelectElement>("table select")];
const before = new Map(choices.map((choice) => [choice, choice.value]));

function say(): void {
  if (chosen === null || choices.length === 0) return;
  const included = choices.filter(({ value }) => value === "include").length;
  const isChanged = choices.some((choice) => choice.value !== before.get(choice));
  chosen.textContent = `${included} of ${choices.length} shown included${isChanged ? ", not saved yet" : ""}`;
}

document.addEventListener("change", say);
// A browser that goes back fills in what was chosen then.
addEventListener("pageshow", say);
say();

export {};
