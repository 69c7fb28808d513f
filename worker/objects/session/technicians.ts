import type { Actor } from "../organization.ts";
import type { OwnEntry, Recorder } from "./commit.ts";
import type { Committed, SessionStore } from "./store.ts";

/** The technicians of a session: each is introduced by a `joined` entry before the first thing that they do. */
export class Technicians {
  readonly #store: SessionStore;
  readonly #recorder: Recorder;

  constructor(store: SessionStore, recorder: Recorder) {
    this.#store = store;
    this.#recorder = recorder;
  }

  /**
   * Takes a technician in. Call it in a transaction.
   * @param before entries to be written ahead of the introduction.
   * @returns the technician's number, and what had to be written for it.
   */
  take(by: Actor, seen: string | undefined, before: readonly OwnEntry[] = []): { participant: string; committed: Committed[] } {
    const there = this.#store.participantOf(by.id);
    if (there !== undefined) return { participant: there, committed: [] };
    const participant = this.#free();
    const joined: OwnEntry = { fields: { kind: "joined", participant, role: "technician", seen }, text: { name: by.name } };
    const committed = this.#recorder.write([...before, joined]);
    this.#store.addParticipant(participant, "technician", by.name, by.id);
    return { participant, committed };
  }

  /** Technicians have even numbers, so that an endpoint that takes odd ones for its people never meets a taken one. */
  #free(): string {
    const taken = new Set(this.#store.participants().map(({ participant }) => participant));
    let number = 0;
    while (taken.has(`p${number}`)) number += 2;
    return `p${number}`;
  }
}
