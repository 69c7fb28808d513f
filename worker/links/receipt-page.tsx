import { Moment } from "../console/time.tsx";
import type { ReceiptWords } from "../link-schema.ts";
import type { Landing } from "../objects/handoff/door.ts";
import { LinkPage } from "./page.tsx";

export interface ReceiptPageProps {
  landing: Landing;
  /** What was sent and could not be taken, and why. */
  refused?: { words: ReceiptWords; problem: string };
}

const STATEMENT = "We have received this package and can open it.";

/** Where a recipient says that they have the package, and gets that signed by whoever handed it over. */
export function ReceiptPage({ landing, refused }: ReceiptPageProps) {
  const { organization, group, recipient, receipts } = landing;
  const words = refused?.words ?? { name: "", company: recipient, statement: STATEMENT };
  return (
    <LinkPage title={receipts.length === 0 ? "Confirm receipt" : "Receipt is confirmed"}>
      {receipts.length === 0 ? (
        <p>
          You tell {organization} that the handoff of {group} has reached you. What you write is kept with the handoff, and you get
          it back with the signature of {organization}: a receipt for both sides. It says no more than what you write, and agrees to
          nothing else.
        </p>
      ) : (
        <p>
          {organization} has been told that the handoff of {group} was received, and has signed the confirmation. Keep both files,
          the receipt and its signature: this link ends, they do not.
        </p>
      )}
      {receipts.map(({ receipt, at, name, company, statement }) => (
        <section class="receipt" id={receipt} aria-label={`Receipt by ${name}`}>
          <p>
            <b>
              {name}, {company}
            </b>
            <br />
            <Moment at={at} />
          </p>
          <p class="said">{statement}</p>
          <p>
            <a href={`receipts/${receipt}.json`} download>
              Receipt
            </a>{" "}
            and its{" "}
            <a href={`receipts/${receipt}.json.sig`} download>
              signature
            </a>
          </p>
        </section>
      ))}
      {receipts.length === 0 ? null : (
        <details>
          <summary>How to check a receipt</summary>
          <p>
            With the <a href="/.well-known/caisey/allowed_signers">keys that are published here</a>, saved as allowed_signers, and
            the tool of OpenSSH that most computers have; the key's name stands in the receipt as "key", up to the first +:
          </p>
          <pre tabindex={0}>
            ssh-keygen -Y verify -f allowed_signers -I KEY-NAME -n caisey-receipt -s RECEIPT.json.sig &lt; RECEIPT.json
          </pre>
        </details>
      )}
      <h2>{receipts.length === 0 ? "Your confirmation" : "Confirm for somebody else"}</h2>
      {refused === undefined ? null : (
        <p class="problem" role="alert">
          {refused.problem}
        </p>
      )}
      <form method="post" action="receipt">
        <label>
          Your name
          <input name="name" required maxlength={200} value={words.name} autocomplete="name" />
        </label>
        <label>
          Company
          <input name="company" required maxlength={200} value={words.company} autocomplete="organization" />
        </label>
        <label>
          What you confirm
          <textarea name="statement" required maxlength={4000} rows={4}>
            {words.statement}
          </textarea>
        </label>
        <button type="submit">Confirm receipt</button>
      </form>
      <p>
        <a href="./">Back to the handoff</a>
      </p>
    </LinkPage>
  );
}
