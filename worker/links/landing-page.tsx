import { Day, Moment } from "../console/time.tsx";
import { byteSize, counted } from "../console/words.ts";
import type { Landing } from "../objects/handoff/door.ts";
import { LinkPage } from "./page.tsx";

/** First page of a link: what this is, from whom, and the three things to do with it. */
export function LandingPage({ landing }: { landing: Landing }) {
  const { organization, group, recipient, period, expires, receipts } = landing;
  return (
    <LinkPage title={`Handoff of ${group}`}>
      <p>
        {organization} hands over to {recipient} what it recorded of its work on the machines of {group}: commands, their output,
        who approved them, and what was said. What is left out or hidden is stated in it.
      </p>
      <p class="acts">
        <a class="button" href="data/index.html">
          Read it here
        </a>
        <a class="button second" href="package.zip" download>
          Download it ({byteSize(landing.package.bytes)})
        </a>
        <a class="button second" href="receipt">
          Confirm receipt
        </a>
      </p>
      <dl>
        {period === null ? null : (
          <>
            <dt>Period</dt>
            <dd>
              <Day at={period.from} /> to <Day at={period.to} />
            </dd>
          </>
        )}
        <dt>Made</dt>
        <dd>
          <Moment at={landing.package.created} />, {counted(landing.package.files, "file")}
        </dd>
        <dt>This link works until</dt>
        <dd>
          <Moment at={expires} />
        </dd>
        {receipts.length === 0 ? null : (
          <>
            <dt>Receipt confirmed</dt>
            <dd>
              {receipts.map(({ at, name, company }) => (
                <>
                  <Moment at={at} /> by {name}, {company}
                  <br />
                </>
              ))}
            </dd>
          </>
        )}
        <dt>SHA-256 of the ZIP</dt>
        <dd class="mono">{landing.package.sha256}</dd>
      </dl>
      <p class="soft">
        Download the package if you want to keep it: this link ends, the ZIP does not. It opens without a network, and anyone can
        check that nothing in it was changed: <a href="/verify">check a package</a>. The keys of those who sign here are{" "}
        <a href="/.well-known/caisey/allowed_signers">published</a>.
      </p>
      <p class="soft">
        {organization} keeps a list of what is opened and fetched through this link: the time, how much, the country, and the
        network, without the last part of its address.
      </p>
    </LinkPage>
  );
}
