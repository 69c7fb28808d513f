import type { ErasureView, SessionView } from "../schema.ts";
import { Page, type PageProps } from "./page.tsx";
import { type ShownEntry, TranscriptItems } from "./transcript.tsx";
import { counted } from "./words.ts";

interface Props {
  user: PageProps["user"] & {};
  session: SessionView;
  groupName: string;
}

function crumbs({ session, groupName }: Pick<Props, "session" | "groupName">) {
  return [
    { href: "/", text: "Clients" },
    { href: `/groups/${session.group}`, text: groupName },
    { href: `/sessions/${session.session}`, text: session.subject },
  ];
}

export interface ErasePageProps extends Props {
  entries: readonly ShownEntry[];
  /** Number of the first entry shown. */
  from: number;
  size: number;
}

/** Lines of a closed session are chosen here, to be erased for good. */
export function ErasePage({ user, session, groupName, entries, from, size }: ErasePageProps) {
  const names = new Map(session.participants.map(({ participant, name }) => [participant, name]));
  const at = `/sessions/${session.session}/erase`;
  const end = from + entries.length;
  return (
    <Page title="Erase lines" user={user} crumbs={crumbs({ session, groupName })} scripts={["erase"]}>
      <h1>Erase lines</h1>
      <p class="caution">
        What is erased is gone for good, from this record, from search, and from handoffs that are not published yet. The record
        keeps that lines were there, who had them erased and why, and still verifies. Packages that were published before keep
        theirs until they are revoked.
      </p>
      <p>
        To keep a line from the next MSP only, hide it when you review the handoff: a hidden line can be revealed later, an erased
        one can't.
      </p>
      <ol class="transcript picking" id="transcript">
        <TranscriptItems entries={entries} names={names} pick />
      </ol>
      {from > 0 ? (
        <p>
          <a href={at}>From the beginning</a>
        </p>
      ) : null}
      {end < size ? (
        <p>
          <a href={`${at}?from=${end}`}>Entries {end} and later</a>
        </p>
      ) : null}
      <form method="post" action={at} class="hide-form" id="erase-form">
        <fieldset>
          <legend>Lines to erase: choose them above, or type where they are</legend>
          <label>
            Entry
            <input name="seq" inputmode="numeric" pattern="\d+" required size={5} />
          </label>
          <label>
            Part
            <input name="field" required size={9} autocomplete="off" />
          </label>
          <label>
            Lines, with commas
            <input name="lines" pattern="\d+(\s*,\s*\d+)*" required size={9} autocomplete="off" />
          </label>
          <label class="grow">
            Reason, for the audit trail
            <input name="reason" required maxlength={2000} autocomplete="off" />
          </label>
          <label class="check">
            <input type="checkbox" name="sure" value="yes" required /> Erase for good
          </label>
          <button type="submit" class="danger">
            Erase
          </button>
        </fieldset>
      </form>
    </Page>
  );
}

/** What was erased, and which packages still have it. */
export function ErasedPage({ user, session, groupName, erasure }: Props & { erasure: ErasureView }) {
  const lines = erasure.erased.reduce((sum, place) => sum + place.lines.length, 0);
  return (
    <Page title="Erased" user={user} crumbs={crumbs({ session, groupName })}>
      <h1>Erased</h1>
      <p>{counted(lines, "line is", "lines are")} gone from this session. The audit trail has your reason.</p>
      {erasure.published.length === 0 ? (
        <p>No package that can still be opened has this session.</p>
      ) : (
        <>
          <p class="problem">
            {counted(erasure.published.length, "published package still has", "published packages still have")} what was erased.
            Revoke or replace:
          </p>
          <ul>
            {erasure.published.map((handoff) => (
              <li>
                <a href={`/handoffs/${handoff}`}>{handoff}</a>
              </li>
            ))}
          </ul>
        </>
      )}
      <p class="soft">
        It may still stand in the journal of the machine that it came from, until that machine's agent is removed, and in
        Cloudflare's own point-in-time recovery for 30 days.
      </p>
      <p>
        <a href={`/sessions/${session.session}`}>Back to the session</a>
      </p>
    </Page>
  );
}
