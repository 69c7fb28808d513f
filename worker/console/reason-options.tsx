import { REASON } from "./words.ts";

/** The reasons that a reviewer may give for hiding a line. `erased` is none: only erasing a line gives it. */
export function ReasonOptions() {
  return (
    <>
      {Object.entries(REASON)
        .filter(([reason]) => reason !== "erased")
        .map(([reason, text]) => (
          <option value={reason}>{text}</option>
        ))}
    </>
  );
}
