import { utf8 } from "../../../record/bytes.ts";
import { accepted } from "../../answer.ts";
import { now } from "../../clock.ts";
import type { Bindings } from "../../env.ts";
import { WorkerError } from "../../error.ts";
import type { GenerationView, StampsView } from "../../schema.ts";
import { organizationObject, type VerifiedOrganization } from "../name.ts";
import type { Actor } from "../organization.ts";
import { Budget } from "./budget.ts";
import type { HandoffFacts } from "./facts.ts";
import { adviceFor, codeOf, isLasting } from "./failure.ts";
import { type Frozen, FrozenSource, gather } from "./freeze.ts";
import { Generation, MAKER, type StoredPackage } from "./generation.ts";
import type { PackageFiles } from "./package-files.ts";
import { Progress } from "./progress.ts";
import type { Review } from "./review.ts";
import { Seals, StampPending } from "./seals.ts";
import { packageSigner, packageSource } from "./source.ts";
import { advance } from "./states.ts";
import type { Trail } from "./trail.ts";
import { isGone } from "./uploads.ts";

const DAY = 86_400_000;
/** How often a generation is tried without getting on before it is given up. */
const ATTEMPTS = 8;
/** Milliseconds before the second attempt; twice as many before each further one, up to a minute. */
const RETRY = 5_000;
const LONGEST = 60_000;
/** How often a package is begun anew since its upload was gone, before it is given up. */
const RESTARTS = 8;

/** Whom the audit trail names for what nobody did, such as an expiry. */
export const SYSTEM: Actor = { id: "caisey", name: "Caisey" };

/** Makes the package of a handoff that is being published, and takes it away at its end. */
export class Publication {
  readonly #storage: DurableObjectStorage;
  readonly #env: Bindings;
  readonly #facts: HandoffFacts;
  readonly #review: Review;
  readonly #files: PackageFiles;
  readonly #trail: Trail;
  readonly #frozen: FrozenSource;
  readonly #progress: Progress;
  readonly #seals: Seals;
  readonly #generation: Generation;
  #running: AbortController | undefined;

  constructor(
    storage: DurableObjectStorage,
    env: Bindings,
    facts: HandoffFacts,
    review: Review,
    files: PackageFiles,
    trail: Trail,
  ) {
    this.#storage = storage;
    this.#env = env;
    this.#facts = facts;
    this.#review = review;
    this.#files = files;
    this.#trail = trail;
    this.#frozen = new FrozenSource(storage);
    this.#progress = new Progress(storage.sql);
    this.#seals = new Seals(storage.sql, env);
    this.#generation = new Generation(storage, env.PACKAGES, this.#progress);
  }

  /** How a generation is getting on, or why the last one failed. */
  view(sessions: number): GenerationView | null {
    return this.#progress.view(sessions);
  }

  stamps(): StampsView {
    return this.#seals.view();
  }

  /** Whether something is left in the bucket that is still to be given up. */
  get hasLeftover(): boolean {
    return this.#generation.hasLeftover;
  }

  /**
   * From now on nothing can be edited. The alarm that follows makes the package: the first, or the same one again after its end.
   * @throws WorkerError `handoff/state`, `handoff/not-reviewed`, `handoff/not-repeatable`.
   */
  start(days: number, recipient: string | undefined, by: Actor): void {
    const { id, state, recipient: before } = this.#facts.get();
    const repeats = state === "expired";
    if (repeats) this.#demandRepeatable(recipient ?? before);
    else if (state === "draft" || state === "in-review") this.#review.demandReviewed();
    this.#storage.transactionSync(() => {
      advance(this.#facts, repeats ? "again" : "publish");
      this.#facts.setTerms(days, recipient);
      if (!repeats) {
        this.#frozen.drop();
        this.#seals.drop();
      }
      this.#generation.clear();
      this.#progress.start(by, state, MAKER);
      this.#trail.note(by, "handoff.generating", id);
    });
  }

  /** Gives up what is being made. @throws WorkerError `handoff/state`. */
  async cancel(by: Actor): Promise<void> {
    this.#storage.transactionSync(() => {
      advance(this.#facts, this.#repeats ? "giveUpAgain" : "giveUp");
      this.#trail.note(by, "handoff.cancelled", this.#facts.get().id);
      this.#progress.clear();
    });
    this.#running?.abort();
    await this.#generation.abandon();
  }

  /**
   * Makes the next slice of the package.
   * @returns when to be called again, in milliseconds since 1970. Undefined when nothing more is to be made.
   */
  async generate(): Promise<number | undefined> {
    // A process that was killed could not count this attempt as failed.
    if ((this.#progress.get()?.attempt ?? 0) >= ATTEMPTS) return this.#giveUp("killed");
    const running = new AbortController();
    this.#running = running;
    this.#progress.attempt();
    try {
      return await this.#slice(running.signal);
    } catch (error) {
      if (!running.signal.aborted) return await this.#failed(error);
      // Cancelled while it was at work: what it did since then goes too.
      await this.#generation.abandon();
      if (this.#facts.get().state !== "published") await this.#env.PACKAGES.delete(this.#facts.key());
      return undefined;
    } finally {
      this.#running = undefined;
    }
  }

  /** Gives up uploads that are still open though nothing is being made. */
  async sweep(): Promise<void> {
    await this.#generation.abandon();
  }

  /** Ends a publication: the package goes, the records stay. */
  async withdraw(act: "expire" | "revoke", by: Actor): Promise<void> {
    // First nobody can open it any more, then it goes: never a link to nothing.
    this.#storage.transactionSync(() => {
      advance(this.#facts, act);
      this.#trail.note(by, act === "expire" ? "handoff.expired" : "handoff.revoked", this.#facts.get().id);
    });
    await this.#env.PACKAGES.delete(this.#facts.key());
  }

  /** Drops what the package was made of. */
  forget(): void {
    this.#frozen.drop();
  }

  get #repeats(): boolean {
    return this.#progress.get()?.back === "expired";
  }

  async #slice(signal: AbortSignal): Promise<number | undefined> {
    const organization = this.#facts.organization();
    const budget = new Budget();
    const frozen = await this.#freeze(organization, budget);
    signal.throwIfAborted();
    if (frozen === undefined) return Date.now();
    this.#progress.phase("stamping");
    const groupTimestamp = await this.#seals.stamp("group-stamp", utf8(frozen.groupCheckpoint));
    signal.throwIfAborted();
    this.#progress.phase("writing");
    if (budget.isSpent) return Date.now();
    const source = packageSource(
      this.#env,
      organization,
      { ...frozen, groupTimestamp },
      (session) => ({ checkpoint: this.#frozen.checkpoint(session), redactions: this.#review.hidden(session) }),
      budget,
    );
    const signer = this.#seals.signer(packageSigner(this.#env, organization, frozen.handoff.from.key), this.#repeats);
    const stored = await this.#generation.slice(source, signer, this.#facts.key(), budget, signal);
    return stored === undefined ? Date.now() : this.#done(stored);
  }

  async #done({ rows, ...stored }: StoredPackage): Promise<number> {
    const before = this.#facts.package();
    if (this.#repeats && before?.sha256 !== stored.sha256) {
      await this.#env.PACKAGES.delete(stored.key);
      throw new WorkerError("handoff/not-repeatable", "Other bytes came out than the first time.");
    }
    const { id, days } = this.#facts.get();
    const expires = Date.now() + (days ?? 0) * DAY;
    this.#storage.transactionSync(() => {
      const { by_id, by_name } = this.#progress.get() ?? { by_id: SYSTEM.id, by_name: SYSTEM.name };
      this.#files.replace(rows);
      advance(this.#facts, "finish");
      this.#facts.keepPackage(stored, now(), expires, MAKER);
      this.#progress.clear();
      this.#generation.clear();
      this.#trail.note({ id: by_id, name: by_name }, "handoff.published", id);
      for (const [over, stamp] of Object.entries(this.#seals.view())) {
        if (stamp?.failure) this.#trail.note(SYSTEM, "package.unstamped", id, `No time stamp over the ${over}: ${stamp.failure}.`);
      }
    });
    return expires;
  }

  /** What the package is made of; undefined when more is to be gathered. */
  async #freeze(organization: VerifiedOrganization, budget: Budget): Promise<Frozen | undefined> {
    const { maker } = this.#progress.get() ?? {};
    if (maker !== MAKER) {
      // The program was replaced on the way; it would go on with other pages.
      if (this.#repeats) throw notRepeatable();
      await this.#restart();
    }
    const there = this.#frozen.get();
    if (there !== undefined && this.#repeats) return there;
    budget.request();
    const { key } = await accepted(organizationObject(this.#env, organization).profile());
    if (there?.handoff.from.key === key) return there;
    // What an older key was to sign is gathered again: nobody has seen anything of it.
    if (there !== undefined) {
      this.#frozen.drop();
      await this.#restart();
    }
    this.#progress.phase("gathering");
    const begun = this.#progress.get()?.begun ?? now();
    const complete = await gather(this.#env, organization, this.#facts, this.#review, this.#frozen, begun, budget);
    this.#progress.advanced({ sessions: complete ? 0 : this.#frozen.gathered().size, bytes: 0, files: 0 });
    return complete ? this.#frozen.get() : undefined;
  }

  async #restart(): Promise<void> {
    await this.#generation.abandon();
    this.#progress.restart(MAKER);
  }

  /** Tries again a few times; a failure that stays is shown, and the handoff can be published again. */
  async #failed(error: unknown): Promise<number | undefined> {
    if (error instanceof StampPending) {
      this.#progress.wait("timestamp/pending", error.next);
      return error.next;
    }
    if (isGone(error)) return this.#beginAnew();
    const attempt = this.#progress.get()?.attempt ?? ATTEMPTS;
    console.error("generating a package failed", attempt, error instanceof Error ? error.name : "fault", codeOf(error));
    if (isLasting(error) || attempt >= ATTEMPTS) return this.#giveUp(codeOf(error));
    const retry = Date.now() + Math.min(LONGEST, RETRY * 2 ** Math.max(0, attempt - 1));
    this.#progress.wait(codeOf(error), retry);
    return retry;
  }

  /**
   * The bucket has no such upload any more: too old, or completed by a process that ended right then. The work did not fail, so it
   * isn't waited; but there are bounds to how often it is done for nothing.
   */
  async #beginAnew(): Promise<number | undefined> {
    const restarts = this.#progress.lostUpload();
    console.warn("the upload of a package is gone", restarts);
    if (restarts > RESTARTS) return this.#giveUp("upload/gone");
    await this.#restart();
    return Date.now();
  }

  async #giveUp(code: string): Promise<undefined> {
    this.#storage.transactionSync(() => {
      advance(this.#facts, this.#repeats ? "giveUpAgain" : "giveUp");
      this.#progress.fail(code, `The package could not be made (${code}). ${adviceFor(code)}`);
      this.#trail.note(SYSTEM, "handoff.failed", this.#facts.get().id, code);
    });
    await this.#generation.abandon();
    return undefined;
  }

  /** @throws WorkerError `handoff/not-repeatable`. */
  #demandRepeatable(recipient: string): void {
    const { recipient: before } = this.#facts.get();
    if (this.#facts.package()?.maker !== MAKER || this.#frozen.get() === undefined || recipient !== before) throw notRepeatable();
  }
}

function notRepeatable(): WorkerError {
  return new WorkerError(
    "handoff/not-repeatable",
    "The same package can't be made again: lines were erased since, the recipient is another one, or this program was updated. Begin a later version instead.",
  );
}
