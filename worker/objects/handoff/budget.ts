import type { Platform } from "../../../generator/platform.ts";

/** Bytes of files made in one go: at a few MB/s some seconds of the 30 that the platform gives. */
const BYTES = 8 << 20;
/** Questions to other objects and to the bucket; the platform allows 1,000. */
const REQUESTS = 300;

/**
 * What one invocation may do. It counts work and not time: a Worker's clock stands still while it computes, and what a package is
 * made of must not depend on a clock.
 */
export class Budget {
  #bytes = 0;
  #requests = 0;

  get isSpent(): boolean {
    return this.#bytes >= BYTES || this.#requests >= REQUESTS;
  }

  request(): void {
    this.#requests++;
  }

  bytes(count: number): void {
    this.#bytes += count;
  }

  /** The same platform, with the content of each file counted: all of it is hashed. */
  counting(platform: Platform): Platform {
    return {
      ...platform,
      digest: (bytes) => {
        this.bytes(bytes.length);
        return platform.digest(bytes);
      },
      sha256: () => {
        const hash = platform.sha256();
        return {
          update: (bytes) => {
            this.bytes(bytes.length);
            return hash.update(bytes);
          },
          digest: () => hash.digest(),
        };
      },
    };
  }
}
