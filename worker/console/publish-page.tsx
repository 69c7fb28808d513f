import type { AccessView, ReceiptView } from "../link-schema.ts";
import type { HandoffView } from "../schema.ts";
import { mailto } from "./email.ts";
import { HandoffFrame, isOpen } from "./handoff-frame.tsx";
import type { FreshLink } from "./link-routes.tsx";
import { Accesses, LinkTable, Receipts } from "./link-table.tsx";
import type { PageProps } from "./page.tsx";
import { Moment } from "./time.tsx";
import { byteSize, counted } from "./words.ts";

export interface PublishPageProps {
  user: PageProps["user"] & {};
  handoff: HandoffView;
  mayPublish: boolean;
  accesses: readonly AccessView[];
  receipts: readonly ReceiptView[];
  fresh: FreshLink | undefined;
}

/** Last step: the package, and who gets a link to it. */
export function PublishPage(props: PublishPageProps) {
  const { user, handoff, fresh } = props;
  const waiting = handoff.state === "generating" && handoff.generation?.failure === null;
  return (
    <HandoffFrame user={user} handoff={handoff} step="publish" title="Publish" {...(waiting ? { refresh: 2 } : {})}>
      {fresh === undefined ? null : (
        <section class="fresh" aria-labelledby="fresh">
          <h2 id="fresh">The link for {fresh.name}</h2>
          <p>Copy it now: it is not kept here and can't be shown again.</p>
          <pre class="copy" tabindex={0}>
            {fresh.url}
          </pre>
          {fresh.passcode === undefined ? null : (
            <p>
              Passcode: <code translate="no">{fresh.passcode}</code> Tell it by another way than the link.
            </p>
          )}
          <Email at={`/handoffs/${handoff.handoff}`} fresh={fresh} />
        </section>
      )}
      {isOpen(handoff) ? <Ready {...props} /> : null}
      {handoff.state === "generating" ? <Making handoff={handoff} /> : null}
      {handoff.package === null ? null : <Made {...props} made={handoff.package} />}
    </HandoffFrame>
  );
}

function Ready({ handoff, mayPublish }: PublishPageProps) {
  const open = handoff.sessions.filter(({ reviewed }) => reviewed === null).length;
  const ready = handoff.sessions.length > 0 && open === 0 && handoff.scan.open === 0 && handoff.period !== null;
  return (
    <>
      <ul>
        <li>{counted(handoff.sessions.length, "session")}</li>
        <li>{counted(handoff.redactions.length, "hidden line")}</li>
        <li>{handoff.letter.trim() === "" ? "No letter" : "A letter"}</li>
      </ul>
      {handoff.sessions.length === 0 ? <p class="problem">No session is selected yet.</p> : null}
      {open > 0 ? <p class="problem">{counted(open, "session")} must be reviewed first.</p> : null}
      {handoff.scan.open > 0 ? (
        <p class="problem">
          {counted(handoff.scan.open, "finding")} of the scanner must be decided first.{" "}
          <a href={`/handoffs/${handoff.handoff}/scan`}>See them</a>
        </p>
      ) : null}
      {handoff.scan.unscanned > 0 && handoff.sessions.length > 0 ? (
        <p class="problem">
          {counted(handoff.scan.unscanned, "session was", "sessions were")} not looked through for passwords and personal data.{" "}
          <a href={`/handoffs/${handoff.handoff}/scan`}>Scan now</a>
        </p>
      ) : null}
      {mayPublish ? (
        <form method="post" action={`/handoffs/${handoff.handoff}/publish`} class="inline-form">
          <label>
            Recipient
            <input name="recipient" required maxlength={200} value={handoff.recipient} />
          </label>
          <label>
            Available for (days)
            <input name="days" type="number" min="1" max="366" value="30" required />
          </label>
          <button type="submit" disabled={!ready}>
            Publish
          </button>
        </form>
      ) : (
        <p class="soft">You may prepare handoffs, but not publish them. An administrator can.</p>
      )}
    </>
  );
}

function Making({ handoff }: { handoff: HandoffView }) {
  const { generation } = handoff;
  if (generation?.failure) return <p class="problem">The package could not be made: {generation.failure}</p>;
  return (
    <p role="status">
      The package is being made
      {generation ? `: ${counted(generation.files, "file")}, ${byteSize(generation.bytes)} so far` : ""}. This page follows by
      itself.
    </p>
  );
}

function Made({ handoff, made, mayPublish, accesses, receipts }: PublishPageProps & { made: NonNullable<HandoffView["package"]> }) {
  const at = `/handoffs/${handoff.handoff}`;
  const published = handoff.state === "published";
  return (
    <>
      <h2>Package</h2>
      <dl>
        <dt>Made</dt>
        <dd>
          <Moment at={made.created} />
        </dd>
        <dt>Size</dt>
        <dd>
          {byteSize(made.bytes)}, {counted(made.files, "file")}
        </dd>
        <dt>SHA-256</dt>
        <dd class="mono">{made.sha256}</dd>
      </dl>
      {published && mayPublish ? (
        <p>
          <a class="button" href={`/api/handoffs/${handoff.handoff}/package`}>
            Download the ZIP
          </a>
        </p>
      ) : null}
      <h2>Links</h2>
      {handoff.links.length === 0 ? (
        <p class="empty">No link was made.</p>
      ) : (
        <LinkTable at={at} links={handoff.links} open={published && mayPublish} />
      )}
      {published && mayPublish ? (
        <>
          <form method="post" action={`${at}/links`} class="inline-form">
            <label>
              For whom
              <input name="name" required maxlength={200} value={handoff.recipient} />
            </label>
            <label>
              Days
              <input name="days" type="number" min="1" max="366" value="30" required />
            </label>
            <label>
              Passcode, if wanted
              <input name="passcode" minlength={6} maxlength={200} autocomplete="off" />
            </label>
            <label>
              May be opened (times)
              <input name="opens" type="number" min="1" max="10000" placeholder="any number" />
            </label>
            <button type="submit">Make a link</button>
          </form>
          <details class="act">
            <summary>Revoke</summary>
            <form method="post" action={`${at}/revoke`}>
              <p>
                Every link stops working, and the package is deleted here. Copies that were downloaded stay with whoever has them.
              </p>
              <button type="submit" class="danger">
                Revoke this handoff
              </button>
            </form>
          </details>
        </>
      ) : null}
      <h2>Confirmed by the recipient</h2>
      <Receipts at={at} receipts={receipts} />
      <h2>Who opened it</h2>
      <Accesses accesses={accesses} names={new Map(handoff.links.map(({ link, name }) => [link, name]))} />
    </>
  );
}

/** A draft of the e-mail, to be changed, copied, opened in a mail program, or taken as a file. */
function Email({ at, fresh }: { at: string; fresh: FreshLink }) {
  const { subject, body } = fresh.email;
  return (
    <form method="post" action={`${at}/email`} class="stack">
      <h3>E-mail to send with it</h3>
      <label>
        Subject
        <input name="subject" value={subject} maxlength={200} />
      </label>
      <label>
        Text
        <textarea name="body" rows={16}>
          {body}
        </textarea>
      </label>
      <p class="buttons">
        <a class="button" href={mailto(fresh.email)}>
          Open in the mail program
        </a>
        <button type="submit" class="second">
          Save as a file (.eml)
        </button>
      </p>
    </form>
  );
}
