import { type Form, wholeNumber } from "./form.ts";

/** How long something works: a number of hours or days. @param label what it stands beside. */
export function Term({ label }: { label: string }) {
  return (
    <div class="term">
      <label>
        {label}
        <input name="days" type="number" min="1" max="8784" value="30" required />
      </label>
      <label>
        <span class="sr">{label}: hours or days</span>
        <select name="unit">
          <option value="days">days</option>
          <option value="hours">hours</option>
        </select>
      </label>
    </div>
  );
}

/** In days, as the API has it. @throws WorkerError `request/malformed`. */
export function termIn(form: Form): number {
  const number = wholeNumber(form, "days");
  return form.text("unit") === "hours" ? number / 24 : number;
}
