import { type TextValue, visibleLines } from "../../../record/text.ts";
import { WorkerError } from "../../error.ts";
import type { PlaceView } from "../../schema.ts";
import type { SessionStore } from "./store.ts";

/** A text that has these lines, erased or not. @throws WorkerError `session/no-such-line`. */
export function textOf(store: SessionStore, { seq, field, lines }: PlaceView): TextValue {
  const text = store.text(seq, field);
  if (text === undefined || lines.some((line) => line >= visibleLines(text).length)) {
    throw new WorkerError("session/no-such-line", "There is no such line in this session.");
  }
  return text;
}

/** A text that has all of these lines still. @throws WorkerError `session/no-such-line`, `session/erased`. */
export function shownText(store: SessionStore, place: PlaceView): TextValue {
  const text = textOf(store, place);
  const there = visibleLines(text);
  if (place.lines.some((line) => there[line]?.hidden !== undefined)) {
    throw new WorkerError("session/erased", "This line was erased. Nothing of it is kept.");
  }
  return text;
}
