/** Waits between attempts: doubling from `first` to `most` milliseconds, each with full jitter, so that endpoints don't come back in step. */
export class Backoff {
  readonly #first: number;
  readonly #most: number;
  readonly #random: () => number;
  #failures = 0;

  constructor(first = 500, most = 60_000, random: () => number = Math.random) {
    this.#first = first;
    this.#most = most;
    this.#random = random;
  }

  /** Milliseconds to wait before the next attempt: at least half of the step, at most all of it. */
  next(): number {
    const step = Math.min(this.#most, this.#first * 2 ** this.#failures);
    this.#failures = Math.min(this.#failures + 1, 30);
    return Math.round(step / 2 + (step / 2) * this.#random());
  }

  /** After a connection that worked. */
  reset(): void {
    this.#failures = 0;
  }
}
