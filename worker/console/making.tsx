import type { GenerationPhase, GenerationView, HandoffView, StampView } from "../schema.ts";
import { Moment } from "./time.tsx";
import { byteSize, counted } from "./words.ts";

const PHASES: readonly [GenerationPhase, string][] = [
  ["gathering", "Gathering what is in the sessions"],
  ["stamping", "Asking for a time stamp"],
  ["writing", "Writing pages and records"],
  ["storing", "Storing the package"],
];

/** Codes of what a generation waits for, in plain words. */
function waitingFor(code: string): string {
  return code === "timestamp/pending" ? "The time-stamping authority did not answer yet" : `Something went wrong (${code})`;
}

/** How the package is getting on, and how to give it up. */
export function Making({ handoff, mayPublish }: { handoff: HandoffView; mayPublish: boolean }) {
  const { generation } = handoff;
  return (
    <section aria-labelledby="making">
      <h2 id="making">The package is being made</h2>
      {generation === null ? null : <Phases generation={generation} />}
      <p class="soft">This page follows by itself; you may leave it. Nothing can be changed meanwhile.</p>
      {mayPublish ? (
        <form method="post" action={`/handoffs/${handoff.handoff}/cancel`}>
          <button type="submit" class="second">
            Cancel
          </button>
        </form>
      ) : null}
    </section>
  );
}

function Phases({ generation }: { generation: GenerationView }) {
  const { phase, sessions, files, bytes, code, retry } = generation;
  const at = PHASES.findIndex(([name]) => name === phase);
  return (
    <>
      <ol class="phases">
        {PHASES.map(([name, text], i) => (
          <li class={i < at ? "done" : ""} aria-current={name === phase ? "step" : undefined}>
            {text}
            {i < at ? <span class="sr">, done</span> : null}
          </li>
        ))}
      </ol>
      <progress max={Math.max(1, sessions.total)} value={sessions.done} aria-label="Sessions done in this step"></progress>
      <p role="status">
        {sessions.done} of {counted(sessions.total, "session")}, {counted(files, "file")}, {byteSize(bytes)}
        {code === null || retry === null ? null : (
          <>
            . {waitingFor(code)}; it is tried again at <Moment at={retry} />
          </>
        )}
      </p>
    </>
  );
}

/** Time stamps of a package, where an authority was asked. */
export function Stamps({ stamps }: { stamps: HandoffView["stamps"] }) {
  const all = [
    ["The client's log", stamps.group],
    ["The package", stamps.package],
  ] as const;
  if (all.every(([, stamp]) => stamp === null)) return null;
  return (
    <>
      <dt>Time stamps</dt>
      <dd>
        {all.map(([of, stamp]) =>
          stamp === null ? null : (
            <div>
              {of}: <Stamp stamp={stamp} />
            </div>
          ),
        )}
      </dd>
    </>
  );
}

function Stamp({ stamp }: { stamp: StampView }) {
  const { time, authority, failure, retry } = stamp;
  if (time !== null) {
    return (
      <>
        received, <Moment at={time} /> {authority === null ? "" : <span class="soft">by {authority}</span>}
      </>
    );
  }
  if (retry !== null) {
    return (
      <>
        asked for, not received yet; asked again at <Moment at={retry} />
      </>
    );
  }
  return <span class="chip bad">asked for, none received: {failure}</span>;
}
