import { concat, fromUtf8, utf8 } from "../../../record/bytes.ts";
import { type Entry, type EntryKind, parseEntry } from "../../../record/entry.ts";
import type { TextValue } from "../../../record/text.ts";
import { Tree } from "../../../record/tree.ts";
import type { Recorded } from "../../../record/wire.ts";
import { now } from "../../clock.ts";
import type { ParticipantView, SessionState, SessionView } from "../../schema.ts";
import { insertRows } from "../insert-rows.ts";
import { workerHashes } from "./hashes.ts";

/** Rows hold up to 2 MB; a text can be longer. */
const PART = 1_000_000;

/** What is known of a session beside its entries. */
export type SessionFacts = Record<
  | "id"
  | "organization"
  | "organization_key"
  | "group_id"
  | "endpoint"
  | "endpoint_name"
  | "endpoint_key"
  | "subject"
  | "opened"
  | "last_at",
  string
> & {
  mode: "live" | "imported";
  state: SessionState;
  closed: string | null;
  outcome: SessionView["outcome"];
  commands: number;
  approvals: number;
  /** The endpoint's first event number that is not stored. */
  next_event: number;
  agent_seen: string | null;
  size: number;
  /** How many entries the search index has. */
  indexed: number;
};

/** An entry that was stored, as it goes out to sockets. */
export interface Committed extends Recorded {
  seq: number;
  /** The endpoint's own number of it, when it came from there. */
  n: number | undefined;
  /** As many bytes as it takes to send, about. */
  bytes: number;
}

/** What changes in a session with each entry. */
export type Progress = Pick<SessionFacts, "last_at" | "next_event" | "commands" | "approvals" | "agent_seen">;

/** Outputs belong to their command, and there are many: the index over references is without them. */
type AnswerKind = Exclude<EntryKind, "output">;
const ANSWERS = "FROM entries WHERE refers = ? AND kind = ? AND kind <> 'output'";

/**
 * A session's rows. Nothing here waits, so what one call reads and writes belongs together. Nobody else writes them, so what was read
 * is remembered until a transaction fails.
 */
export class SessionStore {
  readonly #storage: DurableObjectStorage;
  readonly #sql: SqlStorage;
  /** Rows of the transaction that is going on. */
  readonly #waiting: { entries: unknown[][]; texts: unknown[][] } = { entries: [], texts: [] };
  #facts: Readonly<SessionFacts> | undefined;
  #tree: Tree | undefined;
  #onUndone = () => {};

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
    this.#sql = storage.sql;
  }

  /** All or nothing. Transactions may lie in one another. */
  transaction<T>(work: () => T): T {
    try {
      return this.#storage.transactionSync(work);
    } catch (error) {
      this.#waiting.entries.length = 0;
      this.#waiting.texts.length = 0;
      this.#facts = undefined;
      this.#tree = undefined;
      this.#onUndone();
      throw error;
    }
  }

  /** Called when a transaction failed: what was remembered of the rows may be wrong. */
  onUndone(forget: () => void): void {
    this.#onUndone = forget;
  }

  facts(): Readonly<SessionFacts> {
    this.#facts ??= this.#sql
      .exec<SessionFacts>(
        `SELECT id, organization, organization_key, group_id, endpoint, endpoint_name, endpoint_key, subject, opened, last_at,
         mode, state, closed, outcome, commands, approvals, next_event, agent_seen, size, indexed FROM session`,
      )
      .one();
    return this.#facts;
  }

  /** Sets some of what {@link facts} says. */
  set(facts: Partial<SessionFacts>): void {
    const columns = Object.keys(facts).map((name) => `${name} = ?`);
    this.#sql.exec(`UPDATE session SET ${columns.join(", ")}`, ...Object.values(facts));
    if (this.#facts !== undefined) this.#facts = { ...this.#facts, ...facts };
  }

  /** The tree over all committed lines. Whoever adds to it ends with {@link keep}, in one transaction. */
  tree(): Tree {
    this.#tree ??= this.#storedTree();
    return this.#tree;
  }

  #storedTree(): Tree {
    const { size, subtrees } = this.#sql.exec<{ size: number; subtrees: ArrayBuffer }>("SELECT size, subtrees FROM session").one();
    const bytes = new Uint8Array(subtrees);
    return Tree.restore(
      size,
      Array.from({ length: bytes.length / 32 }, (_, i) => bytes.slice(32 * i, 32 * (i + 1))),
      workerHashes,
    );
  }

  /**
   * Adds the next entry with its texts. Call it in a transaction that ends with {@link keep}.
   * @param refers number of the entry that it answers or belongs to.
   * @returns about how many bytes the texts take.
   */
  append(
    entry: Entry,
    line: Uint8Array,
    text: Record<string, TextValue>,
    n: number | undefined,
    refers: number | undefined,
  ): number {
    this.#waiting.entries.push([entry.seq, n ?? null, entry.kind, refers ?? null, line]);
    return Object.entries(text).reduce((sum, [field, value]) => sum + this.#insertText(entry.seq, field, value), 0);
  }

  /** Keeps what was appended, and what the session came to with it. */
  keep(tree: Tree, progress: Progress): void {
    this.#flush();
    this.#sql.exec(
      "UPDATE session SET size = ?, subtrees = ?, last_at = ?, next_event = ?, commands = ?, approvals = ?, agent_seen = ?",
      tree.size,
      concat(...tree.state()),
      progress.last_at,
      progress.next_event,
      progress.commands,
      progress.approvals,
      progress.agent_seen,
    );
    if (this.#facts !== undefined) this.#facts = { ...this.#facts, ...progress, size: tree.size };
  }

  /** Entries from number `from` on: at most `limit`, and no more than about `bytes` bytes, but one at least. */
  read(from: number, limit: number, bytes: number): Committed[] {
    this.#flush();
    const out: Committed[] = [];
    let total = 0;
    for (const row of this.#sql.exec<{ seq: number; n: number | null; line: ArrayBuffer }>(
      "SELECT seq, n, line FROM entries WHERE seq >= ? ORDER BY seq LIMIT ?",
      from,
      limit,
    )) {
      const { text, length } = this.#texts(row.seq);
      const size = row.line.byteLength + length;
      if (out.length > 0 && total + size > bytes) break;
      total += size;
      out.push({ seq: row.seq, n: row.n ?? undefined, line: fromUtf8(new Uint8Array(row.line)), text, bytes: size });
    }
    return out;
  }

  /** Kind of an entry and what it refers to; undefined when there is no such entry. */
  kindOf(seq: number): { kind: EntryKind; refers: number | null } | undefined {
    this.#flush();
    return this.#sql
      .exec<{ kind: EntryKind; refers: number | null }>("SELECT kind, refers FROM entries WHERE seq = ?", seq)
      .toArray()[0];
  }

  /** Whether some entry of this kind refers to entry `seq`. */
  isAnswered(seq: number, kind: AnswerKind): boolean {
    this.#flush();
    return this.#sql.exec(`SELECT 1 ${ANSWERS} LIMIT 1`, seq, kind).toArray().length > 0;
  }

  text(seq: number, field: string): TextValue | undefined {
    this.#flush();
    return this.#texts(seq).text[field];
  }

  /** Undefined when there is no such entry. */
  entry(seq: number): Entry | undefined {
    this.#flush();
    const row = this.#sql.exec<{ line: ArrayBuffer }>("SELECT line FROM entries WHERE seq = ?", seq).toArray()[0];
    return row === undefined ? undefined : parseEntry(new Uint8Array(row.line));
  }

  /** Numbers of the entries of this kind that refer to entry `seq`. */
  answers(seq: number, kind: AnswerKind): number[] {
    this.#flush();
    return this.#sql
      .exec<{ seq: number }>(`SELECT seq ${ANSWERS} ORDER BY seq`, seq, kind)
      .toArray()
      .map((row) => row.seq);
  }

  /** The last output of that command's stream before entry `seq`. The line says which stream it is of, and holds nobody's words. */
  outputBefore(command: number, stream: string, seq: number): Committed | undefined {
    this.#flush();
    const [row] = this.#sql
      .exec<{ seq: number }>(
        `SELECT seq FROM entries WHERE seq > ? AND seq < ? AND kind = 'output' AND refers = ? AND instr(line, ?) > 0
         ORDER BY seq DESC LIMIT 1`,
        ...[command, seq, command, utf8(`"stream":"${stream}"`)],
      )
      .toArray();
    return row === undefined ? undefined : this.read(row.seq, 1, 0)[0];
  }

  /** Puts another rendering in a text's place. Its bytes are overwritten first: a row that is only deleted may linger in a free page. */
  replaceText(seq: number, field: string, value: TextValue): void {
    this.#sql.exec("UPDATE texts SET value = zeroblob(length(value)) WHERE seq = ? AND field = ?", seq, field);
    this.#sql.exec("DELETE FROM texts WHERE seq = ? AND field = ?", seq, field);
    this.#insertText(seq, field, value);
    this.#flush();
  }

  /** The agent was connected just now. */
  agentSeen(): void {
    this.set({ agent_seen: now() });
  }

  /** The endpoint's own record differs from ours: it will not cosign. The first word counts. */
  disagree(seq: number, reason: string): void {
    const update = "UPDATE session SET disagreed_seq = ?, disagreed_reason = ? WHERE disagreed_seq IS NULL";
    this.#sql.exec(update, seq, reason);
  }

  disagreement(): SessionView["disagreement"] {
    type Row = { seq: number; reason: string };
    const select = "SELECT disagreed_seq AS seq, disagreed_reason AS reason FROM session WHERE disagreed_seq IS NOT NULL";
    return this.#sql.exec<Row>(select).toArray()[0] ?? null;
  }

  participants(): ParticipantView[] {
    return this.#sql
      .exec<{ id: string; role: ParticipantView["role"]; name: string }>("SELECT id, role, name FROM participants ORDER BY rowid")
      .toArray()
      .map(({ id, role, name }) => ({ participant: id, role, name }));
  }

  participant(id: string): ParticipantView | undefined {
    return this.participants().find(({ participant }) => participant === id);
  }

  participantOf(user: string): string | undefined {
    return this.#sql.exec<{ id: string }>("SELECT id FROM participants WHERE user = ?", user).toArray()[0]?.id;
  }

  /** @param user a technician's Clerk id; undefined for those at the endpoint. */
  addParticipant(id: string, role: ParticipantView["role"], name: string, user: string | undefined): void {
    this.#sql.exec("INSERT INTO participants (id, role, name, user) VALUES (?, ?, ?, ?)", id, role, name, user ?? null);
  }

  #insertText(seq: number, field: string, value: TextValue): number {
    const bytes = utf8(JSON.stringify(value));
    for (let part = 0; part * PART < bytes.length; part++) {
      this.#waiting.texts.push([seq, field, part, bytes.length <= PART ? bytes : bytes.slice(part * PART, (part + 1) * PART)]);
    }
    return bytes.length;
  }

  /** Writes the rows that wait, many in a statement: a statement costs more than a row. */
  #flush(): void {
    const { entries, texts } = this.#waiting;
    if (entries.length > 0) insertRows(this.#sql, "entries", entries.splice(0));
    if (texts.length > 0) insertRows(this.#sql, "texts", texts.splice(0));
  }

  #texts(seq: number): { text: Record<string, TextValue>; length: number } {
    const parts = new Map<string, Uint8Array[]>();
    let length = 0;
    for (const { field, value } of this.#sql.exec<{ field: string; value: ArrayBuffer }>(
      "SELECT field, value FROM texts WHERE seq = ? ORDER BY field, part",
      seq,
    )) {
      length += value.byteLength;
      const there = parts.get(field);
      if (there === undefined) parts.set(field, [new Uint8Array(value)]);
      else there.push(new Uint8Array(value));
    }
    const text: Record<string, TextValue> = {};
    for (const [field, pieces] of parts) text[field] = JSON.parse(fromUtf8(concat(...pieces))) as TextValue;
    return { text, length };
  }
}
