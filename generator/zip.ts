import { utf8 } from "../record/bytes.ts";
import { GeneratorError } from "./error.ts";
import type { ZipRows } from "./zip-rows.ts";

/**
 * One file of a ZIP, as its central directory has it, and what a server needs to serve it out of the ZIP by range reads. Plain
 * and serialisable: the list of rows is all that is needed to stop between two files and go on later.
 */
export interface ZipRow {
  path: string;
  /** Content type, as it is served. */
  type: string;
  /** Where the local header begins. */
  offset: number;
  /** Where the content begins; it is `packed` bytes long. */
  start: number;
  /** Length of the content as packed, and of the file itself. */
  packed: number;
  size: number;
  method: Method;
  crc32: number;
  /** SHA-256 of the file, 64 lowercase hexadecimal digits. */
  sha256: string;
}

export const METHOD = { stored: 0, deflated: 8 } as const;
export type Method = (typeof METHOD)[keyof typeof METHOD];

/** What of a {@link ZipRow} is known before the file has its place. */
export type UnplacedRow = Omit<ZipRow, "offset" | "start">;

/** Where the plain format ends and Zip64 begins; lower only in tests. */
export interface ZipLimits {
  /** First size or offset that needs Zip64. */
  bytes: number;
  /** First number of files that needs Zip64. */
  files: number;
}
export const ZIP_LIMITS: ZipLimits = { bytes: 0xffffffff, files: 0xffff };

const LOCAL_HEADER = 0x04034b50;
const CENTRAL_HEADER = 0x02014b50;
const END = 0x06054b50;
const END_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
const EXTRA_64 = 1;

/** Names are UTF-8 (bit 11). No data descriptors, no encryption. */
const FLAGS = 1 << 11;
const VERSION = 20;
const VERSION_64 = 45;
/** Made on Unix, so that the file mode below counts: a regular file, never a symbolic link. */
const MADE_BY_UNIX = 3 << 8;
const REGULAR_FILE = 0o100644 * 0x10000;

/** Local file header. Sizes are known before it is written, so readers that go from front to back need nothing else. */
export function encodeLocalHeader(row: UnplacedRow, modified: DosTime, limits = ZIP_LIMITS): Uint8Array {
  const name = utf8(row.path);
  const big = row.size >= limits.bytes || row.packed >= limits.bytes;
  const out = new Fields(30 + name.length + (big ? 20 : 0));
  out
    .u32(LOCAL_HEADER)
    .u16(big ? VERSION_64 : VERSION)
    .u16(FLAGS)
    .u16(row.method);
  out.u16(modified.time).u16(modified.date).u32(row.crc32);
  // The local extra must hold both sizes, or neither (APPNOTE 4.5.3).
  out.u32(big ? 0xffffffff : row.packed).u32(big ? 0xffffffff : row.size);
  out
    .u16(name.length)
    .u16(big ? 20 : 0)
    .bytes(name);
  if (big) out.u16(EXTRA_64).u16(16).u64(row.size).u64(row.packed);
  return out.done();
}

/** Central directory and end records: all that follows the last file. `offset` is where it begins. */
export function* encodeDirectory(rows: ZipRows, offset: number, modified: DosTime, limits = ZIP_LIMITS): Generator<Uint8Array> {
  let length = 0;
  for (const row of rows) {
    const header = encodeCentralHeader(row, modified, limits);
    length += header.length;
    yield header;
  }
  const big = rows.length >= limits.files || length >= limits.bytes || offset >= limits.bytes;
  const out = new Fields(22 + (big ? 76 : 0));
  if (big) {
    out
      .u32(END_64)
      .u64(44)
      .u16(MADE_BY_UNIX | VERSION_64)
      .u16(VERSION_64)
      .u32(0)
      .u32(0);
    out.u64(rows.length).u64(rows.length).u64(length).u64(offset);
    out
      .u32(LOCATOR_64)
      .u32(0)
      .u64(offset + length)
      .u32(1);
  }
  const files = big ? 0xffff : rows.length;
  out.u32(END).u16(0).u16(0).u16(files).u16(files);
  out
    .u32(big ? 0xffffffff : length)
    .u32(big ? 0xffffffff : offset)
    .u16(0);
  yield out.done();
}

function encodeCentralHeader(row: ZipRow, modified: DosTime, limits: ZipLimits): Uint8Array {
  const name = utf8(row.path);
  // Only the fields that don't fit go to the extra, in this order.
  const wide = [row.size, row.packed, row.offset].filter((value) => value >= limits.bytes);
  const version = wide.length > 0 ? VERSION_64 : VERSION;
  const extra = wide.length > 0 ? 4 + 8 * wide.length : 0;
  const narrow = (value: number) => (value >= limits.bytes ? 0xffffffff : value);
  const out = new Fields(46 + name.length + extra);
  out
    .u32(CENTRAL_HEADER)
    .u16(MADE_BY_UNIX | version)
    .u16(version)
    .u16(FLAGS)
    .u16(row.method);
  out.u16(modified.time).u16(modified.date).u32(row.crc32).u32(narrow(row.packed)).u32(narrow(row.size));
  out.u16(name.length).u16(extra).u16(0).u16(0).u16(0).u32(REGULAR_FILE).u32(narrow(row.offset)).bytes(name);
  if (wide.length > 0) {
    out.u16(EXTRA_64).u16(8 * wide.length);
    for (const value of wide) out.u64(value);
  }
  return out.done();
}

/** Time stamp of a ZIP entry: two-second steps from 1980 to 2107, no zone. */
export interface DosTime {
  time: number;
  date: number;
}

/** UTC as the fields of a ZIP entry, so that the bytes don't depend on where they are made. */
export function dosTime(instant: string): DosTime {
  const at = new Date(instant);
  const year = at.getUTCFullYear();
  if (!(year >= 1980 && year <= 2107)) {
    throw new GeneratorError("source/malformed", `expected a time from 1980 to 2107, got ${JSON.stringify(instant.slice(0, 40))}`);
  }
  return {
    time: (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >> 1),
    date: ((year - 1980) << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate(),
  };
}

/** Little-endian fields, one after another. */
class Fields {
  #out: Uint8Array;
  #view: DataView;
  #at = 0;

  constructor(length: number) {
    this.#out = new Uint8Array(length);
    this.#view = new DataView(this.#out.buffer);
  }

  u16(value: number): this {
    this.#view.setUint16(this.#at, value, true);
    this.#at += 2;
    return this;
  }

  u32(value: number): this {
    this.#view.setUint32(this.#at, value, true);
    this.#at += 4;
    return this;
  }

  u64(value: number): this {
    if (!Number.isSafeInteger(value)) throw new GeneratorError("zip/too-large", "expected sizes below 2^53 bytes");
    this.#view.setBigUint64(this.#at, BigInt(value), true);
    this.#at += 8;
    return this;
  }

  bytes(value: Uint8Array): this {
    this.#out.set(value, this.#at);
    this.#at += value.length;
    return this;
  }

  done(): Uint8Array {
    return this.#out;
  }
}
