import { visibleLines } from "../../../record/text.ts";
import { type Answer, accepted } from "../../answer.ts";
import type { Bindings } from "../../env.ts";
import { WorkerError } from "../../error.ts";
import { isSecret } from "../../scan/finding.ts";
import type {
  DecidedView,
  DecisionBody,
  FindingsQuery,
  FindingView,
  ScannedSession,
  ScanSettings,
  ScanView,
} from "../../scan-schema.ts";
import type { Page, PlaceView, RedactionView } from "../../schema.ts";
import type { GroupRules } from "../client-group/handoff-rules.ts";
import { groupObject, sessionObject } from "../name.ts";
import type { Actor } from "../organization.ts";
import { wrongState } from "./facts.ts";
import { Findings, type FindingsCopy, type StoredFinding } from "./findings.ts";
import type { FoundRedaction, LinePlace } from "./review.ts";
import { ReviewObject } from "./review-object.ts";
import { scanSession } from "./scan.ts";

/** How many lines one request masks: each is read out of its session. */
const MOST_MASKED = 200;
/** How many findings one request decides. */
const MOST = 2000;

/** What a Handoff object is to the scanner: its findings, and what people decide about them. */
export abstract class ScanObject extends ReviewObject {
  readonly #findings: Findings;

  constructor(ctx: DurableObjectState, env: Bindings) {
    super(ctx, env);
    this.#findings = new Findings(ctx.storage.sql);
  }

  async scanned(): Promise<Answer<ScanView>> {
    return this.answering(async () => {
      const { terms, version } = await this.rules();
      return { terms, settings: this.#findings.settings(), sessions: this.#findings.sessions(version) };
    });
  }

  async setScan(settings: ScanSettings): Promise<Answer<null>> {
    return this.answering(() => {
      this.facts.demandEditable();
      this.ctx.storage.transactionSync(() => this.#findings.setSettings(settings));
      return null;
    });
  }

  /** Looks through one selected session. What was decided about what is found again stays. */
  async scan(session: string, by: Actor): Promise<Answer<ScannedSession>> {
    return this.answering(async () => {
      this.facts.demandEditable();
      this.selection.session(session);
      const { terms, version } = await this.rules();
      const settings = this.#findings.settings();
      const run = this.#findings.begin();
      try {
        for await (const found of scanSession(this.env, this.facts.organization(), session, { ...settings, terms })) {
          this.ctx.storage.transactionSync(() => this.#findings.add(run, session, found));
        }
        this.facts.demandEditable();
        if (JSON.stringify(settings) !== JSON.stringify(this.#findings.settings())) {
          throw wrongState("The scanner was set anew while it was at work. Scan again.");
        }
        this.ctx.storage.transactionSync(() => this.#findings.store(run, session, version));
      } finally {
        this.#findings.end(run);
      }
      await this.audit(by, "session.scanned", `${this.facts.get().id} ${session}`);
      const scanned = this.#findings.sessions(version).find((one) => one.session === session);
      return scanned ?? { session, scanned: null, findings: 0, open: 0 };
    });
  }

  async listFindings(query: FindingsQuery): Promise<Answer<Page<FindingView>>> {
    return this.answering(() => this.#findings.list(query));
  }

  /** Decides about one finding, about all equal ones, or about all of its kind. */
  async decide(decision: DecisionBody, by: Actor): Promise<Answer<DecidedView>> {
    return this.answering(async () => {
      this.facts.demandEditable();
      const first = this.#findings.get(decision.finding);
      // Taking one back may show what others in its line mask.
      const isMasking = decision.decision === "mask" || decision.decision === "undo";
      const { pending: now, all } = this.#findings.within(first, decision, isMasking ? MOST_MASKED : MOST);
      const lines =
        isMasking || now.some((one) => this.#findings.ofLine(one).some((other) => other.decision === "mask"))
          ? await this.#lines(now.slice(0, MOST_MASKED))
          : new Map<string, string>();
      const decided = lines.size > 0 ? now.slice(0, MOST_MASKED) : now;
      this.facts.demandEditable();
      this.ctx.storage.transactionSync(() => {
        for (const one of decided) {
          const reason = decision.decision === "keep" ? null : (decision.reason ?? reasonOf(one));
          this.#findings.decide(one.id, decision, reason, by);
        }
        for (const one of new Map(decided.map((row) => [lineOf(row), row])).values()) {
          this.selection.redactFound(one, this.#redaction(one, lines.get(lineOf(one))), by);
        }
      });
      return { decided: decided.length, left: all - decided.length };
    });
  }

  /** What the client group and the organisation ask of this handoff. */
  protected async rules(): Promise<GroupRules & { everywhere: boolean }> {
    return accepted(groupObject(this.env, this.facts.organization(), this.facts.get().group_id).handoffRules());
  }

  /** @param terms version of the client's words. */
  protected scanState(terms: number): { unscanned: number; open: number } {
    const sessions = this.#findings.sessions(terms);
    const unscanned = sessions.filter(({ scanned }) => scanned === null).length;
    return { unscanned, open: sessions.reduce((sum, { open }) => sum + open, 0) };
  }

  /** @throws WorkerError `handoff/unscanned`, `handoff/undecided`. */
  protected demandScanned(terms: number): void {
    const { unscanned, open } = this.scanState(terms);
    if (unscanned > 0) {
      const message = `${unscanned} of the sessions were not looked through for passwords and personal data as it is set now. Scan them first.`;
      throw new WorkerError("handoff/unscanned", message);
    }
    if (open === 0) return;
    throw new WorkerError("handoff/undecided", `Nothing is decided yet about ${open} of the scanner's findings.`);
  }

  protected shownAgain(place: LinePlace): void {
    this.#findings.reopen(place);
  }

  protected copyFindings(): FindingsCopy {
    return this.#findings.copy();
  }

  protected adoptFindings(copy: FindingsCopy): void {
    this.#findings.adopt(copy);
  }

  protected forgetFindings(session: string, erased: readonly PlaceView[]): void {
    for (const { seq, field, lines } of erased) this.#findings.forget(session, seq, field, lines);
  }

  /** What the decisions about a line come to. */
  #redaction(place: StoredFinding, text: string | undefined): FoundRedaction | null {
    const there = this.#findings.ofLine(place);
    const hiding = there.find(({ decision }) => decision === "redact");
    if (hiding !== undefined) return { reason: reasonGiven(hiding), shown: null };
    const masked = there.filter(({ decision }) => decision === "mask");
    const [first] = masked;
    if (first === undefined || text === undefined) return null;
    let shown = "";
    let at = 0;
    for (const one of masked) {
      shown += text.slice(at, one.start) + this.#findings.alias(one);
      at = one.end;
    }
    return { reason: reasonGiven(first), shown: shown + text.slice(at) };
  }

  /** The recorded lines in which these findings are. */
  async #lines(findings: readonly StoredFinding[]): Promise<Map<string, string>> {
    const lines = new Map<string, string>();
    const entries = Map.groupBy(findings, ({ session, seq }) => `${session}/${seq}`);
    for (const [first, ...others] of entries.values()) {
      if (first === undefined) continue;
      const stub = sessionObject(this.env, this.facts.organization(), first.session);
      const { entries: found } = await accepted(stub.entries(first.seq, 1));
      for (const one of [first, ...others]) {
        const text = found[0]?.text[one.field];
        const line = text === undefined ? undefined : visibleLines(text)[one.line];
        if (line !== undefined && line.hidden === undefined) lines.set(lineOf(one), line.text);
      }
    }
    return lines;
  }
}

function lineOf({ session, seq, field, line }: StoredFinding): string {
  return `${session}/${seq}/${field}/${line}`;
}

function reasonOf({ kind }: StoredFinding): RedactionView["reason"] {
  if (isSecret(kind)) return "credential";
  return kind === "term" || kind === "private-address" ? "other" : "personal-data";
}

function reasonGiven(finding: StoredFinding): RedactionView["reason"] {
  return (finding.reason as RedactionView["reason"] | null) ?? reasonOf(finding);
}
