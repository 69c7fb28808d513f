import type { EndpointView } from "../schema.ts";
import { Moment } from "./time.tsx";

export interface MachinesTableProps {
  group: string;
  endpoints: readonly EndpointView[];
  may: { record: boolean; enrol: boolean };
}

/** Enrolled machines: whether they can be reached now, and what can be done with them. */
export function MachinesTable({ group, endpoints, may }: MachinesTableProps) {
  if (endpoints.length === 0) return <p class="empty">No machine is enrolled yet.</p>;
  return (
    <table class="rows">
      <thead>
        <tr>
          <th scope="col">Machine</th>
          <th scope="col">Presence</th>
          <th scope="col">
            <span class="sr">What you can do</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {endpoints.map((endpoint) => (
          <tr>
            <td>
              <a href={`/groups/${group}/endpoints/${endpoint.endpoint}`}>
                <b>{endpoint.name}</b>
              </a>{" "}
              <span class="soft">{endpoint.platform}</span>
            </td>
            <td>
              <Presence endpoint={endpoint} />
            </td>
            <td class="acts">
              <MachineActs group={group} endpoint={endpoint} may={may} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export interface MachineActsProps {
  group: string;
  endpoint: EndpointView;
  may: { record: boolean; enrol: boolean };
}

/** What can be done with a machine now. */
export function MachineActs({ group, endpoint, may }: MachineActsProps) {
  if (endpoint.removed !== null) return null;
  const at = `/groups/${group}/endpoints/${endpoint.endpoint}`;
  return (
    <>
      {may.record && endpoint.connected ? (
        <details class="act">
          <summary>Start a session</summary>
          <form method="post" action={`${at}/sessions`}>
            <label>
              What is it about?
              <input name="subject" required maxlength={200} autocomplete="off" />
            </label>
            <button type="submit">Start recording</button>
          </form>
        </details>
      ) : null}
      {may.enrol ? (
        <details class="act">
          <summary>Remove</summary>
          <form method="post" action={`${at}/remove`}>
            <p>{endpoint.name} will not be able to connect any more. Everything recorded on it stays.</p>
            <button type="submit" class="danger">
              Remove this machine
            </button>
          </form>
        </details>
      ) : null}
    </>
  );
}

/** Whether a machine can be reached now, or since when not. */
export function Presence({ endpoint }: { endpoint: EndpointView }) {
  if (endpoint.removed !== null) {
    return (
      <span class="soft">
        removed <Moment at={endpoint.removed} />
      </span>
    );
  }
  if (endpoint.connected) return <span class="chip live">Connected</span>;
  return (
    <span class="soft">
      {endpoint.lastSeen === null ? (
        "never connected"
      ) : (
        <>
          last seen <Moment at={endpoint.lastSeen} />
        </>
      )}
    </span>
  );
}
