import { compiledViewer } from "../../../generator/compiled-viewer.ts";
import { completeHandoff } from "../../../generator/package.ts";
import { memorySpool } from "../../../generator/platform.ts";
import { previewSessionPage, SitePreview, sessionOfPage } from "../../../generator/preview.ts";
import type { PackageSource } from "../../../generator/source.ts";
import type { Handoff, HandoffSession } from "../../../record/handoff.ts";
import { now } from "../../clock.ts";
import type { Bindings } from "../../env.ts";
import type { SelectedSession } from "../../schema.ts";
import { Budget } from "./budget.ts";
import type { HandoffFacts } from "./facts.ts";
import { type Frozen, gather } from "./freeze.ts";
import { Gathered } from "./gathered.ts";
import { workerPlatform } from "./platform.ts";
import type { Review } from "./review.ts";
import { packageSigner, packageSource } from "./source.ts";
import type { Spools } from "./spools.ts";

/** A page of the package as it would be now; or how many sessions were looked at so far, of those that the page says something of. */
export type PreviewPage =
  | { result: "page"; text: string }
  | { result: "file"; bytes: Uint8Array }
  | { result: "gathering"; done: number; total: number }
  | { result: "no-such-page" };

/** About how many entries one request looks at for the pages about all sessions. */
const ENTRIES = 20_000;

/** Who a page says has reviewed a session that nobody has. */
const NOBODY = "(not reviewed yet)";

const inMemory = { open: () => memorySpool() } as Pick<Spools, "open"> as Spools;

/** The pages of a package before it is made, out of the renderer that will make it and from what is selected and hidden now. */
export class Previews {
  readonly #env: Bindings;
  readonly #facts: HandoffFacts;
  readonly #review: Review;
  readonly #gathered = new Gathered();
  #site: { key: string; preview: SitePreview } | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(env: Bindings, facts: HandoffFacts, review: Review) {
    this.#env = env;
    this.#facts = facts;
    this.#review = review;
  }

  /** @param path in the package. One request after the other: they share what is gathered. */
  page(path: string): Promise<PreviewPage> {
    const turn = this.#turn.then(() => (sessionOfPage(path) === undefined ? this.#sitePage(path) : this.#sessionPage(path)));
    this.#turn = turn.catch(() => {});
    return turn;
  }

  /** Reads the one session, however many there are. Of the others the page says titles, as far as they are known to hold nothing hidden. */
  async #sessionPage(path: string): Promise<PreviewPage> {
    const sessions = this.#present();
    const own = sessions.find(({ session }) => session === sessionOfPage(path));
    if (own === undefined) return { result: "no-such-page" };
    const frozen = await this.#freeze([own]);
    if (frozen === undefined) return { result: "no-such-page" };
    const said = sessions.map((one) => this.#gathered.get(one.session)?.said ?? outlineOf(one));
    const source = this.#source({ ...frozen, handoff: { ...frozen.handoff, sessions: said } });
    const page = await previewSessionPage(path, source, this.#complete(source), workerPlatform(inMemory), compiledViewer);
    return page !== undefined && "text" in page ? { result: "page", text: page.text } : { result: "no-such-page" };
  }

  async #sitePage(path: string): Promise<PreviewPage> {
    const sessions = this.#present();
    const total = sessions.length;
    const key = JSON.stringify([this.#facts.get(), this.#facts.omissions(), sessions, this.#review.redactions()]);
    if (this.#site?.key !== key) {
      const frozen = await this.#freeze(sessions);
      if (frozen === undefined) return { result: "gathering", done: this.#gathered.gathered().size, total };
      const source = this.#source(frozen);
      const preview = new SitePreview(source, this.#complete(source), workerPlatform(inMemory), compiledViewer);
      this.#site = { key, preview };
    }
    const { preview } = this.#site;
    if (!(await preview.gather(ENTRIES))) return { result: "gathering", done: preview.gathered, total };
    const file = await preview.file(path);
    if (file === undefined) return { result: "no-such-page" };
    return "text" in file ? { result: "page", text: file.text } : { result: "file", bytes: file.bytes };
  }

  #present(): SelectedSession[] {
    const sessions = this.#review.sessions();
    this.#gathered.setPresent(sessions, this.#review.redactions());
    return sessions;
  }

  /** @returns undefined when there is more to gather than one request may. */
  async #freeze(sessions: readonly SelectedSession[]): Promise<Frozen | undefined> {
    const at = now();
    const reviewed = {
      sessions: () => sessions.map((one) => ({ ...one, reviewed: one.reviewed ?? { by: NOBODY, at } })),
      hidden: (session: string) => this.#review.hidden(session),
    };
    const organization = this.#facts.organization();
    const isWhole = await gather(this.#env, organization, this.#facts, reviewed, this.#gathered, at, new Budget());
    return isWhole ? this.#gathered.take() : undefined;
  }

  /** With what is hidden now: it may change while sessions are read. */
  #source(frozen: Frozen): PackageSource {
    const kept = new Map(
      frozen.handoff.sessions.map(({ session }) => [
        session as string,
        { checkpoint: this.#gathered.get(session)?.checkpoint ?? "", redactions: this.#review.hidden(session) },
      ]),
    );
    return packageSource(
      this.#env,
      this.#facts.organization(),
      frozen,
      (session) => kept.get(session) ?? { checkpoint: "", redactions: [] },
    );
  }

  #complete(source: PackageSource): Handoff {
    const signer = packageSigner(this.#env, this.#facts.organization(), source.handoff.from.key);
    return completeHandoff(source, signer, compiledViewer);
  }
}

/** A session of which nothing was read: its subject may have to be hidden, so without words that nobody wrote for the package. */
function outlineOf(one: SelectedSession): HandoffSession {
  const { session, endpoint, leaf, title, tags, opened, closed, mode, outcome, entries, commands, approvals } = one;
  return {
    ...{ session, endpoint, leaf: leaf ?? 0, title: title || session, tags, opened, closed: closed ?? opened, mode },
    ...{ outcome: outcome ?? "informational", entries, commands, approvals, redactedLines: one.redactions, note: "", todo: [] },
    ...{ reviewedBy: one.reviewed?.by ?? NOBODY, reviewedAt: one.reviewed?.at ?? opened },
  };
}
