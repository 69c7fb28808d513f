import type { AccessView, LinkView, ReceiptView } from "../link-schema.ts";
import { Term } from "./term.tsx";
import { Moment } from "./time.tsx";
import { byteSize, counted } from "./words.ts";

export interface LinkTableProps {
  at: string;
  links: readonly LinkView[];
  /** Whether there is still a package that they lead to. */
  works: boolean;
  /** Whether they can be changed, by whoever looks at it. */
  open: boolean;
}

/** Links to a package: what they ask for, how they are used, and what can be changed about them. */
export function LinkTable({ at, links, works, open }: LinkTableProps) {
  return (
    <table class="rows">
      <thead>
        <tr>
          <th scope="col">For</th>
          <th scope="col">Works until</th>
          <th scope="col">Asks for</th>
          <th scope="col">Opened</th>
          {open ? <th scope="col">Change</th> : null}
        </tr>
      </thead>
      <tbody>
        {links.map((link) => (
          <tr>
            <td>{link.name}</td>
            <td>
              <End link={link} works={works} />
            </td>
            <td>
              {link.passcode ? "a passcode" : <span class="soft">nothing</span>}
              {link.wrongPasscodes > 0 ? <span class="chip bad">{counted(link.wrongPasscodes, "wrong passcode")}</span> : null}
            </td>
            <td>
              {link.lastOpened === null ? (
                <span class="soft">not yet</span>
              ) : (
                <>
                  {counted(link.opens, "time")}, last <Moment at={link.lastOpened} />
                </>
              )}
              {link.limit === null ? null : <span class="soft"> of at most {link.limit}</span>}
            </td>
            {open ? <td>{link.revoked === null ? <Change at={at} link={link} /> : null}</td> : null}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function End({ link, works }: { link: LinkView; works: boolean }) {
  if (link.revoked !== null) {
    return (
      <span class="chip bad">
        Revoked <Moment at={link.revoked} />
      </span>
    );
  }
  return works ? <Moment at={link.expires} /> : <span class="soft">no longer</span>;
}

function Change({ at, link }: { at: string; link: LinkView }) {
  return (
    <details class="act">
      <summary>
        Change<span class="sr"> the link for {link.name}</span>
      </summary>
      <form method="post" action={`${at}/links/${link.link}/extend`} class="inline-form">
        <Term label="From now on" />
        <button type="submit" class="second">
          Extend
        </button>
      </form>
      <form method="post" action={`${at}/links/${link.link}/revoke`}>
        <button type="submit" class="danger">
          Revoke this link
        </button>
      </form>
    </details>
  );
}

/** What the recipient confirmed. Nobody checked who it was, and the words say so. */
export function Receipts({ at, receipts }: { at: string; receipts: readonly ReceiptView[] }) {
  if (receipts.length === 0) return <p class="empty">Nobody has confirmed that it arrived.</p>;
  return (
    <ul class="plain-list">
      {receipts.map((one) => (
        <li>
          <b>{one.name}</b>, {one.company}, <Moment at={one.at} /> <span class="soft">by the link for {one.link}</span>
          <br />
          <span translate="no">{one.statement}</span>{" "}
          <a href={`/api${at}/receipts/${one.receipt}`} download>
            Signed receipt
          </a>
        </li>
      ))}
    </ul>
  );
}

/** A file of the package, or what was sent by a form. */
function Fetched({ access: { path, status } }: { access: AccessView }) {
  const isRefused = status >= 400;
  if (path === "passcode") return isRefused ? <span class="chip bad">wrong passcode</span> : <>the passcode, rightly</>;
  if (path === "receipt") return <>confirmed receipt</>;
  return (
    <>
      <span class="mono">{path}</span> {isRefused ? <span class="chip bad">refused ({status})</span> : null}
    </>
  );
}

/** Who fetched what, the newest first. */
export function Accesses({ accesses, names }: { accesses: readonly AccessView[]; names: ReadonlyMap<string, string> }) {
  if (accesses.length === 0) return <p class="empty">Nobody has opened a link.</p>;
  return (
    <table class="rows">
      <thead>
        <tr>
          <th scope="col">When</th>
          <th scope="col">Link</th>
          <th scope="col">What</th>
          <th scope="col">From</th>
          <th scope="col">Sent</th>
        </tr>
      </thead>
      <tbody>
        {accesses.map((one) => (
          <tr>
            <td>
              <Moment at={one.at} />
            </td>
            <td>{names.get(one.link) ?? one.link}</td>
            <td>
              <Fetched access={one} />
            </td>
            <td>
              {one.from ?? <span class="soft">unknown</span>} {one.country ?? ""}
            </td>
            <td>{byteSize(one.bytes)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
