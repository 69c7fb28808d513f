import { fromHex, fromUtf8, toHex, utf8 } from "../../../record/bytes.ts";
import { parseEntry } from "../../../record/entry.ts";
import { type Handoff, type HandoffSession, PACKAGE_FORMAT } from "../../../record/handoff.ts";
import { FactCounter } from "../../../record/session-facts.ts";
import { visibleLines } from "../../../record/text.ts";
import { accepted } from "../../answer.ts";
import type { Bindings } from "../../env.ts";
import type { SelectedSession } from "../../schema.ts";
import type { EndpointRow } from "../client-group/endpoint-list.ts";
import type { GroupSnapshot } from "../client-group.ts";
import { groupObject, sessionObject, type VerifiedOrganization } from "../name.ts";
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

  keep(frozen: Frozen, checkpoints: ReadonlyMap<string, string>): void {
    const bytes = utf8(JSON.stringify({ ...frozen, leaves: frozen.leaves.map(toHex).join("") }));
    this.#storage.transactionSync(() => {
      this.drop();
      for (let part = 0; part * ROW < bytes.length; part++) {
        this.#storage.sql.exec("INSERT INTO frozen VALUES (?, ?)", part, bytes.slice(part * ROW, (part + 1) * ROW));
      }
      for (const [session, note] of checkpoints)
        this.#storage.sql.exec("INSERT INTO frozen_checkpoints VALUES (?, ?)", session, note);
    });
  }

  drop(): void {
    this.#storage.sql.exec("DELETE FROM frozen");
    this.#storage.sql.exec("DELETE FROM frozen_checkpoints");
  }
}

/** Gathers from the other objects what the package will say. Nothing of it can change while the handoff is generating. */
export async function gather(
  env: Bindings,
  organization: VerifiedOrganization,
  facts: HandoffFacts,
  review: Review,
  created: string,
): Promise<{ frozen: Frozen; checkpoints: Map<string, string> }> {
  const group = groupObject(env, organization, facts.get().group_id);
  const snapshot = await accepted(group.snapshot());
  const checkpoints = new Map<string, string>();
  const sessions: HandoffSession[] = [];
  const nameless = new Set<string>();
  for (const selected of review.sessions()) {
    const { note, leaf } = await accepted(sessionObject(env, organization, selected.session).head());
    checkpoints.set(selected.session, note);
    const { said, endpointHidden } = await stated(env, organization, selected, leaf, review);
    sessions.push(said);
    if (endpointHidden) nameless.add(said.endpoint);
  }
  const endpoints = await endpointsOf(group, sessions);
  const leaves = new Map(sessions.map(({ leaf, session }) => [leaf, session]));
  const { id, group_id, recipient, letter } = facts.get();
  return {
    checkpoints,
    frozen: {
      handoff: {
        format: PACKAGE_FORMAT,
        handoff: id,
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
    },
  };
}

/** What the package says of a session, and whether its endpoint's name is hidden in it. Counts of hidden lines and a title that nobody wrote are taken from the redacted text. */
async function stated(
  env: Bindings,
  organization: VerifiedOrganization,
  selected: SelectedSession,
  leaf: number,
  review: Review,
): Promise<{ said: HandoffSession; endpointHidden: boolean }> {
  const counter = new FactCounter();
  let subject = "";
  let endpointHidden = false;
  for await (const { line, text } of reviewedEntries(env, organization, selected.session, review.hidden(selected.session))) {
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
