import { equal } from "./bytes.ts";
import { RecordError } from "./error.ts";
import type { RandomAccess } from "./zip.ts";
import { type ExtraFields, readExtra } from "./zip-extra.ts";

/** One entry of the central directory (APPNOTE 4.3.12), Zip64 fields applied. */
export interface CentralEntry {
  /** As stored. */
  name: Uint8Array;
  /** 0 stored, 8 deflated. */
  method: number;
  flags: number;
  /** Time and date of the file, as both headers must have them. */
  modified: number;
  crc: number;
  compressed: number;
  size: number;
  /** Of its local header. */
  offset: number;
  encrypted: boolean;
  folder: boolean;
  /** A symbolic link, device or the like, by its Unix mode or DOS attributes. */
  special: boolean;
  /** Whether it has a comment, or fields that no reader of a package needs: room for bytes that belong to no file. */
  stuffed: boolean;
  /** What programs may take in different ways; undefined when nothing is. */
  unclear: string | undefined;
}

export interface CentralDirectory {
  entries: CentralEntry[];
  /** Where it begins, and where the end record ends. */
  start: number;
  end: number;
  /** What the end record says otherwise than it is. Readers that look at other fields of it would see another ZIP. */
  faults: string[];
}

const END = 0x06054b50;
const END64 = 0x06064b50;
const LOCATOR64 = 0x07064b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const DESCRIPTOR = 0x08074b50;
export const MAX_ENTRIES = 2_000_000;
const PIECE = 1024 * 1024;

/** Bits 1 and 2: how hard was deflated; 3: sizes come after the data; 11: the name is UTF-8. */
const KNOWN_FLAGS = 0x080e;
/** Bits 0, 6 and 13. */
const ENCRYPTED = 0x2041;

/**
 * Reads the central directory as the last end record of the file has it.
 * @throws RecordError `zip/malformed`.
 */
export async function readCentralDirectory(access: RandomAccess): Promise<CentralDirectory> {
  const end = await findEnd(access);
  const entries: CentralEntry[] = [];
  // The directory may be large: it is read in pieces, each entry from a window that slides on.
  let window = new Uint8Array();
  let at = 0;
  let read = 0;
  const need = async (length: number): Promise<DataView> => {
    while (window.length - at < length) {
      const next = Math.min(PIECE, end.size - read);
      if (next <= 0) throw malformed("the central directory as long as the end record says");
      const more = await access.read(end.start + read, next);
      read += next;
      const joined = new Uint8Array(window.length - at + more.length);
      joined.set(window.subarray(at));
      joined.set(more, window.length - at);
      window = joined;
      at = 0;
    }
    return new DataView(window.buffer, window.byteOffset + at, length);
  };
  for (let i = 0; i < end.count; i++) {
    const head = await need(46);
    if (head.getUint32(0, true) !== CENTRAL) throw malformed("an entry of the central directory");
    const [nameLength, extraLength, commentLength] = [head.getUint16(28, true), head.getUint16(30, true), head.getUint16(32, true)];
    const length = 46 + nameLength + extraLength + commentLength;
    const view = await need(length);
    entries.push(centralEntry(view, nameLength, extraLength));
    at += length;
  }
  if (read - (window.length - at) !== end.size) throw malformed("nothing between the last entry and the end record");
  return { entries, start: end.start, end: end.end, faults: end.faults };
}

function centralEntry(view: DataView, nameLength: number, extraLength: number): CentralEntry {
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  const name = bytes.slice(46, 46 + nameLength);
  const flags = view.getUint16(8, true);
  const method = view.getUint16(10, true);
  if (method !== 0 && method !== 8) throw malformed("files stored or deflated");
  const extra = readExtra(new DataView(view.buffer, view.byteOffset + 46 + nameLength, extraLength));
  const field = (at: number) => wideField(view, at, extra);
  const size = field(24);
  const compressed = field(20);
  const offset = field(42);
  const folder = name.at(-1) === 0x2f;
  // Whatever the system that is said to have made it: programs differ in whether they look at that.
  const kind = view.getUint16(40, true) & 0xf000;
  const attributes = view.getUint8(38) & (folder ? 0x08 : 0x18);
  let unclear: string | undefined;
  if (view.getUint16(34, true) !== 0) unclear = "expected one disk";
  else if ((flags & ~(KNOWN_FLAGS | ENCRYPTED)) !== 0) unclear = "expected no flags that change what the data means";
  else if (extra.unclear || extra.left() > 0)
    unclear = "expected each extra field once, and Zip64 fields only where they are needed";
  return {
    name,
    method,
    flags,
    modified: view.getUint32(12, true),
    crc: view.getUint32(16, true),
    size,
    compressed,
    offset,
    encrypted: (flags & ENCRYPTED) !== 0,
    folder,
    special: attributes !== 0 || (kind !== 0 && kind !== (folder ? 0x4000 : 0x8000)),
    stuffed: extra.stuffed || view.byteLength > 46 + nameLength + extraLength,
    unclear,
  };
}

/** A field of 32 bits, or the next of the Zip64 field when it says so. */
function wideField(view: DataView, at: number, extra: ExtraFields): number {
  const value = view.getUint32(at, true);
  return value === 0xffffffff ? extra.next() : value;
}

/** Where an entry lies: its data, and the end of all that belongs to it. */
export interface LocalEntry {
  data: number;
  end: number;
  /** As in {@link CentralEntry}. */
  stuffed: boolean;
}

/**
 * Where the data of an entry lies, and where what belongs to it ends.
 * @returns a sentence instead when the local header is not what the central directory says.
 */
export async function readLocalHeader(
  access: RandomAccess,
  entry: CentralEntry,
  directoryStart: number,
): Promise<LocalEntry | string> {
  if (entry.offset + 30 > directoryStart) return "expected a local header before the central directory";
  const fixed = await access.read(entry.offset, 30);
  const view = new DataView(fixed.buffer, fixed.byteOffset, 30);
  if (view.getUint32(0, true) !== LOCAL) return "expected a local header";
  const nameLength = view.getUint16(26, true);
  const extraLength = view.getUint16(28, true);
  const data = entry.offset + 30 + nameLength + extraLength;
  if (data + entry.compressed > directoryStart) return "expected the data before the central directory";
  const variable = await access.read(entry.offset + 30, nameLength + extraLength);
  if (!equal(variable.subarray(0, nameLength), entry.name)) return "expected the same name in both headers";
  if (view.getUint16(6, true) !== entry.flags) return "expected the same flags in both headers";
  if (view.getUint16(8, true) !== entry.method) return "expected the same method in both headers";
  if (view.getUint32(10, true) !== entry.modified) return "expected the same time in both headers";
  const later = (entry.flags & 8) !== 0;
  const extra = readExtra(new DataView(variable.buffer, variable.byteOffset + nameLength, extraLength));
  try {
    const [crc, size, compressed] = [view.getUint32(14, true), wideField(view, 22, extra), wideField(view, 18, extra)];
    const same = crc === entry.crc && size === entry.size && compressed === entry.compressed;
    // With a data descriptor all three may be zero here; some writers fill them in all the same.
    if (
      !same &&
      !(later && crc === 0 && (size === 0 || size === entry.size) && (compressed === 0 || compressed === entry.compressed))
    ) {
      return "expected the same CRC-32 and sizes in both headers";
    }
  } catch {
    return "expected a Zip64 field in the local header";
  }
  if (extra.unclear || extra.left() > 0) return "expected each extra field once, and Zip64 fields only where they are needed";
  const end = later ? await descriptorEnd(access, entry, data + entry.compressed, directoryStart) : data + entry.compressed;
  return typeof end === "string" ? end : { data, end, stuffed: extra.stuffed };
}

/** A data descriptor (APPNOTE 4.3.9) comes with or without signature, with sizes of 4 or 8 bytes. */
async function descriptorEnd(access: RandomAccess, entry: CentralEntry, at: number, limit: number): Promise<number | string> {
  const bytes = await access.read(at, Math.min(24, limit - at));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (const signed of [true, false]) {
    for (const wide of [false, true]) {
      const start = signed ? 4 : 0;
      const length = start + 4 + (wide ? 16 : 8);
      if (length > bytes.length || (signed && view.getUint32(0, true) !== DESCRIPTOR)) continue;
      const number = (i: number) =>
        wide ? Number(view.getBigUint64(start + 4 + 8 * i, true)) : view.getUint32(start + 4 + 4 * i, true);
      if (view.getUint32(start, true) === entry.crc && number(0) === entry.compressed && number(1) === entry.size) {
        return at + length;
      }
    }
  }
  return "expected a data descriptor with the same CRC-32 and sizes";
}

interface End {
  start: number;
  size: number;
  count: number;
  end: number;
  faults: string[];
}

/** The end record is the last one of the file; data after it is for the caller to tell. */
async function findEnd(access: RandomAccess): Promise<End> {
  const length = Math.min(access.size, 65_557);
  const tail = await access.read(access.size - length, length);
  const view = new DataView(tail.buffer, tail.byteOffset, tail.byteLength);
  for (let i = length - 22; i >= 0; i--) {
    if (view.getUint32(i, true) !== END) continue;
    const at = access.size - length + i;
    const record: End = {
      count: view.getUint16(i + 10, true),
      size: view.getUint32(i + 12, true),
      start: view.getUint32(i + 16, true),
      end: at + 22,
      faults: [],
    };
    if (view.getUint16(i + 4, true) !== 0 || view.getUint16(i + 6, true) !== 0) throw malformed("one disk");
    if (view.getUint16(i + 8, true) !== record.count) record.faults.push("expected all entries on this disk");
    if (view.getUint16(i + 20, true) !== length - i - 22) record.faults.push("expected a comment as long as the end record says");
    const locator = await locatorBefore(access, at);
    if (record.count !== 0xffff && record.size !== 0xffffffff && record.start !== 0xffffffff) {
      // Some readers go by a locator wherever there is one.
      if (locator !== undefined) record.faults.push("expected no Zip64 locator where none is needed");
      return within(record, at);
    }
    if (locator === undefined) throw malformed("a Zip64 locator");
    return within(await readEnd64(access, locator, at, record), locator);
  }
  throw malformed("a ZIP: no end record found");
}

/** Where the Zip64 locator before an end record points to; undefined when there is none. */
async function locatorBefore(access: RandomAccess, at: number): Promise<number | undefined> {
  if (at < 20) return undefined;
  const locator = await access.read(at - 20, 20);
  const view = new DataView(locator.buffer, locator.byteOffset, 20);
  if (view.getUint32(0, true) !== LOCATOR64) return undefined;
  if (view.getUint32(4, true) !== 0 || view.getUint32(16, true) !== 1) throw malformed("one disk");
  return safe(view.getBigUint64(8, true));
}

async function readEnd64(access: RandomAccess, start: number, at: number, narrow: End): Promise<End> {
  if (start + 56 !== at - 20) throw malformed("the Zip64 end record just before its locator");
  const record = await access.read(start, 56);
  const view = new DataView(record.buffer, record.byteOffset, 56);
  if (view.getUint32(0, true) !== END64 || safe(view.getBigUint64(4, true)) !== 44) throw malformed("a Zip64 end record");
  if (view.getUint32(16, true) !== 0 || view.getUint32(20, true) !== 0) throw malformed("one disk");
  const [here, count, size, first] = [24, 32, 40, 48].map((field) => safe(view.getBigUint64(field, true)));
  const wide: End = {
    count: count as number,
    size: size as number,
    start: first as number,
    end: narrow.end,
    faults: narrow.faults,
  };
  const same = (short: number, long: number, limit: number) => short === limit || short === long;
  if (here !== count) wide.faults.push("expected all entries on this disk");
  if (
    !same(narrow.count, wide.count, 0xffff) ||
    !same(narrow.size, wide.size, 0xffffffff) ||
    !same(narrow.start, wide.start, 0xffffffff)
  ) {
    wide.faults.push("expected the same in both end records");
  }
  return wide;
}

function within(record: End, endRecord: number): End {
  if (record.start + record.size !== endRecord) throw malformed("the central directory just before its end record");
  if (record.count > MAX_ENTRIES || record.count * 46 > record.size)
    throw malformed("as many entries as fit in the central directory");
  return record;
}

function safe(value: bigint): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw malformed("sizes below 2^53");
  return Number(value);
}

function malformed(expected: string): RecordError {
  return new RecordError("zip/malformed", `expected ${expected}`);
}
