import type { AccessView, ReceiptView } from "../link-schema.ts";
import type { HandoffView } from "../schema.ts";
import { Copy, CopyButton } from "./copy.tsx";
import { mailto } from "./email.ts";
import { HandoffFrame, isOpen } from "./handoff-frame.tsx";
import type { FreshLink } from "./link-routes.tsx";
import { Accesses, LinkTable, Receipts } from "./link-table.tsx";
import { Making, Stamps } from "./making.tsx";
import type { PageUser } from "./page.tsx";
import { Term } from "./term.tsx";
import { Day, Moment } from "./time.tsx";
import { byteSize, counted, OMITTED } from "./words.ts";

export interface PublishPageProps {
  user: PageUser;
  handoff: HandoffView;
  mayPublish: boolean;
  mayPrepare: boolean;
  /** Of the organisation's key, as `ssh-keygen -l` prints it; null before it has one. */
  fingerprint: string | null;
  /** Undefined for those who may not see them. */
  accesses: readonly AccessView[] | undefined;
  receipts: readonly ReceiptView[] | undefined;
  fresh: FreshLink | undefined;
}

/** Last step: the package, and who gets a link to it. */
export function PublishPage(props: PublishPageProps) {
  const { user, handoff, fresh } = props;
  const waiting = handoff.state === "generating" && handoff.generation?.failure === null;
  return (
    <HandoffFrame
      user={user}
      handoff={handoff}
      step="publish"
      title="Publish"
      scripts={["copy", "email"]}
      {...(waiting ? { refresh: 2 } : {})}
    >
      {fresh === undefined ? null : (
        <section class="fresh" aria-labelledby="fresh">
          <h2 id="fresh">The link for {fresh.name}</h2>
          <p>Copy it now: it is not kept here and can't be shown again.</p>
          <Copy id="link" text={fresh.url} what="the link" />
          {fresh.passcode === undefined ? null : (
            <p>
              Passcode: <code translate="no">{fresh.passcode}</code> Tell it by another way than the link.
            </p>
          )}
          <Email at={`/handoffs/${handoff.handoff}`} fresh={fresh} />
        </section>
      )}
      {isOpen(handoff) ? <Ready {...props} /> : null}
      {handoff.state === "generating" ? <Making handoff={handoff} mayPublish={props.mayPublish} /> : null}
      {handoff.package === null ? null : <Made {...props} made={handoff.package} />}
    </HandoffFrame>
  );
}

function Ready({ handoff, mayPublish }: PublishPageProps) {
  const at = `/handoffs/${handoff.handoff}`;
  const blockers = blockersOf(handoff);
  const left = Object.values(handoff.omitted).reduce((sum, count) => sum + count, 0);
  const failure = handoff.generation?.failure ?? null;
  return (
    <>
      {failure === null ? null : (
        <p class="problem" role="alert">
          {failure}
        </p>
      )}
      {handoff.replaces === null ? null : (
        <p class="soft">
          A later version of <a href={`/handoffs/${handoff.replaces.handoff}`}>an earlier handoff</a>; its package will name that
          one's as replaced.
        </p>
      )}
      <dl>
        <dt>Period</dt>
        <dd>
          {handoff.period === null ? (
            "not chosen yet"
          ) : (
            <>
              <Day at={handoff.period.from} /> to <Day at={handoff.period.to} />
            </>
          )}
        </dd>
        <dt>In the package</dt>
        <dd>
          {counted(handoff.sessions.length, "session")}, {counted(handoff.redactions.length, "hidden line")},{" "}
          {handoff.letter.trim() === "" ? (
            <>
              no <a href={`${at}/notes`}>letter</a>
            </>
          ) : (
            "a letter"
          )}
        </dd>
        {left === 0 ? null : (
          <>
            <dt>Left out</dt>
            <dd>
              {Object.entries(handoff.omitted)
                .filter(([, count]) => count > 0)
                .map(([reason, count]) => `${counted(count, "session")} ${OMITTED[reason] ?? reason}`)
                .join(", ")}
            </dd>
          </>
        )}
      </dl>
      {handoff.sessions.length === 0 ? null : (
        <p>
          <a class="button second" href={`${at}/preview`}>
            Look at the pages as they will be
          </a>
        </p>
      )}
      {blockers.length === 0 ? null : (
        <div class="problem">
          <p>Before it can be published:</p>
          <ul class="blockers">
            {blockers.map(({ text, href, act }) => (
              <li>
                {text}. <a href={at + href}>{act}</a>
              </li>
            ))}
          </ul>
        </div>
      )}
      {mayPublish ? (
        <form method="post" action={`${at}/publish`} class="inline-form">
          <label>
            Recipient
            <input name="recipient" required maxlength={200} value={handoff.recipient} />
          </label>
          <Term label="Available for" />
          <button type="submit" disabled={blockers.length > 0}>
            {failure === null ? "Publish" : "Publish again"}
          </button>
          <p class="soft">Links, each with its own end and passcode, are made when the package is there.</p>
        </form>
      ) : (
        <p class="soft">You may prepare handoffs, but not publish them. An administrator can.</p>
      )}
    </>
  );
}

interface Blocker {
  text: string;
  href: string;
  act: string;
}

/** What the Worker would refuse to publish for, in the order in which it is to be done. */
function blockersOf({ sessions, period, scan, secondReview }: HandoffView): Blocker[] {
  if (sessions.length === 0 || period === null) return [{ text: "No session is selected yet", href: "/select", act: "Select" }];
  const open = sessions.filter(({ reviewed }) => reviewed === null).length;
  const second = secondReview ? sessions.filter(({ second }) => second === null).length : 0;
  const blockers: Blocker[] = [];
  if (scan.unscanned > 0) {
    const text = `${counted(scan.unscanned, "session was", "sessions were")} not looked through for passwords and personal data as it is set now`;
    blockers.push({ text, href: "/scan", act: "Scan" });
  }
  if (scan.open > 0) {
    blockers.push({ text: `${counted(scan.open, "finding")} of the scanner must be decided`, href: "/scan", act: "See them" });
  }
  if (open > 0) blockers.push({ text: `${counted(open, "session")} must be reviewed`, href: "/review", act: "Review" });
  if (second > 0) {
    blockers.push({ text: `${counted(second, "session")} must be reviewed by a second person`, href: "/review", act: "See which" });
  }
  return blockers;
}

function Made(props: PublishPageProps & { made: NonNullable<HandoffView["package"]> }) {
  const { handoff, made, mayPublish, mayPrepare, fingerprint: key, accesses, receipts } = props;
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
        <dd>
          <span class="mono" id="sha256">
            {made.sha256}
          </span>{" "}
          <CopyButton of="sha256" what="the SHA-256" />
        </dd>
        {key === null ? null : (
          <>
            <dt>Your key</dt>
            <dd>
              <span class="mono" id="fingerprint">
                {key}
              </span>{" "}
              <span class="soft">the fingerprint that recipients compare</span>{" "}
              <CopyButton of="fingerprint" what="the fingerprint" />
            </dd>
          </>
        )}
        {handoff.expires === null ? null : (
          <>
            <dt>{published ? "There until" : handoff.state === "revoked" ? "Was to be there until" : "Was there until"}</dt>
            <dd>
              <Moment at={handoff.expires} />
            </dd>
          </>
        )}
        <Stamps stamps={handoff.stamps} />
      </dl>
      {published && mayPublish ? (
        <p>
          <a class={handoff.links.length === 0 ? "button second" : "button"} href={`/api/handoffs/${handoff.handoff}/package`}>
            Download the ZIP
          </a>
        </p>
      ) : null}
      <After handoff={handoff} mayPublish={mayPublish} mayPrepare={mayPrepare} />
      <h2>Links</h2>
      {handoff.links.length === 0 ? (
        <p class="empty">
          {published && mayPublish
            ? "None yet. Make one for each recipient: you see who opened it, and can end it alone."
            : "No link was made."}
        </p>
      ) : (
        <LinkTable at={at} links={handoff.links} works={published} open={published && mayPublish} />
      )}
      {published && mayPublish ? (
        <>
          <form method="post" action={`${at}/links`} class="inline-form">
            <label>
              For whom
              <input name="name" required maxlength={200} value={handoff.recipient} />
            </label>
            <Term label="Works for" />
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
      {receipts === undefined ? null : (
        <>
          <h2>Confirmed by the recipient</h2>
          <Receipts at={at} receipts={receipts} />
        </>
      )}
      {accesses === undefined ? null : (
        <>
          <h2>Who opened it</h2>
          <Accesses accesses={accesses} names={new Map(handoff.links.map(({ link, name }) => [link, name]))} />
        </>
      )}
    </>
  );
}

/** What can be done with a package that is made: the same once more after its end, or a later version in its place. */
function After({ handoff, mayPublish, mayPrepare }: { handoff: HandoffView; mayPublish: boolean; mayPrepare: boolean }) {
  const at = `/handoffs/${handoff.handoff}`;
  const isOver = handoff.state === "expired";
  return (
    <>
      {handoff.generation?.failure ? (
        <p class="problem" role="alert">
          {handoff.generation.failure}
        </p>
      ) : null}
      {handoff.replacedBy === null ? null : (
        <p class="caution">
          A <a href={`/handoffs/${handoff.replacedBy}`}>later version</a> was begun. This one's links work until they end or are
          revoked.
        </p>
      )}
      {isOver && mayPublish ? (
        <form method="post" action={`${at}/publish`} class="inline-form">
          <p>It has expired and was deleted here. The same package can be made again, with the same bytes.</p>
          <input type="hidden" name="recipient" value={handoff.recipient} />
          <Term label="Available for" />
          <button type="submit">Make it again</button>
        </form>
      ) : null}
      {mayPrepare && handoff.replacedBy === null && handoff.state !== "generating" ? (
        <details class="act">
          <summary>Replace it by a later version</summary>
          <form method="post" action={`${at}/replace`}>
            <p>
              A new handoff begins with everything that this one says: selection, decisions, hidden lines, notes. Its package names
              this one as replaced. Links to this one go on until you revoke them.
            </p>
            <button type="submit" class="second">
              Begin a later version
            </button>
          </form>
        </details>
      ) : null}
    </>
  );
}

/** A draft of the e-mail, to be changed, copied, opened in a mail program, or taken as a file. */
function Email({ at, fresh }: { at: string; fresh: FreshLink }) {
  const { subject, body } = fresh.email;
  return (
    <form method="post" action={`${at}/email`} class="stack" data-file>
      <h3>E-mail to send with it</h3>
      <label>
        Subject
        <input name="subject" value={subject} maxlength={200} />
      </label>
      <label>
        Text
        <textarea name="body" id="email-text" rows={16}>
          {body}
        </textarea>
      </label>
      <div class="buttons">
        <a class="button" href={mailto(fresh.email)} data-mail>
          Open in the mail program
        </a>
        <button type="submit" class="second">
          Save as a file (.eml)
        </button>
        <CopyButton of="email-text" what="the e-mail">
          Copy the text
        </CopyButton>
      </div>
    </form>
  );
}
