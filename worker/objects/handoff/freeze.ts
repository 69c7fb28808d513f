import { fromHex, fromUtf8, toHex, utf8 } from "../../../record/bytes.ts";
import { parseEntry } from "../../../record/entry.ts";
import { type Handoff, type HandoffSession, PACKAGE_FORMAT } from "../../../record/handoff.ts";
import { FactCounter } from "../../../record/session-facts.ts";
import { visibleLines } from "../../../record/text.ts";
import { accepted } from "../../answer.ts";
import type { Bindings } from "../../env.ts";
import type { SelectedSession } from "../../schema.ts";
import type { EndpointRow } from "../client-group/endpoint-list.ts";
import type { GroupSnapshot } from "../client-group/signed-head.ts";
import { groupObject, sessionObject, type VerifiedOrganization } from "../name.ts";
import type { Budget } from "./budget.ts";
import type { HandoffFacts } from "./facts.ts";
import type { Review } from "./review.ts";
import { reviewedEntries } from "./source.ts";

/** What a generation is made of beside the sessions' entries. */
export interface Frozen {
  handoff: Omit<Handoff, "generator">;
  groupCheckpoint: string;
  /** Statements that lead from the organisation's first key to the one that signs the package. */
  keyStatements: string[];
  leaves: Uint8Array[];
}

const ROW = 1_000_000;

/** Keeps what a generation is made of, fixed once: another attempt, days later, must give the same bytes. */
export class FrozenSource {
  readonly #storage: DurableObjectStorage;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
  }

  get(): Frozen | undefined {
    const parts = this.#storage.sql.exec<{ value: ArrayBuffer }>("SELECT value FROM frozen ORDER BY part").toArray();
    if (parts.length === 0) return undefined;
    const bytes = new Uint8Array(parts.reduce((sum, { value }) => sum + value.byteLength, 0));
    let at = 0;
    for (const { value } of parts) {
      bytes.set(new Uint8Array(value), at);
      at += value.byteLength;
    }
    const { leaves, ...rest } = JSON.parse(fromUtf8(bytes)) as Omit<Frozen, "leaves"> & { leaves: string };
    return {
      ...rest,
      leaves: Array.from({ length: leaves.length / 64 }, (_, i) => fromHex(leaves.slice(64 * i, 64 * (i + 1)), 32)),
    };
  }

  /** Signed note over a session's head. */
  checkpoint(session: string): string {
    return this.#storage.sql.exec<{ note: string }>("SELECT note FROM frozen_checkpoints WHERE session = ?", session).one().note;
  }

  /** Sessions that are gathered already. */
  gathered(): ReadonlySet<string> {
    const rows = this.#storage.sql.exec<{ session: string }>("SELECT session FROM frozen_sessions").toArray();
    return new Set(rows.map(({ session }) => session));
  }

  /** @param isNameless whether its endpoint's name is hidden in it. */
  keepSession(said: HandoffSession, checkpoint: string, isNameless: boolean): void {
    this.#storage.transactionSync(() => {
      const { sql } = this.#storage;
      sql.exec(
        "INSERT INTO frozen_sessions (session, said, nameless) VALUES (?, ?, ?)",
        said.session,
        JSON.stringify(said),
        isNameless ? 1 : 0,
      );
      sql.exec("INSERT INTO frozen_checkpoints VALUES (?, ?)", said.session, checkpoint);
    });
  }

  /** All that are gathered, in their order, and the endpoints whose name is hidden. */
  sessions(): { sessions: HandoffSession[]; nameless: ReadonlySet<string> } {
    const rows = this.#storage.sql
      .exec<{ said: string; nameless: number }>("SELECT said, nameless FROM frozen_sessions ORDER BY number")
      .toArray();
    const sessions = rows.map(({ said }) => JSON.parse(said) as HandoffSession);
    return { sessions, nameless: new Set(sessions.flatMap(({ endpoint }, i) => (rows[i]?.nameless ? [endpoint] : []))) };
  }

  keep(frozen: Frozen): void {
    const bytes = utf8(JSON.stringify({ ...frozen, leaves: frozen.leaves.map(toHex).join("") }));
    this.#storage.transactionSync(() => {
      this.#storage.sql.exec("DELETE FROM frozen");
      for (let part = 0; part * ROW < bytes.length; part++) {
        this.#storage.sql.exec("INSERT INTO frozen VALUES (?, ?)", part, bytes.slice(part * ROW, (part + 1) * ROW));
      }
      // It stands in the above now.
      this.#storage.sql.exec("DELETE FROM frozen_sessions");
    });
  }

  drop(): void {
    for (const table of ["frozen", "frozen_checkpoints", "frozen_sessions"]) this.#storage.sql.exec(`DELETE FROM ${table}`);
  }
}

/** Where what is gathered goes: see {@link FrozenSource}. */
export type Gathering = Pick<FrozenSource, "gathered" | "keepSession" | "sessions" | "keep">;
/** What was selected, reviewed and hidden. */
export type Reviewed = Pick<Review, "sessions" | "hidden">;

/**
 * Gathers from the other objects what the package will say, session by session, as far as the budget goes. Nothing of it can change
 * while the handoff is generating.
 * @param created when it was begun, RFC 3339.
 * @returns whether it is complete, and kept.
 */
export async function gather(
  env: Bindings,
  organization: VerifiedOrganization,
  facts: HandoffFacts,
  review: Reviewed,
  kept: Gathering,
  created: string,
  budget: Budget,
): Promise<boolean> {
  const gathered = kept.gathered();
  for (const selected of review.sessions()) {
    if (gathered.has(selected.session)) continue;
    if (budget.isSpent) return false;
    budget.request();
    const { note, leaf } = await accepted(sessionObject(env, organization, selected.session).head());
    const { said, endpointHidden } = await stated(env, organization, selected, leaf, review, budget);
    kept.keepSession(said, note, endpointHidden);
  }
  const group = groupObject(env, organization, facts.get().group_id);
  const snapshot = await accepted(group.snapshot());
  const { sessions, nameless } = kept.sessions();
  const endpoints = await endpointsOf(group, sessions);
  const leaves = new Map(sessions.map(({ leaf, session }) => [leaf, session]));
  const { id, group_id, recipient, letter, replaces_manifest: replaces } = facts.get();
  kept.keep({
    handoff: {
      format: PACKAGE_FORMAT,
      handoff: id,
      ...(replaces === null ? {} : { replaces }),
      created,
      from: { organization: snapshot.organizationName, key: snapshot.organizationKey },
      to: { name: recipient },
      client: { group: group_id, name: snapshot.name },
      period: facts.period(),
      letter,
      endpoints: endpoints.map(({ endpoint, name, key }) => ({ endpoint, name: nameless.has(endpoint) ? endpoint : name, key })),
      sessions,
      log: {
        size: snapshot.leaves.length,
        omitted: snapshot.leaves.flatMap(({ session, opened }, leaf) =>
          leaves.has(leaf) ? [] : [{ leaf, reason: facts.omission(session, opened) }],
        ),
      },
    },
    groupCheckpoint: snapshot.checkpoint,
    keyStatements: snapshot.keyStatements,
    leaves: snapshot.leaves.map(({ hash }: GroupSnapshot["leaves"][number]) => hash),
  });
  return true;
}

/** What the package says of a session, and whether its endpoint's name is hidden in it. Counts of hidden lines and a title that nobody wrote are taken from the redacted text. */
async function stated(
  env: Bindings,
  organization: VerifiedOrganization,
  selected: SelectedSession,
  leaf: number,
  review: Reviewed,
  budget: Budget,
): Promise<{ said: HandoffSession; endpointHidden: boolean }> {
  const counter = new FactCounter();
  let subject = "";
  let endpointHidden = false;
  const hidden = review.hidden(selected.session);
  for await (const { line, text } of reviewedEntries(env, organization, selected.session, hidden, 0, budget)) {
    budget.bytes(line.length);
    const entry = parseEntry(utf8(line));
    counter.add(entry, text);
    if (entry.kind !== "opened") continue;
    const [subjectLine] = text.subject === undefined ? [] : visibleLines(text.subject);
    subject = subjectLine?.text ?? "";
    endpointHidden = text.endpoint !== undefined && visibleLines(text.endpoint).some(({ hidden }) => hidden !== undefined);
  }
  const facts = counter.result();
  if (facts === undefined || selected.reviewed === null) throw new Error("expected a closed session that is reviewed");
  const said: HandoffSession = {
    session: selected.session,
    endpoint: selected.endpoint,
    leaf,
    title: selected.title || subject || selected.session,
    tags: selected.tags,
    ...facts,
    note: selected.note,
    todo: selected.todo,
    reviewedBy: selected.reviewed.by,
    reviewedAt: selected.reviewed.at,
  };
  return { said, endpointHidden };
}

async function endpointsOf(group: ReturnType<typeof groupObject>, sessions: readonly HandoffSession[]): Promise<EndpointRow[]> {
  const ids = [...new Set(sessions.map(({ endpoint }) => endpoint))].sort();
  return accepted(group.getEndpoints(ids));
}
