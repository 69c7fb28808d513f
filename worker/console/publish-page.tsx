import type { LinkView } from "../link-schema.ts";
import type { HandoffView } from "../schema.ts";
import { HandoffFrame, isOpen } from "./handoff-frame.tsx";
import type { PageProps } from "./page.tsx";
import { Moment } from "./time.tsx";
import { byteSize, counted } from "./words.ts";

export interface PublishPageProps {
  user: PageProps["user"] & {};
  handoff: HandoffView;
  mayPublish: boolean;
  /** A link that was just made: its secret is known to nobody afterwards. */
  fresh: { name: string; url: string } | undefined;
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

function Made({ handoff, made, mayPublish }: PublishPageProps & { made: NonNullable<HandoffView["package"]> }) {
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
      {handoff.links.length === 0 ? <p class="empty">No link was made.</p> : <Links links={handoff.links} />}
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
    </>
  );
}

function Links({ links }: { links: readonly LinkView[] }) {
  return (
    <table class="rows">
      <thead>
        <tr>
          <th scope="col">For</th>
          <th scope="col">Works until</th>
          <th scope="col">Opened</th>
        </tr>
      </thead>
      <tbody>
        {links.map((link) => (
          <tr>
            <td>{link.name}</td>
            <td>
              <Moment at={link.expires} />
            </td>
            <td>
              {link.lastOpened === null ? (
                <span class="soft">not yet</span>
              ) : (
                <>
                  {counted(link.opens, "time")}, last <Moment at={link.lastOpened} />
                </>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
