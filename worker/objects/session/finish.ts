import { sessionOrigin } from "../../../record/checkpoint.ts";
import { parseVerifierKey } from "../../../record/key.ts";
import { accepted } from "../../answer.ts";
import type { Bindings } from "../../env.ts";
import { CLOSE } from "../agent-socket.ts";
import { endpointObject, groupObject, organizationObject, proven } from "../name.ts";
import { signedByOrganization } from "../sign-checkpoint.ts";
import type { SessionHead } from "./head.ts";
import type { SessionSockets } from "./sockets.ts";
import type { SessionFacts, SessionStore } from "./store.ts";

/** How long a closed session waits for the endpoint's cosignature before it enters the group's log without. */
const WITNESS_WAIT = 60_000;

/** What is still to be done for a closed session: sign its head, give the witness its time, take it into the group's log. */
export class Finisher {
  readonly #env: Bindings;
  readonly #store: SessionStore;
  readonly #head: SessionHead;
  readonly #sockets: SessionSockets;

  constructor(env: Bindings, store: SessionStore, head: SessionHead, sockets: SessionSockets) {
    this.#env = env;
    this.#store = store;
    this.#head = head;
    this.#sockets = sockets;
  }

  /** Fixes the head of a session whose last entry is written. Call it in that entry's transaction. */
  start(): void {
    const wait = this.#sockets.agent === undefined ? 0 : WITNESS_WAIT;
    this.#head.start(this.#checkpoint(this.#store.facts()), Date.now() + wait);
  }

  /**
   * Goes as far as it can. Each step is kept, so that it may be called again after a fault.
   * @returns when to call again, in milliseconds since 1970; undefined when all is done.
   */
  async step(): Promise<number | undefined> {
    const facts = this.#store.facts();
    if (this.#head.get()?.note === null) await this.#sign(facts);
    const head = this.#head.get();
    if (head === undefined) return undefined;
    const settled = head.witnessed !== null || this.#store.disagreement() !== null;
    if (!settled && Date.now() < head.deadline) return head.deadline;
    const group = groupObject(this.#env, proven(facts.organization), facts.group_id);
    const closed = {
      closed: facts.closed ?? facts.last_at,
      outcome: facts.outcome ?? ("informational" as const),
      entries: facts.size,
      commands: facts.commands,
      approvals: facts.approvals,
    };
    const { leaf } = await accepted(group.closeSession(facts.id, head.body, closed, head.witnessed));
    this.#store.transaction(() => {
      this.#head.keepLeaf(leaf);
      this.#store.set({ state: "closed" });
    });
    await this.settle();
    return undefined;
  }

  /**
   * Once the witness has answered there is nothing more to do at the endpoint. Until then its invitation stays: a cosignature may
   * come days later, and the leaf does not change with it.
   */
  async settle(): Promise<void> {
    const facts = this.#store.facts();
    const head = this.#head.get();
    if (head === undefined || (head.witnessed === null && this.#store.disagreement() === null)) return;
    const organization = proven(facts.organization);
    if (head.witnessed !== null) {
      await accepted(groupObject(this.#env, organization, facts.group_id).sessionWitnessed(facts.id, head.witnessed));
    }
    await accepted(endpointObject(this.#env, organization, facts.endpoint).uninvite(facts.id));
    this.#sockets.endAgents("closed", CLOSE.ended);
  }

  async #sign(facts: SessionFacts): Promise<void> {
    const organization = organizationObject(this.#env, proven(facts.organization));
    this.#head.keepSigned(await signedByOrganization(organization, this.#checkpoint(facts)));
    const kept = this.#head.get()?.note;
    if (kept) this.#sockets.toAgent({ type: "checkpoint", note: kept });
  }

  #checkpoint(facts: SessionFacts) {
    const tree = this.#store.tree();
    return { origin: sessionOrigin(parseVerifierKey(facts.organization_key).name, facts.id), size: tree.size, root: tree.root() };
  }
}
