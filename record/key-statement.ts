import { equal, utf8 } from "./bytes.ts";
import { instant } from "./entry.ts";
import { RecordError } from "./error.ts";
import { encodeVerifierKey, isSigned, parseVerifierKey, SIGNATURE_TYPE, type Sign, type VerifierKey } from "./key.ts";
import { encodeNote, parseNote, signatureBy } from "./note.ts";

/** First line of a key statement; other values are refused. */
export const KEY_STATEMENT_FORMAT = "caisey-key/1";

/** An organisation's word, signed with its old key, that a new key takes its place. */
export interface KeyStatement {
  old: VerifierKey;
  new: VerifierKey;
  /** From when on the new key signs, by the Worker's clock: RFC 3339 in UTC with milliseconds. */
  from: string;
}

/** The statement as a signed note: format, old key, new key, time, a line each. */
export async function signKeyStatement(statement: KeyStatement, sign: Sign): Promise<Uint8Array> {
  const text = `${KEY_STATEMENT_FORMAT}\n${encodeVerifierKey(statement.old)}\n${encodeVerifierKey(statement.new)}\n${statement.from}\n`;
  return encodeNote({ text, signatures: [{ name: statement.old.name, id: statement.old.id, signature: await sign(utf8(text)) }] });
}

/**
 * Opens a statement that must be signed by the old key that it names.
 * @throws RecordError `key/malformed`, `note/malformed`, `note/no-known-signature`, `note/bad-signature`.
 */
export function openKeyStatement(bytes: Uint8Array): KeyStatement {
  const note = parseNote(bytes);
  const [format, oldKey, newKey, from, end, ...rest] = note.text.split("\n");
  if (format !== KEY_STATEMENT_FORMAT || oldKey === undefined || newKey === undefined || end !== "" || rest.length > 0) {
    throw new RecordError("key/malformed", `expected ${KEY_STATEMENT_FORMAT}: format, old key, new key, time`);
  }
  if (!instant.safeParse(from).success) throw new RecordError("key/malformed", "expected a time in UTC with milliseconds");
  const statement = { old: parseVerifierKey(oldKey), new: parseVerifierKey(newKey), from: from as string };
  if (
    statement.old.type !== SIGNATURE_TYPE.log ||
    statement.new.type !== SIGNATURE_TYPE.log ||
    statement.old.name !== statement.new.name
  ) {
    throw new RecordError("key/malformed", "expected two keys of one organisation");
  }
  const signed = signatureBy(note, statement.old);
  if (signed === undefined) throw new RecordError("note/no-known-signature", "expected a signature by the old key");
  if (!isSigned(signed.signature, utf8(note.text), statement.old.publicKey)) {
    throw new RecordError("note/bad-signature", "expected a valid signature by the old key");
  }
  return statement;
}

/**
 * The organisation's keys, the oldest first, as its statements chain them to `current`. Without statements there is one.
 * @param made when the package was made that holds the statements; in the form of `from`.
 * @throws RecordError `key/malformed` when the statements are no chain that ends with `current`, their times go back, or one is
 * later than `made`.
 */
export function keyChain(statements: readonly KeyStatement[], current: VerifierKey, made: string): VerifierKey[] {
  const keys: VerifierKey[] = [];
  const times = [...statements.map(({ from }) => from), made];
  // Instants of this form sort as strings do.
  if (times.some((time, i) => i > 0 && time < (times[i - 1] as string)))
    throw new RecordError("key/malformed", `expected times that don't go back, none later than ${made}`);
  for (const [i, statement] of statements.entries()) {
    const next = statements[i + 1]?.old ?? current;
    if (!equal(statement.new.publicKey, next.publicKey) || statement.new.name !== next.name) {
      throw new RecordError(
        "key/malformed",
        "expected each statement to name the key that signs the next one, and the last one the current key",
      );
    }
    keys.push(statement.old);
  }
  return [...keys, current];
}
