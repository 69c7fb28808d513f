import { accepted } from "../../answer.ts";
import { now } from "../../clock.ts";
import type { Bindings } from "../../env.ts";
import { organizationObject, type VerifiedOrganization } from "../name.ts";
import type { HandoffFacts } from "./facts.ts";
import { type Frozen, FrozenSource, gather } from "./freeze.ts";
import { Generation } from "./generation.ts";
import type { PackageFiles } from "./package-files.ts";
import type { Review } from "./review.ts";
import { packageSigner, packageSource } from "./source.ts";

export const DAY = 86_400_000;
/** How often a generation is tried before it is given up. */
const ATTEMPTS = 5;
/** Milliseconds before the next attempt, times the number of those made. */
const RETRY = 5_000;

/** Makes the package of a handoff that is being published, and takes it away at its end. */
export class Publication {
  readonly #storage: DurableObjectStorage;
  readonly #env: Bindings;
  readonly #facts: HandoffFacts;
  readonly #review: Review;
  readonly #files: PackageFiles;
  readonly #frozen: FrozenSource;
  readonly #generation: Generation;

  constructor(storage: DurableObjectStorage, env: Bindings, facts: HandoffFacts, review: Review, files: PackageFiles) {
    this.#storage = storage;
    this.#env = env;
    this.#facts = facts;
    this.#review = review;
    this.#files = files;
    this.#frozen = new FrozenSource(storage);
    this.#generation = new Generation(storage.sql, env.PACKAGES);
  }

  /** How a generation is getting on, or why the last one failed. */
  view(): ReturnType<Generation["view"]> {
    return this.#generation.view();
  }

  /** From now on nothing can be edited. The alarm that follows makes the package. */
  start(days: number, recipient: string | undefined): void {
    this.#storage.transactionSync(() => {
      const update = "UPDATE handoff SET state = 'generating', days = ?, recipient = coalesce(?, recipient)";
      this.#storage.sql.exec(update, days, recipient ?? null);
      this.#frozen.drop();
      this.#generation.start();
    });
  }

  /**
   * Makes the package, or a further attempt at it.
   * @returns when to be called again, in milliseconds since 1970: for the next attempt, or for the expiry. Undefined when it was given up.
   */
  async generate(): Promise<number | undefined> {
    // A process that was killed could not count this attempt as failed.
    if ((this.#generation.view()?.attempt ?? 0) >= ATTEMPTS) return this.#giveUp("killed");
    try {
      const organization = this.#facts.organization();
      const frozen = await this.#freeze(organization);
      const source = packageSource(this.#env, organization, frozen, (session) => ({
        checkpoint: this.#frozen.checkpoint(session),
        redactions: this.#review.hidden(session),
      }));
      const signer = packageSigner(this.#env, organization, frozen.handoff.from.key);
      const { rows, ...stored } = await this.#generation.run(source, signer, this.#facts.key());
      const expires = Date.now() + (this.#facts.get().days ?? 0) * DAY;
      this.#storage.transactionSync(() => {
        this.#files.replace(rows);
        this.#facts.keepPackage(stored, now(), expires);
        this.#generation.clear();
      });
      return expires;
    } catch (error) {
      return this.#failed(error);
    }
  }

  /** Ends a publication: the package goes, the records stay. */
  async withdraw(to: "expired" | "revoked"): Promise<void> {
    // First nobody can open it any more, then it goes: never a link to nothing.
    this.#facts.setState(to);
    await this.#env.PACKAGES.delete(this.#facts.key());
  }

  /** Drops what the package was made of. */
  forget(): void {
    this.#frozen.drop();
  }

  async #freeze(organization: VerifiedOrganization): Promise<Frozen> {
    const there = this.#frozen.get();
    const { key } = await accepted(organizationObject(this.#env, organization).profile());
    // What an older key was to sign is gathered again: nobody has seen anything of it.
    if (there?.handoff.from.key === key) return there;
    const { frozen, checkpoints } = await gather(this.#env, organization, this.#facts, this.#review, now());
    this.#frozen.keep(frozen, checkpoints);
    return frozen;
  }

  /** Tries again a few times; a failure that stays is shown, and the handoff can be published again. */
  async #failed(error: unknown): Promise<number | undefined> {
    const attempt = this.#generation.view()?.attempt ?? ATTEMPTS;
    console.error("generating a package failed", attempt, error instanceof Error ? error.name : "fault", codeOf(error));
    if (attempt < ATTEMPTS && !isLasting(error)) return Date.now() + RETRY * (attempt + 1);
    return this.#giveUp(codeOf(error));
  }

  async #giveUp(code: string): Promise<undefined> {
    await this.#generation.abandon(this.#facts.key());
    const advice = "Publish again; if that fails too, ask whoever runs this server.";
    this.#generation.fail(`The package could not be made (${code}). ${advice}`);
    this.#facts.setState("in-review");
    return undefined;
  }
}

/** Errors of ours carry a code, which is safe to show; messages of others might not be. */
function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "unexpected";
}

/** Whether trying again is of no use: what the records say does not change. */
function isLasting(error: unknown): boolean {
  return ["GeneratorError", "RecordError"].includes(error instanceof Error ? error.name : "");
}
