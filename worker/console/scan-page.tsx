import { isSecret } from "../scan/finding.ts";
import type { FindingView, ScanView } from "../scan-schema.ts";
import type { HandoffView } from "../schema.ts";
import { HandoffFrame, isOpen } from "./handoff-frame.tsx";
import type { PageProps } from "./page.tsx";
import { Day, Moment } from "./time.tsx";
import { counted, FOUND } from "./words.ts";

/** Open findings of one kind: how many, and one of them, by which a decision names the kind. */
export interface OpenKind {
  kind: FindingView["kind"];
  count: number;
  finding: string;
}

export interface ScanPageProps {
  user: PageProps["user"] & {};
  handoff: HandoffView;
  scan: ScanView;
  kinds: readonly OpenKind[];
}

/** Second step: passwords, keys and personal data in the selected sessions are looked for, and decided about. */
export function ScanPage({ user, handoff, scan, kinds }: ScanPageProps) {
  const at = `/handoffs/${handoff.handoff}`;
  const open = isOpen(handoff);
  const states = new Map(scan.sessions.map((one) => [one.session, one]));
  const left = scan.sessions.filter(({ scanned }) => scanned === null).length;
  const undecided = scan.sessions.reduce((sum, one) => sum + one.open, 0);
  return (
    <HandoffFrame user={user} handoff={handoff} step="scan" title="Scan" scripts={open ? ["scan"] : []}>
      <p>
        {handoff.sessions.length === 0
          ? "Select sessions first."
          : left > 0
            ? `${counted(left, "session")} of ${handoff.sessions.length} not looked through yet.`
            : undecided > 0
              ? `Every session was looked through. ${counted(undecided, "finding")} to be decided before anything is published.`
              : "Every session was looked through, and everything that was found is decided."}
      </p>
      {open && left > 0 ? (
        <form method="post" action={`${at}/scan/next`} id="scan-form" data-at={`${at}/scan`}>
          <p>
            <button type="submit">Look through {left === 1 ? "it" : "them"}</button>
          </p>
          <progress
            id="scan-progress"
            max={handoff.sessions.length}
            value={handoff.sessions.length - left}
            hidden
            aria-label="Sessions looked through"
          ></progress>
          <p id="scan-status" role="status"></p>
        </form>
      ) : null}
      {kinds.length === 0 ? null : <Kinds at={at} kinds={kinds} open={open} />}
      <table class="rows">
        <caption>Sessions</caption>
        <thead>
          <tr>
            <th scope="col">When</th>
            <th scope="col">Session</th>
            <th scope="col">Looked through</th>
            <th scope="col">Found</th>
          </tr>
        </thead>
        <tbody>
          {handoff.sessions.map((session) => {
            const state = states.get(session.session);
            return (
              <tr data-session={session.session} data-scanned={state?.scanned ? "yes" : "no"}>
                <td>
                  <Day at={session.opened} />
                </td>
                <td>
                  <a href={`${at}/review/${session.session}`}>{session.title || session.subject}</a>{" "}
                  <span class="soft machine">{session.endpointName}</span>
                </td>
                <td>{state?.scanned ? <Moment at={state.scanned} /> : <span class="chip bad">Not yet</span>}</td>
                <td>
                  {state?.scanned == null ? (
                    ""
                  ) : state.open > 0 ? (
                    <span class="chip hid">
                      {state.open} of {state.findings} open
                    </span>
                  ) : (
                    <span class="soft">{state.findings === 0 ? "nothing" : `${state.findings}, all decided`}</span>
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {open ? <Settings at={at} scan={scan} /> : null}
    </HandoffFrame>
  );
}

/** All that is open of a kind can be decided at once. */
function Kinds({ at, kinds, open }: { at: string; kinds: readonly OpenKind[]; open: boolean }) {
  return (
    <section aria-labelledby="kinds">
      <h2 id="kinds">What was found</h2>
      <p class="soft">
        Decide here about all that is open of a kind, or one by one in the review of each session. A masked part becomes a name such
        as [person 1], the same one wherever the same thing stood. Whoever keeps something says why; the reason stays in your
        records.
      </p>
      <ul class="plain-list kinds">
        {kinds.map(({ kind, count, finding }) => (
          <li>
            <span>
              <b>{FOUND[kind]}</b> <span class={`chip ${isSecret(kind) ? "bad" : "hid"}`}>{count} open</span>
            </span>
            {open ? (
              <form method="post" action={`${at}/decisions`} class="decide" data-many={count}>
                <input type="hidden" name="finding" value={finding} />
                <input type="hidden" name="scope" value="kind" />
                <input type="hidden" name="back" value="scan" />
                <button type="submit" name="decision" value="mask" class="second">
                  Mask all
                </button>
                <button type="submit" name="decision" value="redact" class="danger">
                  Hide all these lines
                </button>
                {isSecret(kind) ? null : (
                  <>
                    <label>
                      <span class="sr">Keep all, because</span>
                      <input name="because" maxlength={500} autocomplete="off" placeholder="Why all of it can stay" />
                    </label>
                    <button type="submit" name="decision" value="keep" class="second">
                      Keep all
                    </button>
                  </>
                )}
              </form>
            ) : null}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Settings({ at, scan }: { at: string; scan: ScanView }) {
  const { terms } = scan;
  const { accounts, privateAddresses } = scan.settings;
  return (
    <details class="act">
      <summary>What is looked for</summary>
      <form method="post" action={`${at}/scan`} class="stack">
        <p class="soft">
          Always: passwords as they are typed and printed, private keys, keys and tokens of services, addresses with passwords;
          e-mail addresses, telephone numbers, payment cards, bank accounts (IBAN), national numbers, dates of birth, names of those
          who took part.
        </p>
        <label>
          Words of this client, one a line: projects, people, products. They are looked for in all handoffs of this client
          <textarea name="terms" rows={4}>
            {terms.join("\n")}
          </textarea>
        </label>
        <label class="check">
          <input type="checkbox" name="accounts" checked={accounts} /> Names of accounts, such as ACME\jane or C:\Users\jane
        </label>
        <label class="check">
          <input type="checkbox" name="privateAddresses" checked={privateAddresses} /> Addresses within the network, such as
          192.168.1.20
        </label>
        <button type="submit" class="second">
          Save, and look again
        </button>
      </form>
    </details>
  );
}
