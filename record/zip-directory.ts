import { equal } from "./bytes.ts";
import { RecordError } from "./error.ts";
import type { RandomAccess } from "./zip.ts";

/** One entry of the central directory (APPNOTE 4.3.12), Zip64 fields applied. */
export interface CentralEntry {
  /** As stored. */
  name: Uint8Array;
  /** 0 stored, 8 deflated. */
  method: number;
  flags: number;
  crc: number;
  compressed: number;
  size: number;
  /** Of its local header. */
  offset: number;
  encrypted: boolean;
  folder: boolean;
  /** A symbolic link, device or the like, by its Unix mode. */
  special: boolean;
}

export interface CentralDirectory {
  entries: CentralEntry[];
  /** Where it begins, and where the end record ends. */
  start: number;
  end: number;
}

const END = 0x06054b50;
const END64 = 0x06064b50;
const LOCATOR64 = 0x07064b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const DESCRIPTOR = 0x08074b50;
const MAX_ENTRIES = 2_000_000;
const PIECE = 1024 * 1024;

/**
 * Reads the central directory. There must be one end record only, without comment or other disks.
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
  return { entries, start: end.start, end: end.end };
}

function centralEntry(view: DataView, nameLength: number, extraLength: number): CentralEntry {
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  const name = bytes.slice(46, 46 + nameLength);
  const flags = view.getUint16(8, true);
  const method = view.getUint16(10, true);
  if (method !== 0 && method !== 8) throw malformed("files stored or deflated");
  const wide = zip64(new DataView(view.buffer, view.byteOffset + 46 + nameLength, extraLength));
  const field = (at: number): number => {
    const value = view.getUint32(at, true);
    return value === 0xffffffff ? wide() : value;
  };
  const size = field(24);
  const compressed = field(20);
  const offset = field(42);
  const mode = view.getUint16(40, true);
  const kind = view.getUint8(5) === 3 ? mode & 0xf000 : 0;
  const folder = name.at(-1) === 0x2f;
  return {
    name,
    method,
    flags,
    crc: view.getUint32(16, true),
    size,
    compressed,
    offset,
    encrypted: (flags & 0x2041) !== 0,
    folder,
    special: kind !== 0 && kind !== 0x8000 && !(folder && kind === 0x4000),
  };
}

/** Gives the 64-bit fields of the Zip64 extra field (APPNOTE 4.5.3), one after another. */
function zip64(extra: DataView): () => number {
  let at = 0;
  let end = 0;
  for (let i = 0; i + 4 <= extra.byteLength; i += 4 + extra.getUint16(i + 2, true)) {
    if (extra.getUint16(i, true) === 1) {
      at = i + 4;
      end = Math.min(extra.byteLength, at + extra.getUint16(i + 2, true));
      break;
    }
  }
  return () => {
    if (at + 8 > end) throw malformed("a Zip64 field for a size of 4 GiB or more");
    at += 8;
    return safe(extra.getBigUint64(at - 8, true));
  };
}

/**
 * Where the data of an entry lies, and where what belongs to it ends.
 * @returns a sentence instead when the local header is not what the central directory says.
 */
export async function readLocalHeader(
  access: RandomAccess,
  entry: CentralEntry,
  directoryStart: number,
): Promise<{ data: number; end: number } | string> {
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
  const later = (entry.flags & 8) !== 0;
  const wide = zip64(new DataView(variable.buffer, variable.byteOffset + nameLength, extraLength));
  const field = (at: number) => (view.getUint32(at, true) === 0xffffffff ? wide() : view.getUint32(at, true));
  try {
    const [crc, size, compressed] = [view.getUint32(14, true), field(22), field(18)];
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
  const end = data + entry.compressed;
  return later ? readDescriptor(access, entry, data, end, directoryStart) : { data, end };
}

/** A data descriptor (APPNOTE 4.3.9) comes with or without signature, with sizes of 4 or 8 bytes. */
async function readDescriptor(access: RandomAccess, entry: CentralEntry, data: number, at: number, limit: number) {
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
        return { data, end: at + length };
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
}

/** The end record is the last one of the file; data after it is for the caller to tell. */
async function findEnd(access: RandomAccess): Promise<End> {
  const length = Math.min(access.size, 65_557);
  const tail = await access.read(access.size - length, length);
  const view = new DataView(tail.buffer, tail.byteOffset, tail.byteLength);
  for (let i = length - 22; i >= 0; i--) {
    if (view.getUint32(i, true) !== END) continue;
    const at = access.size - length + i;
    const end = at + 22;
    if (view.getUint16(4 + i, true) !== 0 || view.getUint16(6 + i, true) !== 0) throw malformed("one disk");
    const record: End = {
      count: view.getUint16(i + 10, true),
      size: view.getUint32(i + 12, true),
      start: view.getUint32(i + 16, true),
      end,
    };
    const wide = record.count === 0xffff || record.size === 0xffffffff || record.start === 0xffffffff;
    return within(wide ? await readEnd64(access, at, end) : record, wide ? await end64Start(access, at) : at);
  }
  throw malformed("a ZIP: no end record found");
}

async function end64Start(access: RandomAccess, at: number): Promise<number> {
  if (at < 20) throw malformed("a Zip64 locator");
  const locator = await access.read(at - 20, 20);
  const view = new DataView(locator.buffer, locator.byteOffset, 20);
  if (view.getUint32(0, true) !== LOCATOR64 || view.getUint32(4, true) !== 0 || view.getUint32(16, true) !== 1) {
    throw malformed("a Zip64 locator");
  }
  return safe(view.getBigUint64(8, true));
}

async function readEnd64(access: RandomAccess, at: number, end: number): Promise<End> {
  const start = await end64Start(access, at);
  if (start + 56 !== at - 20) throw malformed("the Zip64 end record just before its locator");
  const record = await access.read(start, 56);
  const view = new DataView(record.buffer, record.byteOffset, 56);
  if (view.getUint32(0, true) !== END64 || safe(view.getBigUint64(4, true)) !== 44) throw malformed("a Zip64 end record");
  return {
    count: safe(view.getBigUint64(32, true)),
    size: safe(view.getBigUint64(40, true)),
    start: safe(view.getBigUint64(48, true)),
    end,
  };
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
