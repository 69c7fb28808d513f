import { type TextValue, type VisibleLine, visibleLines } from "../../record/text.ts";

/** A text as a reader may see it; a hidden line says so, and none is an empty one. */
export function shown(text: TextValue | undefined): string {
  if (text === undefined) return "";
  // An object a line would be for nothing where nothing is hidden.
  if ("seed" in text) return text.lines.join("\n");
  return visibleLines(text).map(shownLine).join("\n");
}

/** One line of it. */
export function shownLine({ text: line, hidden }: VisibleLine): string {
  return hidden === undefined ? line : `${line} [hidden: ${hidden}]`.trimStart();
}
