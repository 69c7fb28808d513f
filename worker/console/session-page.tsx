import type { SessionView } from "../schema.ts";
import { ClosingPanel, LivePanel } from "./live-panel.tsx";
import { Page, type PageProps } from "./page.tsx";
import { State, Tags } from "./sessions-table.tsx";
import { Moment } from "./time.tsx";
import { type ShownEntry, TranscriptItems } from "./transcript.tsx";
import { counted } from "./words.ts";

export interface SessionPageProps {
  user: PageProps["user"] & {};
  session: SessionView;
  groupName: string;
  entries: readonly ShownEntry[];
  /** Number of the first entry shown. */
  from: number;
  /** How many entries there are. */
  size: number;
  may: { record: boolean; erase: boolean; unseal: boolean };
}

/** A session's record; while it is open, also what can be done in it. */
export function SessionPage({ user, session, groupName, entries, from, size, may }: SessionPageProps) {
  const open = session.state === "open";
  const names = new Map(session.participants.map(({ participant, name }) => [participant, name]));
  const end = from + entries.length;
  return (
    <Page
      title={session.subject}
      user={user}
      crumbs={[
        { href: "/", text: "Clients" },
        { href: `/groups/${session.group}`, text: groupName },
      ]}
      scripts={session.state === "closed" ? [] : ["live"]}
    >
      <h1>{session.subject}</h1>
      <p class="facts">
        <State session={session} /> <a href={`/groups/${session.group}/endpoints/${session.endpoint}`}>{session.endpointName}</a>{" "}
        <span>{session.technician}</span> <Moment at={session.opened} />{" "}
        {open ? null : <span>{counted(session.commands, "command")}</span>} <Tags tags={session.tags} />
        {open && may.record ? <a href="#live-title">To where commands are run</a> : null}
      </p>
      <Witness session={session} />
      {may.record ? <TagsForm session={session} /> : null}
      {from > 0 ? (
        <p>
          <a href={`/sessions/${session.session}`}>From the beginning</a>
        </p>
      ) : null}
      <ol class="transcript" id="transcript" data-session={session.session} data-state={session.state} data-next={end}>
        <TranscriptItems entries={entries} names={names} />
      </ol>
      {end < size ? (
        <p id="later">
          <a href={`/sessions/${session.session}?from=${end}`}>Entries {end} and later</a>
        </p>
      ) : null}
      {open ? <LivePanel session={session} mayRecord={may.record} /> : null}
      {session.state === "closing" ? <ClosingPanel /> : null}
      {session.state === "closed" ? <Afterwards session={session} may={may} /> : null}
    </Page>
  );
}

/** What vouches for this record, in one sentence. */
function Witness({ session }: { session: SessionView }) {
  if (session.disagreement !== null) {
    return (
      <p class="problem">
        The machine's own record differs from entry {session.disagreement.seq} on ({session.disagreement.reason}). It refused to
        witness this session.
      </p>
    );
  }
  if (session.state !== "closed") return null;
  if (session.witnessed === null)
    return <p class="soft">The machine has not witnessed this record: only your server vouches for it.</p>;
  return (
    <p class="soft">
      Witnessed by the machine <Moment at={session.witnessed} />: it recomputed the record from its own copy and signed it.
    </p>
  );
}

/** What can still be done with a closed record. */
function Afterwards({ session, may }: Pick<SessionPageProps, "session" | "may">) {
  if (!may.erase && !may.unseal) return null;
  return (
    <section aria-labelledby="afterwards">
      <h2 id="afterwards">Afterwards</h2>
      {may.erase ? (
        <p>
          <a href={`/sessions/${session.session}/erase`}>Erase lines of this session</a>{" "}
          <span class="soft">for good, with a reason, for instance when a person has a right to it.</span>
        </p>
      ) : null}
      {may.unseal ? (
        <p>
          Revealing a hidden line: nothing is hidden here, only in packages. When a recipient needs a line that a package hides,{" "}
          <code>npm run unseal -- PACKAGE</code> takes it from this record, with your reason, and makes a small file of it. The file
          proves itself against the package that they already have.
        </p>
      ) : null}
    </section>
  );
}

function TagsForm({ session }: { session: SessionView }) {
  return (
    <details class="act">
      <summary>Tags</summary>
      <form method="post" action={`/sessions/${session.session}/tags`} class="inline-form">
        <label>
          Tags, with commas between them
          <input name="tags" value={session.tags.join(", ")} maxlength={800} autocomplete="off" />
        </label>
        <button type="submit" class="second">
          Save tags
        </button>
      </form>
    </details>
  );
}
