import { concat, equal, fromBase64, toBase64, utf8 } from "./bytes.ts";
import { RecordError } from "./error.ts";
import { type IsSigned, isSigned, SIGNATURE_TYPE, type Sign, type VerifierKey } from "./key.ts";
import { encodeNote, encodeSignature, type Note, parseNote, signatureBy } from "./note.ts";

/** In seconds since 1970: no clock is right that says more. */
const YEAR_10000 = 253_402_300_800;

/** Head of a log (C2SP tlog-checkpoint): whose, how many leaves, and the root over them. */
export interface Checkpoint {
  origin: string;
  size: number;
  /** 32 bytes. */
  root: Uint8Array;
}

/** Origin of a session's log; `keyName` is the name of the organisation's key. */
export function sessionOrigin(keyName: string, session: string): string {
  return `${keyName}/session/${session}`;
}

/** Origin of a client group's log. */
export function groupOrigin(keyName: string, group: string): string {
  return `${keyName}/group/${group}`;
}

/**
 * Checkpoint body: origin, decimal size, base64 root, a line each. This is what is signed.
 * @throws RecordError `checkpoint/malformed` on what {@link parseCheckpoint} would not give back.
 */
export function encodeCheckpoint(checkpoint: Checkpoint): string {
  const { origin, size, root } = checkpoint;
  if (origin === "" || origin.includes("\n") || !Number.isSafeInteger(size) || size < 0 || root.length !== 32) {
    throw new RecordError("checkpoint/malformed", "expected an origin of one line, a size from 0 on and a root of 32 bytes");
  }
  return `${origin}\n${size}\n${toBase64(root)}\n`;
}

/** @throws RecordError `checkpoint/malformed`; extension lines are refused, we never write any. */
export function parseCheckpoint(body: string): Checkpoint {
  const [origin, size, root, end, ...rest] = body.split("\n");
  if (!origin || size === undefined || root === undefined || end !== "" || rest.length > 0) {
    throw new RecordError("checkpoint/malformed", "expected three lines: origin, size, root");
  }
  if (!/^(0|[1-9][0-9]{0,15})$/.test(size) || !Number.isSafeInteger(Number(size))) {
    throw new RecordError("checkpoint/malformed", "expected a decimal size without leading zeros");
  }
  return { origin, size: Number(size), root: fromBase64(root, 32) };
}

/** A checkpoint as a note signed by the organisation. */
export async function signCheckpoint(checkpoint: Checkpoint, key: VerifierKey, sign: Sign): Promise<Uint8Array> {
  const text = encodeCheckpoint(checkpoint);
  return encodeNote({ text, signatures: [{ name: key.name, id: key.id, signature: await sign(utf8(text)) }] });
}

/**
 * What a witness signs (C2SP tlog-cosignature): `time` in seconds since 1970.
 * @throws RecordError `checkpoint/malformed` unless the time is a whole number of seconds before the year 10000.
 */
export function cosignatureMessage(time: number, body: string): Uint8Array {
  if (!Number.isSafeInteger(time) || time < 0 || time >= YEAR_10000) {
    throw new RecordError("checkpoint/malformed", `expected a time in whole seconds since 1970, got ${time}`);
  }
  return utf8(`cosignature/v1\ntime ${time}\n${body}`);
}

/** A witness's signature line, with its newline: u64 time ‖ signature over {@link cosignatureMessage}. */
export async function cosign(body: string, key: VerifierKey, time: number, sign: Sign): Promise<string> {
  const message = cosignatureMessage(time, body);
  const signature = concat(u64(time), await sign(message));
  return encodeSignature({ name: key.name, id: key.id, signature });
}

/**
 * Opens a checkpoint that must be signed by a key of this log: the present one, or one that it took the place of.
 * @throws RecordError `note/no-known-signature`, `note/bad-signature`, `note/malformed`, `checkpoint/malformed`; `key/malformed`
 * when a key is a witness's, whose signatures mean something else.
 */
export function openCheckpoint(bytes: Uint8Array, ...keys: readonly VerifierKey[]): { checkpoint: Checkpoint; note: Note } {
  return openCheckpointBy(isSigned, bytes, keys);
}

/** As {@link openCheckpoint}, with a platform's own way to check signatures. */
export function openCheckpointBy(
  check: IsSigned,
  bytes: Uint8Array,
  keys: readonly VerifierKey[],
): { checkpoint: Checkpoint; note: Note } {
  const note = parseNote(bytes);
  let known = false;
  for (const key of keys) {
    if (key.type !== SIGNATURE_TYPE.log) throw new RecordError("key/malformed", "expected a log's key, type 1");
    const signed = signatureBy(note, key);
    if (signed === undefined) continue;
    known = true;
    if (!check(signed.signature, utf8(note.text), key.publicKey)) {
      throw new RecordError("note/bad-signature", `expected a valid signature by ${key.name}`);
    }
  }
  if (!known)
    throw new RecordError("note/no-known-signature", `expected a signature by ${keys.map((key) => key.name).join(" or ")}`);
  return { checkpoint: parseCheckpoint(note.text), note };
}

/**
 * When a witness cosigned, in seconds since 1970 by its own clock; undefined when it did not.
 * @throws RecordError `note/bad-signature` when its cosignature is there and does not hold.
 */
export function cosignedAt(note: Note, witness: VerifierKey, check: IsSigned = isSigned): number | undefined {
  if (witness.type !== SIGNATURE_TYPE.cosignature) throw new RecordError("key/malformed", "expected a cosignature key, type 4");
  const line = signatureBy(note, witness);
  if (line === undefined) return undefined;
  const time = line.signature.length === 72 ? readU64(line.signature) : Number.NaN;
  if (!(time < YEAR_10000) || !check(line.signature.subarray(8), cosignatureMessage(time, note.text), witness.publicKey)) {
    throw new RecordError("note/bad-signature", `expected a valid cosignature by ${witness.name}`);
  }
  return time;
}

/** Whether two checkpoints say the same. */
export function sameCheckpoint(a: Checkpoint, b: Checkpoint): boolean {
  return a.origin === b.origin && a.size === b.size && equal(a.root, b.root);
}

function u64(value: number): Uint8Array {
  const out = new Uint8Array(8);
  new DataView(out.buffer).setBigUint64(0, BigInt(value));
  return out;
}

function readU64(bytes: Uint8Array): number {
  return Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0));
}
