import { equal, fromUtf8, utf8 } from "../record/bytes.ts";
import { type Checkpoint, cosign, parseCheckpoint, sessionOrigin } from "../record/checkpoint.ts";
import { type Entry, encodeEntry, parseEntry } from "../record/entry.ts";
import { RecordError } from "../record/error.ts";
import type { Hashes } from "../record/hash.ts";
import type { Sign, VerifierKey } from "../record/key.ts";
import { parseNote } from "../record/note.ts";
import { checkText, commitText, type TextCommitment, type TextValue } from "../record/text.ts";
import { Tree } from "../record/tree.ts";
import { type AgentMessage, type Event, entryOfEvent } from "../record/wire.ts";

export type DisagreeReason = Extract<AgentMessage, { type: "disagree" }>["reason"];

/** What the server says it stored is not what this endpoint saw. */
export class Disagreement extends Error {
  readonly seq: number;
  readonly reason: DisagreeReason;

  constructor(seq: number, reason: DisagreeReason) {
    super(`entry ${seq}: ${reason}`);
    this.name = "Disagreement";
    this.seq = seq;
    this.reason = reason;
  }
}

export interface CommittedLine {
  line: string;
  /** Of the endpoint's own event behind it. */
  n?: number | undefined;
  text?: Record<string, TextValue> | undefined;
}

/** The endpoint's own view of one session's log: checks each line as it comes, and signs a head only if it is its own as well. */
export class Witness {
  readonly #tree: Tree;
  readonly #session: string;
  readonly #hash: Hashes;
  /** From the first disagreement on nothing is cosigned. */
  #disagreement: Disagreement | undefined;

  constructor(session: string, lines: Iterable<string>, hash: Hashes) {
    this.#session = session;
    this.#hash = hash;
    this.#tree = new Tree(hash);
    for (const line of lines) this.#tree.append(utf8(line));
  }

  /** How many lines it holds. */
  get size(): number {
    return this.#tree.size;
  }

  get disagreement(): Disagreement | undefined {
    return this.#disagreement;
  }

  /**
   * Checks line `seq` against the rules of the record and, where it is about an event of ours, against that event. Call
   * {@link append} in order, once it is stored.
   * @param event the event behind it, as it is journalled here.
   * @throws Disagreement
   */
  check(seq: number, committed: CommittedLine, event: Event | undefined): Entry {
    let entry: Entry;
    try {
      entry = parseEntry(utf8(committed.line));
    } catch (error) {
      throw isRecordError(error) ? new Disagreement(seq, "line-malformed") : error;
    }
    if (entry.seq !== seq) throw new Disagreement(seq, "out-of-order");
    if (entry.kind === "opened" && entry.session !== this.#session) throw new Disagreement(seq, "line-malformed");
    if (committed.n !== undefined) {
      if (event === undefined || event.n !== committed.n) throw new Disagreement(seq, "out-of-order");
      this.#checkOwn(seq, committed.line, entry, event);
    } else if (committed.text !== undefined) this.#checkTexts(seq, entry, committed.text);
    return entry;
  }

  append(line: string): void {
    this.#tree.append(utf8(line));
  }

  refuse(disagreement: Disagreement): void {
    this.#disagreement ??= disagreement;
  }

  /**
   * The cosignature line over a signed checkpoint, if it is the head of this very log.
   * @param time by this endpoint's clock.
   * @throws Disagreement `root-differs` when it is another head; RecordError when it is no checkpoint.
   */
  async cosign(
    note: string,
    keyName: string,
    key: VerifierKey,
    time: Date,
    sign: Sign,
  ): Promise<{ line: string; checkpoint: Checkpoint }> {
    if (this.#disagreement !== undefined) throw this.#disagreement;
    const { text } = parseNote(utf8(note));
    const checkpoint = parseCheckpoint(text);
    const isOurs =
      checkpoint.origin === sessionOrigin(keyName, this.#session) &&
      checkpoint.size === this.size &&
      equal(checkpoint.root, this.#tree.root());
    if (!isOurs) throw new Disagreement(Math.min(checkpoint.size, this.size), "root-differs");
    return { line: await cosign(text, key, Math.floor(time.getTime() / 1000), sign), checkpoint };
  }

  /** What the server made of our event must be what anybody makes of it, but for the time at which it came. */
  #checkOwn(seq: number, line: string, entry: Entry, event: Event): void {
    const commitments: Record<string, TextCommitment> = {};
    for (const [name, text] of Object.entries(event.text)) commitments[name] = commitText(text, this.#hash);
    const stored = entry.text as Record<string, TextCommitment | undefined>;
    const names = new Set([...Object.keys(commitments), ...Object.keys(stored)]);
    for (const name of names) if (commitments[name]?.root !== stored[name]?.root) throw new Disagreement(seq, "text-differs");
    if (encodeOwn(event, seq, entry.at, commitments) !== line) throw new Disagreement(seq, "line-malformed");
  }

  #checkTexts(seq: number, entry: Entry, texts: Record<string, TextValue>): void {
    const stored = entry.text as Record<string, TextCommitment | undefined>;
    try {
      for (const [name, text] of Object.entries(texts)) {
        const commitment = stored[name];
        if (commitment === undefined) throw new Disagreement(seq, "text-differs");
        checkText(text, commitment, this.#hash);
      }
    } catch (error) {
      throw isRecordError(error) ? new Disagreement(seq, "text-differs") : error;
    }
  }
}

function encodeOwn(event: Event, seq: number, at: string, commitments: Record<string, TextCommitment>): string {
  return fromUtf8(encodeEntry(entryOfEvent(event, seq, at, commitments)));
}

function isRecordError(error: unknown): boolean {
  return error instanceof RecordError;
}
