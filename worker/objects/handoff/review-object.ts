import { utf8 } from "../../../record/bytes.ts";
import { parseEntry } from "../../../record/entry.ts";
import type { Recorded } from "../../../record/wire.ts";
import { type Answer, accepted } from "../../answer.ts";
import type { Bindings } from "../../env.ts";
import { WorkerError } from "../../error.ts";
import type { RedactionBody, RedactionView, ReviewBody, SelectedSession } from "../../schema.ts";
import { refOf, sessionObject } from "../name.ts";
import type { Actor } from "../organization.ts";
import { LinkObject } from "./link-object.ts";
import { PreviewGrants } from "./preview-grants.ts";
import { type PreviewPage, Previews } from "./previews.ts";
import { type LinePlace, Review } from "./review.ts";
import { reviewedEntries } from "./source.ts";
import { Trail } from "./trail.ts";
import { firstThatBears } from "./unseal.ts";

/** About how many bytes of entries one answer holds. */
const PAGE_BYTES = 2_000_000;
/** Milliseconds until what could not be told or given up is tried again. */
export const AGAIN = 30_000;
/** How long a preview's address works, in milliseconds. The console makes a new one with each of its pages. */
const PREVIEWED = 3_600_000;

/** What a Handoff object is to those who review it: what is hidden and said, and the pages as they would be handed over. */
export abstract class ReviewObject extends LinkObject {
  protected readonly selection: Review;
  protected readonly trail: Trail;
  readonly #grants: PreviewGrants;
  readonly #previews: Previews;
  /** Which session was looked at by whom, as far as it is in the audit trail and this object remembers. */
  readonly #looks = new Set<string>();

  constructor(ctx: DurableObjectState, env: Bindings) {
    super(ctx, env);
    this.selection = new Review(ctx.storage.sql);
    this.trail = new Trail(ctx.storage.sql, env);
    this.#grants = new PreviewGrants(ctx.storage.sql);
    this.#previews = new Previews(env, this.facts, this.selection);
  }

  async redact(place: RedactionBody, by: Actor): Promise<Answer<RedactionView>> {
    return this.answering(async () => {
      this.facts.demandEditable();
      this.selection.session(place.session);
      await accepted(sessionObject(this.env, this.facts.organization(), place.session).checkPlace(place));
      this.facts.demandEditable();
      return this.ctx.storage.transactionSync(() => this.selection.redact(place, by));
    });
  }

  async unredact(redaction: string): Promise<Answer<null>> {
    return this.editing(() => {
      this.shownAgain(this.selection.unredact(redaction));
      return null;
    });
  }

  async review(session: string, review: ReviewBody, by: Actor): Promise<Answer<SelectedSession>> {
    return this.editing(() => {
      if (review.reviewed) this.trail.note(by, "session.reviewed", `${this.facts.get().id} ${session}`);
      return this.selection.review(session, review, by);
    });
  }

  /** Somebody else has reviewed the session too. @throws WorkerError `handoff/not-reviewed`, `handoff/same-reviewer`. */
  async reviewAgain(session: string, by: Actor): Promise<Answer<SelectedSession>> {
    return this.editing(() => {
      this.trail.note(by, "session.reviewed-again", `${this.facts.get().id} ${session}`);
      return this.selection.reviewAgain(session, by);
    });
  }

  /** A selected session's entries as reviewed. */
  async entries(session: string, from: number, limit: number): Promise<Answer<{ entries: Recorded[]; size: number }>> {
    return this.answering(async () => {
      const { entries: size } = this.selection.session(session);
      const hidden = this.selection.hidden(session);
      const start = firstThatBears(from, hidden);
      const entries: Recorded[] = [];
      let bytes = 0;
      for await (const recorded of reviewedEntries(this.env, this.facts.organization(), session, hidden, start)) {
        if (parseEntry(utf8(recorded.line)).seq < from) continue;
        entries.push(recorded);
        bytes += JSON.stringify(recorded).length;
        if (entries.length >= limit || bytes > PAGE_BYTES) break;
      }
      return { entries, size };
    });
  }

  /**
   * Lets somebody look at the pages for an hour. @param hash of what will stand in the address.
   * @returns the object's name in that address.
   * @throws WorkerError `handoff/state` once it is being published: then there is the package to be looked at.
   */
  async allowPreview(hash: Uint8Array, by: Actor): Promise<Answer<{ ref: string }>> {
    return this.answering(() => {
      this.facts.demandEditable();
      this.#grants.add(hash, by, Date.now() + PREVIEWED);
      return { ref: refOf(this.ctx.id) };
    });
  }

  /** A page of the package as it would be now. Undefined for whom nobody let in. @param path in the package. */
  async preview(hash: Uint8Array, path: string): Promise<PreviewPage | undefined> {
    if (!this.exists) return undefined;
    const by = this.#grants.find(hash);
    const { state, id } = this.facts.get();
    if (by === undefined || (state !== "draft" && state !== "in-review")) return undefined;
    const page = await this.#previews.page(path);
    const about = `${id} ${/ses_[0-9a-z]{16}/.exec(path)?.[0] ?? ""}`.trim();
    const look = `${by.id} ${about}`;
    if (page.result !== "no-such-page" && !this.#looks.has(look)) {
      // What can't be written down is not shown.
      await this.audit(by, "handoff.reviewed", about);
      this.#looks.add(look);
    }
    return page;
  }

  /** A line is not hidden any more: what was decided about it is to be decided again. */
  protected abstract shownAgain(place: LinePlace): void;

  /** A change that a published handoff does not take any more. */
  protected editing<T>(edit: () => T): Promise<Answer<T>> {
    return this.answering(async () => {
      this.facts.demandEditable();
      const value = this.ctx.storage.transactionSync(edit);
      if (!this.trail.isEmpty) await this.announce();
      return value;
    });
  }

  /** Tells the audit trail and the client group. What can't be told now is told by the alarm. */
  protected async announce(): Promise<void> {
    try {
      await this.trail.tell(this.facts.organization());
      await this.changed();
    } catch (error) {
      const code = error instanceof WorkerError ? error.code : "fault";
      console.error("a handoff's change could not be told, will be tried again", code);
      const set = await this.ctx.storage.getAlarm();
      if (set === null || set > Date.now() + AGAIN) await this.ctx.storage.setAlarm(Date.now() + AGAIN);
    }
  }
}
