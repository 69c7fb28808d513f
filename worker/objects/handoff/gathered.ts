import type { HandoffSession } from "../../../record/handoff.ts";
import type { RedactionView, SelectedSession } from "../../schema.ts";
import type { Frozen, Gathering } from "./freeze.ts";

interface Kept {
  key: string;
  said: HandoffSession;
  checkpoint: string;
  isNameless: boolean;
}

/**
 * In memory, what a package made now would say. Of a session it is kept until something about that session changes, so that hiding one
 * line doesn't have all sessions read again.
 */
export class Gathered implements Gathering {
  readonly #kept = new Map<string, Kept>();
  #keys = new Map<string, string>();
  #frozen: Frozen | undefined;

  /** What is selected and hidden now. */
  setPresent(sessions: readonly SelectedSession[], redactions: readonly RedactionView[]): void {
    const hidden = Map.groupBy(redactions, ({ session }) => session);
    this.#keys = new Map(sessions.map((one) => [one.session, JSON.stringify([one, hidden.get(one.session) ?? []])]));
    for (const session of this.#kept.keys()) if (!this.#keys.has(session)) this.#kept.delete(session);
  }

  gathered(): ReadonlySet<string> {
    return new Set([...this.#keys.keys()].filter((session) => this.get(session) !== undefined));
  }

  keepSession(said: HandoffSession, checkpoint: string, isNameless: boolean): void {
    const key = this.#keys.get(said.session);
    if (key !== undefined) this.#kept.set(said.session, { key, said, checkpoint, isNameless });
  }

  /** What was gathered of a session, if it is still so. */
  get(session: string): Kept | undefined {
    const kept = this.#kept.get(session);
    return kept !== undefined && kept.key === this.#keys.get(session) ? kept : undefined;
  }

  sessions(): { sessions: HandoffSession[]; nameless: ReadonlySet<string> } {
    const all = [...this.#keys.keys()].flatMap((session) => this.get(session) ?? []);
    return {
      sessions: all.map(({ said }) => said),
      nameless: new Set(all.filter(({ isNameless }) => isNameless).map(({ said }) => said.endpoint)),
    };
  }

  keep(frozen: Frozen): void {
    this.#frozen = frozen;
  }

  /** What {@link keep} was given last. */
  take(): Frozen {
    const frozen = this.#frozen;
    this.#frozen = undefined;
    if (frozen === undefined) throw new TypeError("expected something to be gathered first");
    return frozen;
  }
}
