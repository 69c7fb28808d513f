import { parseVerifierKey } from "../../record/key.ts";
import { sshFingerprint } from "../../record/sshsig.ts";
import type { EndpointView, GroupView, SessionRow } from "../schema.ts";
import { MachineActs, Presence } from "./machines-table.tsx";
import { Page, type PageProps } from "./page.tsx";
import { SessionsTable } from "./sessions-table.tsx";
import { Day, Moment } from "./time.tsx";
import { type ShownEntry, TranscriptItems } from "./transcript.tsx";

/** What a session recorded of a machine's state. */
export interface KnownContext {
  session: SessionRow;
  entries: readonly ShownEntry[];
}

export interface EndpointPageProps {
  user: PageProps["user"] & {};
  group: GroupView;
  endpoint: EndpointView;
  context: KnownContext | undefined;
  sessions: readonly SessionRow[];
  /** Address of the next page of sessions. */
  next: string | undefined;
  may: { record: boolean; enrol: boolean };
}

/** One machine. */
export function EndpointPage({ user, group, endpoint, context, sessions, next, may }: EndpointPageProps) {
  const { name, publicKey } = parseVerifierKey(endpoint.key);
  return (
    <Page
      title={endpoint.name}
      user={user}
      crumbs={[
        { href: "/", text: "Clients" },
        { href: `/groups/${group.group}`, text: group.name },
        { href: `/groups/${group.group}#machines`, text: "Machines" },
      ]}
    >
      <h1>{endpoint.name}</h1>
      <p class="facts">
        <Presence endpoint={endpoint} /> <span>{endpoint.platform}</span>
        <span class="soft">
          enrolled <Day at={endpoint.enrolled} />
        </span>
      </p>
      <MachineActs group={group.group} endpoint={endpoint} may={may} />

      <section aria-labelledby="context">
        <h2 id="context">As it was last recorded</h2>
        {context === undefined ? (
          <p class="empty">No session on this machine has recorded its state yet.</p>
        ) : (
          <>
            <p>
              <Day at={context.session.opened} />, in <a href={`/sessions/${context.session.session}`}>{context.session.subject}</a>
            </p>
            <ol class="transcript">
              <TranscriptItems entries={context.entries} names={new Map()} />
            </ol>
          </>
        )}
      </section>

      <section aria-labelledby="key">
        <h2 id="key">Key</h2>
        <p>
          This machine witnesses its sessions with a key that never leaves it. Compare the verifier key with what{" "}
          <code>npm run agent -- status</code> prints on the machine.
        </p>
        <dl>
          <dt>Name of the key</dt>
          <dd class="mono">{name}</dd>
          <dt>Fingerprint</dt>
          <dd class="mono">{sshFingerprint(publicKey)}</dd>
          <dt>Verifier key</dt>
          <dd class="mono">{endpoint.key}</dd>
          {endpoint.lastSeen === null ? null : (
            <>
              <dt>Last seen</dt>
              <dd>
                <Moment at={endpoint.lastSeen} />
              </dd>
            </>
          )}
        </dl>
      </section>

      <section aria-labelledby="sessions">
        <h2 id="sessions">Sessions</h2>
        {sessions.length === 0 ? <p class="empty">No session yet.</p> : <SessionsTable sessions={sessions} />}
        {next === undefined ? null : (
          <p>
            <a href={next}>Earlier sessions</a>
          </p>
        )}
      </section>
    </Page>
  );
}
