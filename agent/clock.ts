/** The clock of whoever reports: a real one, or a virtual one when a session is imported. */
export interface Clock {
  /** Wall clock: becomes `seen` of what is reported now. */
  now(): Date;
  /** Milliseconds by a clock that doesn't jump; only differences mean something. */
  monotonic(): number;
  /**
   * Told the claimed time of a technician's request in an imported session, before anything is reported for it, so that a virtual
   * clock can move there. A real clock has no use for it.
   */
  heard?(seen: Date): void;
}

export const systemClock: Clock = {
  now: () => new Date(),
  monotonic: () => performance.now(),
};
