import { counted } from "../console/words.ts";
import { LinkPage } from "./page.tsx";

export interface EntrancePageProps {
  /** Where the form goes: the link without what comes after it. */
  base: string;
  /** Path in the package that was asked for; empty for the first page. */
  to: string;
  passcode: boolean;
  /** How often the link may still be opened; null for any number. */
  left: number | null;
  problem?: string;
}

/** Before a package that asks for a passcode, or counts how often it is opened. Says nothing of what is behind it. */
export function EntrancePage({ base, to, passcode, left, problem }: EntrancePageProps) {
  return (
    <LinkPage title={passcode ? "This package asks for a passcode" : "Open this package"}>
      {passcode ? (
        <p>Whoever gave you the link tells you the passcode by another way, such as the telephone. Upper and lower case matter.</p>
      ) : null}
      {left === null ? null : (
        <p>
          This link can be opened {counted(left, "more time", "more times")}. Once open, it stays so in this browser window for
          twelve hours.
        </p>
      )}
      {problem === undefined ? null : (
        <p class="problem" role="alert" id="problem">
          {problem}
        </p>
      )}
      <form method="post" action={base}>
        <input type="hidden" name="to" value={to} />
        {passcode ? (
          <label>
            Passcode
            <input
              name="passcode"
              type="password"
              required
              maxlength={200}
              autocomplete="off"
              autofocus
              {...(problem === undefined ? {} : { "aria-invalid": "true", "aria-describedby": "problem" })}
            />
          </label>
        ) : null}
        <button type="submit">Open</button>
      </form>
    </LinkPage>
  );
}
