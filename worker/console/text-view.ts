import { type TextValue, visibleLines } from "../../record/text.ts";
import { visible } from "./visible.ts";
import { REASON } from "./words.ts";

/** What may be seen of a text, in one string: hidden lines as their masked rendering, or the reason in brackets. */
export function plainText(value: TextValue): string {
  return visibleLines(value)
    .map((line) => (line.hidden === undefined || line.text !== "" ? visible(line.text) : `[hidden: ${REASON[line.hidden]}]`))
    .join("\n");
}
