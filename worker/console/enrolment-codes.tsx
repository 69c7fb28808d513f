import type { EnrolmentCodeView } from "../schema.ts";
import { Moment } from "./time.tsx";

const STATE: Record<EnrolmentCodeView["state"], string> = {
  open: "Not used yet",
  used: "Used",
  expired: "Expired",
  revoked: "Revoked",
  dead: "Closed: guessed at too often",
};

export interface EnrolmentCodesProps {
  group: string;
  codes: readonly EnrolmentCodeView[];
  mayRotate: boolean;
}

/** Codes of the last day. Their secret part was shown once; one that was lost or sent to the wrong person is rotated or revoked. */
export function EnrolmentCodes({ group, codes, mayRotate }: EnrolmentCodesProps) {
  if (codes.length === 0) return null;
  return (
    <table class="rows" id="codes">
      <caption>Enrolment codes of the last day</caption>
      <thead>
        <tr>
          <th scope="col">Code</th>
          <th scope="col">For</th>
          <th scope="col">State</th>
          <th scope="col">
            <span class="sr">What you can do</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {codes.map(({ id, endpoint, expires, state, usedBy }) => (
          <tr>
            <td>
              <code translate="no">….{id}…</code>
            </td>
            <td>{endpoint ?? <span class="soft">any machine</span>}</td>
            <td>
              {state === "open" ? <span class="chip live">{STATE.open}</span> : <span class="chip">{STATE[state]}</span>}{" "}
              {state === "open" ? (
                <span class="soft">
                  until <Moment at={expires} />
                </span>
              ) : null}
              {usedBy === null ? null : <a href={`/groups/${group}/endpoints/${usedBy}`}>the machine</a>}
            </td>
            <td class="acts">
              {state === "open" && mayRotate ? <Act group={group} id={id} act="rotate" text="Rotate" /> : null}{" "}
              {state === "open" ? <Act group={group} id={id} act="revoke" text="Revoke" /> : null}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Act({ group, id, act, text }: { group: string; id: string; act: string; text: string }) {
  return (
    <form method="post" action={`/groups/${group}/enrolment-codes/${id}/${act}`} class="in-line">
      <button type="submit" class="plain">
        {text}
        <span class="sr"> the code {id}</span>
      </button>
    </form>
  );
}
