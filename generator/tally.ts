import { utf8 } from "../record/bytes.ts";
import { cosignedAt } from "../record/checkpoint.ts";
import { RecordError } from "../record/error.ts";
import type { Handoff } from "../record/handoff.ts";
import { parseVerifierKey, type VerifierKey } from "../record/key.ts";
import { parseNote } from "../record/note.ts";
import { type Counts, type HiddenLine, hiddenLines } from "../viewer/page.ts";
import type { SessionRecords } from "./session-records.ts";

/** What the last pages need of all sessions, gathered while each is at work. */
export class Tally {
  readonly counts: Counts = { hidden: {}, gaps: 0, refused: 0, cut: 0, witnessed: 0 };
  readonly hidden: HiddenLine[] = [];
  readonly #witnesses: ReadonlyMap<string, VerifierKey>;

  constructor(handoff: Handoff) {
    this.#witnesses = new Map(handoff.endpoints.map(({ endpoint, key }) => [endpoint, parseVerifierKey(key)]));
  }

  /** Takes in one session. Gives the time of its endpoint's cosignature, null when there is no valid one. */
  add(records: SessionRecords): string | null {
    for (const shown of records.entries) {
      const { entry } = shown;
      if (entry.kind === "gap") this.counts.gaps++;
      if (entry.kind === "approval.answered" && REFUSED.has(entry.answer)) this.counts.refused++;
      if (entry.kind === "finished") this.counts.cut += entry.cut.stdout + entry.cut.stderr;
      for (const line of hiddenLines(records.session.session, shown)) {
        this.hidden.push(line);
        this.counts.hidden[line.reason] = (this.counts.hidden[line.reason] ?? 0) + 1;
      }
    }
    const witnessed = this.#witnessed(records);
    if (witnessed !== null) this.counts.witnessed++;
    return witnessed;
  }

  #witnessed({ session, checkpoint }: SessionRecords): string | null {
    const key = this.#witnesses.get(session.endpoint);
    if (key === undefined) return null;
    try {
      const seconds = cosignedAt(parseNote(utf8(checkpoint)), key);
      return seconds === undefined ? null : new Date(seconds * 1000).toISOString();
    } catch (error) {
      // A cosignature that does not hold is none; verification tells it apart, a page must not.
      if (error instanceof RecordError || error instanceof RangeError) return null;
      throw error;
    }
  }
}

const REFUSED: ReadonlySet<string> = new Set(["denied", "expired", "stopped"]);
