import { crc32, deflateRawSync } from "node:zlib";
import { utf8 } from "../../record/bytes.ts";

/** Numbers of a header; those of the other header are the same unless said otherwise. */
export interface Fields {
  versionMadeBy: number;
  versionNeeded: number;
  flags: number;
  method: number;
  time: number;
  date: number;
  crc: number;
  compressed: number;
  size: number;
  disk: number;
  internal: number;
  external: number;
  offset: number;
  name: Uint8Array;
  extra: Uint8Array;
  comment: Uint8Array;
}

/** One entry of a ZIP, with any fault. */
export interface ZipPart extends Partial<Omit<Fields, "name">> {
  name: string | Uint8Array;
  data: Uint8Array;
  method?: 0 | 8;
  /** The packed bytes, when they are not those of the data. */
  packed?: Uint8Array;
  /** Put before the local header, and after the data. */
  before?: Uint8Array;
  after?: Uint8Array;
  local?: Partial<Fields>;
  central?: Partial<Fields>;
  /** Left out of the central directory. */
  unlisted?: boolean;
}

export interface ZipTail {
  beforeDirectory?: Uint8Array;
  afterDirectory?: Uint8Array;
  after?: Uint8Array;
  comment?: Uint8Array;
  commentLength?: number;
  disk?: number;
  here?: number;
  count?: number;
  size?: number;
  start?: number;
  /** With Zip64 end record and locator, and what is wrong with them. */
  zip64?: {
    here?: number;
    count?: number;
    size?: number;
    start?: number;
    at?: number;
    disks?: number;
    length?: number;
    narrow?: boolean;
  };
}

const FILE = 0o100644 * 0x10000;
const EMPTY = new Uint8Array();

/** A ZIP built by hand: right as it is, and wrong wherever it is asked to be. */
export function makeZip(parts: readonly ZipPart[], tail: ZipTail = {}): Uint8Array {
  const out: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let at = 0;
  const put = (bytes: Uint8Array) => {
    out.push(bytes);
    at += bytes.length;
  };
  for (const part of parts) {
    const method = part.method ?? 0;
    const packed = part.packed ?? (method === 8 ? new Uint8Array(deflateRawSync(part.data)) : part.data);
    put(part.before ?? EMPTY);
    const fields: Fields = {
      versionMadeBy: 0x0314,
      versionNeeded: 20,
      flags: 0x800,
      time: 0x4be0,
      date: 0x5d76,
      crc: crc32(part.data),
      compressed: packed.length,
      size: part.data.length,
      disk: 0,
      internal: 0,
      external: FILE,
      offset: at,
      extra: EMPTY,
      comment: EMPTY,
      ...part,
      method,
      name: typeof part.name === "string" ? utf8(part.name) : part.name,
    };
    put(localHeader({ ...fields, extra: EMPTY, ...part.local }));
    put(packed);
    put(part.after ?? EMPTY);
    if (!part.unlisted) directory.push(centralHeader({ ...fields, ...part.central }));
  }
  put(tail.beforeDirectory ?? EMPTY);
  const start = at;
  for (const header of directory) put(header);
  const size = at - start;
  put(tail.afterDirectory ?? EMPTY);
  const count = directory.length;
  const wide = tail.zip64;
  if (wide !== undefined) {
    const end64 = at;
    const end = [u32(0x06064b50), u64(wide.length ?? 44), u16(0x031e), u16(45), u32(0), u32(0)];
    for (const bytes of end) put(bytes);
    for (const value of [wide.here ?? count, wide.count ?? count, wide.size ?? size, wide.start ?? start]) put(u64(value));
    for (const bytes of [u32(0x07064b50), u32(0), u64(wide.at ?? end64), u32(wide.disks ?? 1)]) put(bytes);
  }
  const narrow = wide !== undefined && wide.narrow !== false;
  put(u32(0x06054b50));
  for (const value of [tail.disk ?? 0, 0, tail.here ?? (narrow ? 0xffff : count), tail.count ?? (narrow ? 0xffff : count)])
    put(u16(value));
  for (const value of [tail.size ?? (narrow ? 0xffffffff : size), tail.start ?? (narrow ? 0xffffffff : start)]) put(u32(value));
  put(u16(tail.commentLength ?? tail.comment?.length ?? 0));
  put(tail.comment ?? EMPTY);
  put(tail.after ?? EMPTY);
  return new Uint8Array(Buffer.concat(out));
}

function localHeader(f: Fields): Uint8Array {
  return Buffer.concat([
    ...[u32(0x04034b50), u16(f.versionNeeded), u16(f.flags), u16(f.method), u16(f.time), u16(f.date)],
    ...[u32(f.crc), u32(f.compressed), u32(f.size), u16(f.name.length), u16(f.extra.length), f.name, f.extra],
  ]);
}

function centralHeader(f: Fields): Uint8Array {
  return Buffer.concat([
    ...[u32(0x02014b50), u16(f.versionMadeBy), u16(f.versionNeeded), u16(f.flags), u16(f.method), u16(f.time), u16(f.date)],
    ...[u32(f.crc), u32(f.compressed), u32(f.size), u16(f.name.length), u16(f.extra.length), u16(f.comment.length)],
    ...[u16(f.disk), u16(f.internal), u32(f.external), u32(f.offset), f.name, f.extra, f.comment],
  ]);
}

/** One extra field. */
export function extraField(id: number, data: Uint8Array): Uint8Array {
  return new Uint8Array(Buffer.concat([u16(id), u16(data.length), data]));
}

export function u16(value: number): Uint8Array {
  const out = Buffer.alloc(2);
  out.writeUInt16LE(value & 0xffff);
  return out;
}

export function u32(value: number): Uint8Array {
  const out = Buffer.alloc(4);
  out.writeUInt32LE(value >>> 0);
  return out;
}

export function u64(value: number): Uint8Array {
  const out = Buffer.alloc(8);
  out.writeBigUInt64LE(BigInt(value));
  return out;
}
