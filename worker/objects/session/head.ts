import { fromUtf8, utf8 } from "../../../record/bytes.ts";
import { type Checkpoint, cosignedAt, encodeCheckpoint, parseCheckpoint } from "../../../record/checkpoint.ts";
import { RecordError } from "../../../record/error.ts";
import { parseVerifierKey } from "../../../record/key.ts";
import { encodeNote, parseNote, parseSignature } from "../../../record/note.ts";

/** The head of a closed session's log, on its way to be signed, cosigned and taken into the group's log. */
export type Head = {
  /** Checkpoint body: what is signed, cosigned, and the data of the group log's leaf. */
  body: string;
  /** Until when the session waits for its witness, in milliseconds since 1970. */
  deadline: number;
  /** Signed note, with the endpoint's cosignature once it is there. */
  note: string | null;
  /** Time of the cosignature, by the endpoint's clock. */
  witnessed: string | null;
  leaf: number | null;
};

export class SessionHead {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Undefined while the session is open. */
  get(): Head | undefined {
    return this.#sql.exec<Head>("SELECT * FROM head").toArray()[0];
  }

  start(checkpoint: Checkpoint, deadline: number): void {
    this.#sql.exec("INSERT INTO head (body, deadline) VALUES (?, ?)", encodeCheckpoint(checkpoint), deadline);
  }

  keepSigned(note: string): void {
    this.#sql.exec("UPDATE head SET note = ? WHERE note IS NULL", note);
  }

  keepLeaf(leaf: number): void {
    this.#sql.exec("UPDATE head SET leaf = ?", leaf);
  }

  /**
   * Adds the endpoint's cosignature to the note. It may come before the leaf or long after: the leaf is over the body alone.
   * @returns whether it is the endpoint's, over this very head; false changes nothing.
   */
  cosign(size: number, line: string, endpointKey: string): boolean {
    const head = this.get();
    if (head === undefined || head.note === null || head.witnessed !== null || parseCheckpoint(head.body).size !== size)
      return false;
    try {
      const note = parseNote(utf8(head.note));
      const signature = parseSignature(line.endsWith("\n") ? line.slice(0, -1) : line);
      const cosigned = { text: note.text, signatures: [...note.signatures, signature] };
      const time = cosignedAt(cosigned, parseVerifierKey(endpointKey));
      if (time === undefined) return false;
      const witnessed = new Date(time * 1000).toISOString();
      this.#sql.exec("UPDATE head SET note = ?, witnessed = ?", fromUtf8(encodeNote(cosigned)), witnessed);
      return true;
    } catch (error) {
      // A time that no calendar has is no cosignature either.
      if (error instanceof RecordError || error instanceof RangeError) return false;
      throw error;
    }
  }
}
