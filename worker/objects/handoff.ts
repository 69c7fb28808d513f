import type { Disclosure } from "../../record/disclosure.ts";
import { TAG_MANIFEST } from "../../record/path.ts";
import { type Answer, accepted, answering } from "../answer.ts";
import type { Bindings } from "../env.ts";
import { notFound, WorkerError } from "../error.ts";
import type { DisclosureBody, HandoffView, PlaceView, SelectionBody, SessionRow } from "../schema.ts";
import type { PackageFileView } from "./handoff/door.ts";
import { type Successor, wrongState } from "./handoff/facts.ts";
import type { FindingsCopy } from "./handoff/findings.ts";
import { Publication, SYSTEM } from "./handoff/publication.ts";
import type { ReviewCopy } from "./handoff/review.ts";
import { AGAIN } from "./handoff/review-object.ts";
import { ScanObject } from "./handoff/scan-object.ts";
import { advance, demand } from "./handoff/states.ts";
import { unsealLine } from "./handoff/unseal.ts";
import { groupObject } from "./name.ts";
import type { Actor } from "./organization.ts";

export interface NewHandoff {
  organization: string;
  group: string;
  handoff: string;
  recipient: string;
  created: string;
  by: Actor;
  /** What a later version of another handoff begins with. */
  from?: Successor & ReviewCopy & { findings: FindingsCopy };
}

/** One per handoff: what is selected, reviewed, hidden and said; the package made of it; its links, and who opened them. */
export class Handoff extends ScanObject {
  readonly #publication: Publication;

  constructor(ctx: DurableObjectState, env: Bindings) {
    super(ctx, env);
    this.#publication = new Publication(ctx.storage, env, this.facts, this.selection, this.files, this.trail);
  }

  async create(handoff: NewHandoff): Promise<Answer<null>> {
    return answering(async () => {
      this.createOnce(() => {
        this.sql.exec(
          "INSERT INTO handoff (id, organization, group_id, recipient, state, created, letter, change) VALUES (?, ?, ?, ?, 'draft', ?, '', 0)",
          handoff.handoff,
          handoff.organization,
          handoff.group,
          handoff.recipient,
          handoff.created,
        );
        if (handoff.from !== undefined) {
          this.facts.succeed(handoff.from);
          this.selection.adopt(handoff.from);
          this.adoptFindings(handoff.from.findings);
          if (handoff.from.sessions.length > 0) advance(this.facts, "begin");
        }
        this.trail.note(handoff.by, "handoff.created", handoff.handoff);
      });
      await this.trail.tell(this.facts.organization());
      return null;
    });
  }

  async get(): Promise<Answer<HandoffView>> {
    return this.answering(async () => {
      const row = this.facts.get();
      const group = groupObject(this.env, this.facts.organization(), row.group_id);
      const [{ name }, rules] = await Promise.all([accepted(group.get()), this.rules()]);
      const sessions = this.selection.sessions();
      const omitted: Record<string, number> = {};
      if (row.period_from !== null) {
        const included = new Set(sessions.map(({ session }) => session));
        for (const { session, opened } of await accepted(group.closedSessions())) {
          if (included.has(session)) continue;
          const reason = this.facts.omission(session, opened);
          omitted[reason] = (omitted[reason] ?? 0) + 1;
        }
      }
      const stored = this.facts.package();
      this.log.flush();
      return {
        handoff: row.id,
        recipient: row.recipient,
        state: row.state,
        created: row.created,
        expires: row.expires === null ? null : new Date(row.expires).toISOString(),
        group: row.group_id,
        groupName: name,
        period: row.period_from === null || row.period_to === null ? null : { from: row.period_from, to: row.period_to },
        letter: row.letter,
        sessions,
        omissions: this.facts.omissions(),
        omitted,
        redactions: this.selection.redactions(),
        scan: this.scanState(rules.version),
        secondReview: rules.secondReview || rules.everywhere,
        generation: this.#publication.view(sessions.length),
        stamps: this.#publication.stamps(),
        replaces: row.replaces === null ? null : { handoff: row.replaces, manifest: row.replaces_manifest ?? "" },
        replacedBy: row.replaced_by,
        package: stored && {
          bytes: stored.bytes,
          sha256: stored.sha256,
          created: stored.created,
          files: this.files.count(),
        },
        links: this.links.list(),
      };
    });
  }

  // Selection and review

  /** Sessions that are selected and lie outside of the new period are taken out. */
  async setPeriod(from: string, to: string, by: Actor): Promise<Answer<null>> {
    return this.editing(() => {
      this.sql.exec("UPDATE handoff SET period_from = ?, period_to = ?", from, to);
      const inside = this.selection.sessions().filter(({ opened }) => from <= opened && opened <= to);
      this.#select(inside, by);
      return null;
    });
  }

  async select({ include, omit }: SelectionBody, by: Actor): Promise<Answer<null>> {
    return this.answering(async () => {
      this.facts.demandEditable();
      const { group_id } = this.facts.get();
      const { from, to } = this.facts.period();
      const group = groupObject(this.env, this.facts.organization(), group_id);
      const rows = await accepted(group.getSessions([...new Set(include.map(({ session }) => session))]));
      const unfit = rows.filter(({ state, opened }) => state !== "closed" || opened < from || opened > to);
      if (unfit.length > 0) {
        throw new WorkerError("handoff/not-selectable", `${unfit.length} of these sessions are not closed, or not in the period.`);
      }
      // Another request may have got in while the group was asked.
      this.facts.demandEditable();
      this.ctx.storage.transactionSync(() => {
        this.#select(rows, by);
        this.facts.setOmissions(omit ?? []);
      });
      await this.announce();
      return null;
    });
  }

  async setLetter(letter: string): Promise<Answer<null>> {
    return this.editing(() => {
      this.sql.exec("UPDATE handoff SET letter = ?", letter);
      return null;
    });
  }

  // Erasure

  /** Lines of a session are about to be erased. @throws WorkerError `handoff/state` while a package with it is being made. */
  async erasureComes(session: string): Promise<Answer<null>> {
    return this.answering(() => {
      const { state, id } = this.facts.get();
      if (state === "generating" && this.selection.has(session)) {
        throw wrongState(`A package with this session is being made (${id}). Wait until it is done.`);
      }
      if (state === "draft" || state === "in-review") this.selection.reopen(session);
      return null;
    });
  }

  /** Lines of a session were erased. @param row the session as its client group lists it now. */
  async sessionErased(row: SessionRow, erased: readonly PlaceView[]): Promise<Answer<{ isPublished: boolean }>> {
    return this.answering(() => {
      const { state } = this.facts.get();
      this.ctx.storage.transactionSync(() => {
        this.selection.forget(row, erased);
        this.forgetFindings(row.session, erased);
        // Titles out of the record stand in what a package was made of, and nothing is made of it any more.
        if (state !== "generating") this.#publication.forget();
      });
      return { isPublished: state === "published" && this.selection.has(row.session) };
    });
  }

  // Publishing

  /** Begins to make the package; of one that has expired, the same again. */
  async publish(days: number, recipient: string | undefined, by: Actor): Promise<Answer<null>> {
    return this.answering(async () => {
      const { version, secondReview, everywhere } = await this.rules();
      const { state } = this.facts.get();
      if (state === "in-review") {
        this.selection.demandReviewed();
        this.demandScanned(version);
        if (secondReview || everywhere) this.selection.demandSecond();
      }
      this.#publication.start(days, recipient, by);
      await this.ctx.storage.setAlarm(Date.now());
      await this.announce();
      return null;
    });
  }

  /** Gives up a package that is being made. */
  async cancel(by: Actor): Promise<Answer<null>> {
    return this.answering(async () => {
      await this.#publication.cancel(by);
      await this.announce();
      return null;
    });
  }

  async revoke(by: Actor): Promise<Answer<null>> {
    return this.answering(async () => {
      await this.#publication.withdraw("revoke", by);
      await this.announce();
      return null;
    });
  }

  /** What a later version begins with. */
  async successor(): Promise<
    Answer<{ group: string; recipient: string; from: Successor & ReviewCopy & { findings: FindingsCopy } }>
  > {
    return this.answering(() => {
      demand(this.facts, "replace");
      const { id, group_id, recipient, letter } = this.facts.get();
      const manifest = this.files.find(TAG_MANIFEST)?.sha256;
      if (manifest === undefined) throw notFound();
      const replaces = { handoff: id, manifest };
      const said = { period: this.facts.period(), letter, omissions: this.facts.omissions(), replaces };
      return { group: group_id, recipient, from: { ...said, ...this.selection.copy(), findings: this.copyFindings() } };
    });
  }

  /** A later version was begun. */
  async replaced(handoff: string, by: Actor): Promise<Answer<null>> {
    return this.answering(async () => {
      this.ctx.storage.transactionSync(() => {
        demand(this.facts, "replace");
        this.facts.setReplacedBy(handoff);
        this.trail.note(by, "handoff.replaced", this.facts.get().id, `By ${handoff}.`);
      });
      await this.announce();
      return null;
    });
  }

  /**
   * Reveals a line that the published package hides, to be proven by whoever holds the package. The links' end does not end that.
   * @throws WorkerError `handoff/state` when there is no package that others could hold, or it was taken back.
   */
  async unseal({ reason, ...place }: DisclosureBody, by: Actor): Promise<Answer<Disclosure>> {
    return this.answering(async () => {
      demand(this.facts, "unseal");
      const { id } = this.facts.get();
      this.selection.session(place.session);
      const hidden = this.selection.hidden(place.session);
      const disclosure = await unsealLine(this.env, this.facts.organization(), id, place, hidden);
      // Nothing leaves before it stands in the audit trail.
      const about = `${id} ${place.session}/${place.seq} ${place.field} line ${place.line + 1}`;
      await this.audit(by, "line.unsealed", about, reason);
      return disclosure;
    });
  }

  /** The package, for the MSP itself. */
  async packageFile(by: Actor): Promise<Answer<PackageFileView>> {
    return this.answering(async () => {
      const stored = this.facts.package();
      if (this.facts.get().state !== "published" || stored === null) throw notFound();
      await this.audit(by, "package.downloaded");
      return { ...stored, handoff: this.facts.get().id };
    });
  }

  protected override get isUnfinished(): boolean {
    const { state } = this.facts.get();
    return state === "generating" || state === "published" || !this.trail.isEmpty || this.#publication.hasLeftover;
  }

  override async alarm(): Promise<void> {
    if (!this.exists) return;
    const next = [await this.#carryOn()];
    if (this.facts.get().state !== "generating" && this.#publication.hasLeftover) await this.#publication.sweep();
    await this.announce();
    if (!this.trail.isEmpty || (next[0] === undefined && this.#publication.hasLeftover)) next.push(Date.now() + AGAIN);
    const wanted = next.filter((time) => time !== undefined);
    // A request may have set one meanwhile.
    const set = await this.ctx.storage.getAlarm();
    if (wanted.length > 0 && (set === null || set > Math.min(...wanted))) await this.ctx.storage.setAlarm(Math.min(...wanted));
  }

  /** @returns when there is more to do, in milliseconds since 1970. */
  async #carryOn(): Promise<number | undefined> {
    const { state, expires } = this.facts.get();
    if (state === "generating") return this.#publication.generate();
    if (state !== "published" || expires === null) return undefined;
    if (Date.now() < expires) return expires;
    await this.#publication.withdraw("expire", SYSTEM);
    return undefined;
  }

  #select(rows: readonly SessionRow[], by: Actor): void {
    const { id, state } = this.facts.get();
    this.selection.select(rows);
    advance(this.facts, rows.length > 0 ? "begin" : "empty");
    const after = this.facts.get().state;
    if (after !== state) this.trail.note(by, `handoff.${after}`, id);
  }

  /** Tells the client group, whose list shows it. */
  protected override async changed(): Promise<void> {
    const { id, group_id, recipient, state: current, expires, told } = this.facts.get();
    const until = expires === null ? null : new Date(expires).toISOString();
    const now = JSON.stringify([recipient, current, until]);
    if (told === now) return;
    await accepted(groupObject(this.env, this.facts.organization(), group_id).handoffChanged(id, recipient, current, until));
    this.facts.setTold(now);
  }
}
