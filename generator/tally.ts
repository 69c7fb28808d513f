import { utf8 } from "../record/bytes.ts";
import type { Handoff } from "../record/handoff.ts";
import { parseVerifierKey, type VerifierKey } from "../record/key.ts";
import { parseNote } from "../record/note.ts";
import { type CertifiedSession, type Counts, hiddenLines } from "../viewer/page.ts";
import { certifiedSession } from "./certificate/page.ts";
import type { Platform } from "./platform.ts";
import type { SessionRecords } from "./session-records.ts";
import { witnessedAt } from "./witness.ts";

/** What a tally has gathered: plain and serialisable. */
export interface TallyState {
  counts: Counts;
  certified: CertifiedSession[];
}

/** What the last pages need of all sessions, gathered while each is at work. */
export class Tally {
  readonly counts: Counts;
  readonly certified: CertifiedSession[];
  readonly #platform: Platform;
  readonly #witnesses: ReadonlyMap<string, VerifierKey>;

  /** @param from what an earlier one was left with. */
  constructor(handoff: Handoff, platform: Platform, from?: TallyState) {
    this.counts = from?.counts ?? { hidden: {}, gaps: 0, refused: 0, cut: 0, witnessed: 0 };
    this.certified = from?.certified ?? [];
    this.#platform = platform;
    this.#witnesses = new Map(handoff.endpoints.map(({ endpoint, key }) => [endpoint, parseVerifierKey(key)]));
  }

  /**
   * Takes in one session. Gives the time of its endpoint's cosignature, null when there is no valid one.
   * @throws RecordError when its checkpoint can't be read.
   */
  add(records: SessionRecords): string | null {
    for (const shown of records.entries) {
      const { entry } = shown;
      if (entry.kind === "gap") this.counts.gaps++;
      if (entry.kind === "approval.answered" && REFUSED.has(entry.answer)) this.counts.refused++;
      if (entry.kind === "finished") this.counts.cut += entry.cut.stdout + entry.cut.stderr;
      for (const line of hiddenLines(records.session.session, shown)) {
        this.counts.hidden[line.reason] = (this.counts.hidden[line.reason] ?? 0) + 1;
      }
    }
    const checkpoint = parseNote(utf8(records.checkpoint));
    const key = this.#witnesses.get(records.session.endpoint);
    const witnessed = key === undefined ? null : witnessedAt(checkpoint, key, this.#platform);
    if (witnessed !== null) this.counts.witnessed++;
    this.certified.push(certifiedSession(records, checkpoint, witnessed));
    return witnessed;
  }

  state(): TallyState {
    const { counts, certified } = this;
    return { counts, certified };
  }
}

const REFUSED: ReadonlySet<string> = new Set(["denied", "expired", "stopped"]);
