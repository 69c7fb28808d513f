import type { Clock } from "../../agent/clock.ts";

interface Attempt {
  at: number;
  go: () => void;
}

/** Time that passes when it is told to, for whoever waits to connect again, and on the clock of whoever reports. */
export class Outage {
  readonly clock: Clock = { now: () => new Date(Date.now() + this.#passed), monotonic: () => performance.now() + this.#passed };
  /** How often somebody waited, and for how many milliseconds at most. */
  attempts = 0;
  longest = 0;
  #passed = 0;
  #waiting: Attempt[] = [];

  readonly wait = (milliseconds: number, go: () => void): (() => void) => {
    const attempt = { at: this.#passed + milliseconds, go };
    this.#waiting.push(attempt);
    this.attempts++;
    this.longest = Math.max(this.longest, milliseconds);
    return () => {
      this.#waiting = this.#waiting.filter((other) => other !== attempt);
    };
  };

  /** Milliseconds that have passed. */
  get passed(): number {
    return this.#passed;
  }

  /** How many wait now. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Lets time pass until the next one may try, or by so many milliseconds when nobody waits. */
  pass(milliseconds: number): void {
    const [next] = this.#waiting.sort((a, b) => a.at - b.at);
    if (next === undefined) this.#passed += milliseconds;
    else {
      this.#waiting.shift();
      this.#passed = Math.max(this.#passed, next.at);
      next.go();
    }
  }
}
