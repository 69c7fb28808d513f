import type { SelectedSession } from "../schema.ts";
import { Moment } from "./time.tsx";
import type { ShownEntry } from "./transcript.tsx";
import { byteSize, counted, span } from "./words.ts";

/** What is known of how complete a session's record is: gaps, what was cut off, who witnessed it, and whether the client's log has it. */
export function Completeness({ session, entries }: { session: SelectedSession; entries: readonly ShownEntry[] }) {
  let gaps = 0;
  let missing = 0;
  let cut = 0;
  for (const { entry } of entries) {
    if (entry.kind === "gap") {
      gaps++;
      missing += Math.max(0, Date.parse(entry.to) - Date.parse(entry.from));
    }
    if (entry.kind === "finished") cut += entry.cut.stdout + entry.cut.stderr;
  }
  return (
    <section aria-labelledby="complete">
      <h3 id="complete">How complete it is</h3>
      <ul class="plain-list checks">
        <li class={gaps === 0 ? "good" : "bad"}>
          {gaps === 0 ? "No gaps" : `${counted(gaps, "gap")}, ${span(missing)} in all`}:{" "}
          {counted(entries.length, "entry", "entries")}
        </li>
        {cut > 0 ? <li class="bad">{byteSize(cut)} of output not recorded: too much of it</li> : null}
        <li class={session.witnessed === null ? "bad" : "good"}>
          {session.witnessed === null ? (
            "Not witnessed by the client's machine"
          ) : (
            <>
              Witnessed by the client's machine, <Moment at={session.witnessed} />
            </>
          )}
        </li>
        <li class={session.leaf === null ? "bad" : "good"}>
          {session.leaf === null ? "Not in the client's log" : `In the client's log, number ${session.leaf}`}
        </li>
        {session.mode === "imported" ? <li class="soft">Imported: its times are claims of the source</li> : null}
      </ul>
    </section>
  );
}
