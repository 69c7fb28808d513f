import { RecordError } from "./error.ts";

/** Times and owners as common programs write them (APPNOTE 4.5, 4.6); what they say of a file changes nothing of its content. */
const HARMLESS = new Set([0x000a, 0x5455, 0x5855, 0x7855, 0x7875]);
const ZIP64 = 0x0001;
/** The longest of the harmless ones is that of NTFS. */
const LONGEST = 32;

/** The extra fields of a header. */
export interface ExtraFields {
  /** The next 64-bit number of the Zip64 field (APPNOTE 4.5.3). @throws RecordError `zip/malformed` when there is none. */
  next(): number;
  /** How many bytes of the Zip64 field were not asked for. */
  left(): number;
  /** Whether there are fields other than Zip64 and harmless ones, or bytes that are no field. */
  stuffed: boolean;
  /** Whether a field is there twice. */
  unclear: boolean;
}

/** Reads extra fields. A field that gives the file another name, as some programs read it, is none of the harmless ones. */
export function readExtra(extra: DataView): ExtraFields {
  const found = new Set<number>();
  const fields = { stuffed: false, unclear: false };
  let at = 0;
  let end = 0;
  let i = 0;
  while (i + 4 <= extra.byteLength) {
    const id = extra.getUint16(i, true);
    const length = extra.getUint16(i + 2, true);
    if (i + 4 + length > extra.byteLength) break;
    if (found.has(id)) fields.unclear = true;
    found.add(id);
    if (id === ZIP64) [at, end] = [i + 4, i + 4 + length];
    else if (!HARMLESS.has(id) || length > LONGEST) fields.stuffed = true;
    i += 4 + length;
  }
  if (i !== extra.byteLength) fields.stuffed = true;
  return {
    ...fields,
    next() {
      if (at + 8 > end) throw new RecordError("zip/malformed", "expected a Zip64 field for a size of 4 GiB or more");
      const value = extra.getBigUint64(at, true);
      if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new RecordError("zip/malformed", "expected sizes below 2^53");
      at += 8;
      return Number(value);
    },
    left: () => end - at,
  };
}
