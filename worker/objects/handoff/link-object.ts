import type { Act } from "../../act.ts";
import { type Answer, accepted, answering } from "../../answer.ts";
import type { Bindings } from "../../env.ts";
import type { AccessView, LinkView, ReceiptView, ReceiptWords, SignedReceipt } from "../../link-schema.ts";
import type { Asked } from "../../outcome.ts";
import type { Page } from "../../schema.ts";
import { groupObject, organizationObject, refOf } from "../name.ts";
import type { Actor } from "../organization.ts";
import { StoredObject } from "../stored-object.ts";
import { AccessLog } from "./access-log.ts";
import { type Comer, Door, type Entered, isGuarded, type Landing, type Opened, type Refused } from "./door.ts";
import { HandoffFacts, wrongState } from "./facts.ts";
import { Links, type LinkTerms } from "./links.ts";
import { PackageFiles } from "./package-files.ts";
import { hashPasscode } from "./passcode.ts";
import { Receipts } from "./receipts.ts";
import { HANDOFF_MIGRATIONS } from "./schema.ts";

const DAY = 86_400_000;
/** How many acknowledgements one link takes. */
const MOST_RECEIPTS = 50;

/** Terms of a link as they are asked for. What is missing stays as it is; null takes it away. */
export interface AskedTerms {
  days?: number | undefined;
  passcode?: string | null | undefined;
  opens?: number | null | undefined;
}

/** What a Handoff object is to its links: their making and changing by the MSP, and all that a recipient reaches through them. */
export abstract class LinkObject extends StoredObject {
  protected readonly facts: HandoffFacts;
  protected readonly links: Links;
  protected readonly files: PackageFiles;
  protected readonly log: AccessLog;
  readonly #receipts: Receipts;
  readonly #door: Door;

  constructor(ctx: DurableObjectState, env: Bindings) {
    super(ctx, env, HANDOFF_MIGRATIONS);
    const { sql } = ctx.storage;
    this.facts = new HandoffFacts(sql);
    this.links = new Links(sql);
    this.files = new PackageFiles(sql);
    this.log = new AccessLog(ctx, this.links);
    this.#receipts = new Receipts(sql, env);
    this.#door = new Door(this.facts, this.links, this.files, this.log);
  }

  // For the MSP

  /** @param hash SHA-256 of the link's secret. */
  async makeLink(
    name: string,
    asked: AskedTerms & { days: number },
    hash: Uint8Array,
    by: Actor,
  ): Promise<Answer<{ ref: string; link: LinkView }>> {
    return this.answering(async () => {
      const terms = await this.#terms(asked);
      this.#demandPublished();
      const { days } = asked;
      const link = this.ctx.storage.transactionSync(() => {
        const expires = this.#until(days);
        return this.links.add(name, hash, { passcode: null, limit: null, ...terms, expires });
      });
      await this.changed();
      await this.audit(by, "link.created", link);
      return { ref: refOf(this.ctx.id), link: this.links.view(link) };
    });
  }

  /** New terms. `days` count from now. */
  async changeLink(link: string, asked: AskedTerms, by: Actor): Promise<Answer<LinkView>> {
    return this.answering(async () => {
      const terms = await this.#terms(asked);
      this.#demandPublished();
      if (this.links.get(link).revoked !== null) throw wrongState("This link is revoked. Make a new one.");
      this.ctx.storage.transactionSync(() => {
        const expires = asked.days === undefined ? {} : { expires: this.#until(asked.days) };
        this.links.change(link, { ...terms, ...expires });
      });
      if (asked.days !== undefined) await this.changed();
      await this.audit(by, "link.changed", link, `New: ${Object.keys(asked).join(", ")}.`);
      return this.links.view(link);
    });
  }

  async revokeLink(link: string, by: Actor): Promise<Answer<null>> {
    return this.answering(async () => {
      this.links.get(link);
      this.ctx.storage.transactionSync(() => this.links.revoke(link));
      await this.audit(by, "link.revoked", link);
      return null;
    });
  }

  async accesses(cursor: string | undefined, limit: number): Promise<Answer<Page<AccessView>>> {
    return this.answering(() => this.log.list(cursor, limit));
  }

  async receipts(cursor: string | undefined, limit: number): Promise<Answer<Page<ReceiptView>>> {
    return this.answering(() => this.#receipts.list(cursor, limit));
  }

  async receipt(receipt: string): Promise<Answer<SignedReceipt>> {
    return this.answering(() => this.#receipts.get(receipt));
  }

  // For whoever has a link

  /**
   * Where a file of the package lies, and a line in the log.
   * @param path undefined for the whole package. @param noted whether the log should have it.
   */
  async open(comer: Comer, path: string | undefined, asked: Asked, noted: boolean): Promise<Opened> {
    return this.exists ? this.#door.open(comer, path, asked, noted) : { result: "unknown" };
  }

  /** A transfer of access number `access` ended after so many bytes. */
  async cutShort(access: number, bytes: number): Promise<void> {
    if (this.exists) this.log.cutShort(access, bytes);
  }

  async enter(comer: Comer, passcode: string): Promise<Entered> {
    return this.exists ? this.#door.enter(comer, passcode, this.env.CAISEY_MASTER_KEY) : { result: "unknown" };
  }

  async landing(comer: Comer): Promise<Landing | Refused> {
    if (!this.exists) return { result: "unknown" };
    const checked = this.#door.check(comer);
    if (checked.result !== "in") return checked;
    const { link } = checked;
    const { id, group_id, recipient, period_from: from, period_to: to } = this.facts.get();
    const stored = this.facts.package();
    if (stored === null) return { result: "expired" };
    const organization = this.facts.organization();
    const [{ name }, group] = await Promise.all([
      accepted(organizationObject(this.env, organization).profile()),
      accepted(groupObject(this.env, organization, group_id).get()),
    ]);
    return {
      result: "in",
      name: link.name,
      isOpen: !isGuarded(link),
      expires: new Date(Math.min(link.expires, this.facts.get().expires ?? 0)).toISOString(),
      organization: name,
      group: group.name,
      recipient,
      handoff: id,
      period: from === null || to === null ? null : { from, to },
      package: { ...stored, files: this.files.count() },
      receipts: this.#receipts.list(undefined, MOST_RECEIPTS, link.id).items,
    };
  }

  /** Signs and keeps what a recipient says. It stands in the audit trail before they get it. */
  async acknowledge(comer: Comer, words: ReceiptWords): Promise<{ result: "in"; receipt: string } | { result: "full" } | Refused> {
    if (!this.exists) return { result: "unknown" };
    const checked = this.#door.check(comer);
    if (checked.result !== "in") return checked;
    const { id: link, name } = checked.link;
    const { id: handoff } = this.facts.get();
    const stored = this.facts.package();
    if (stored === null) return { result: "expired" };
    if (this.#receipts.count(link) >= MOST_RECEIPTS) return { result: "full" };
    const signed = await this.#receipts.sign(this.facts.organization(), { handoff, package: stored, link: name }, words);
    const by = { id: link, name: `${words.name}, ${words.company}` };
    await this.audit(by, "receipt.acknowledged", `${handoff} ${signed.receipt}`, words.statement);
    // Others may have come in between.
    if (this.#receipts.count(link) >= MOST_RECEIPTS) return { result: "full" };
    this.#receipts.keep(link, signed);
    this.log.add({ link, path: "receipt", status: 303, bytes: 0 }, comer.visitor);
    return { result: "in", receipt: signed.receipt };
  }

  /** A receipt that was made through this link. */
  async ownReceipt(comer: Comer, receipt: string): Promise<{ result: "in"; receipt: SignedReceipt | undefined } | Refused> {
    if (!this.exists) return { result: "unknown" };
    const checked = this.#door.check(comer);
    if (checked.result !== "in") return checked;
    const own = await answering(() => this.#receipts.get(receipt, checked.link.id));
    return { result: "in", receipt: own.ok ? own.value : undefined };
  }

  protected audit(by: Actor, act: Act, about = this.facts.get().id, reason?: string): Promise<null> {
    return accepted(organizationObject(this.env, this.facts.organization()).audit(by, act, about, reason));
  }

  protected answering<T>(work: () => T | Promise<T>): Promise<Answer<T>> {
    return answering(() => {
      this.demandExists();
      return work();
    });
  }

  /** Tells the client group, whose list shows until when the package is there. */
  protected abstract changed(): Promise<void>;

  /** What was asked for but the time, ready to be stored. */
  async #terms({ passcode, opens }: AskedTerms): Promise<Partial<LinkTerms>> {
    return {
      ...(passcode === undefined
        ? {}
        : { passcode: passcode === null ? null : await hashPasscode(passcode, this.env.CAISEY_MASTER_KEY) }),
      ...(opens === undefined ? {} : { limit: opens }),
    };
  }

  /** @throws WorkerError `handoff/state`. */
  #demandPublished(): void {
    if (this.facts.get().state !== "published") throw wrongState("Links lead to published packages only.");
  }

  /** The end of a link that works for so many days from now. The package stays for as long as its longest link. */
  #until(days: number): number {
    const until = Date.now() + Math.round(days * DAY);
    if (until > (this.facts.get().expires ?? 0)) this.facts.setExpiry(until);
    return until;
  }
}
