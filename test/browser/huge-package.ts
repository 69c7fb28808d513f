import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import { crc32 } from "node:zlib";

const GIB = 1024 ** 3;
/** Of the large file: past what 32 bits can say, so that offsets and sizes need Zip64. */
export const HUGE = 5 * GIB;

/**
 * Writes a ZIP of five gigabytes that is a bag and, but for its size, no good package. Its large file is a hole that takes no room on
 * the disk.
 */
export async function writeHugePackage(path: string): Promise<void> {
  const large = { name: "data/large.bin", content: Buffer.alloc(0) };
  const manifest = Buffer.from(`${"0".repeat(64)}  ${large.name}\n`);
  const tags = [
    { name: "bag-info.txt", content: Buffer.from(`Payload-Oxum: ${HUGE}.1\n`) },
    { name: "bagit.txt", content: Buffer.from("BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n") },
    { name: "manifest-sha256.txt", content: manifest },
  ];
  const listed = tags.map(({ name, content }) => `${createHash("sha256").update(content).digest("hex")}  ${name}\n`).join("");
  const files = [...tags, { name: "tagmanifest-sha256.txt", content: Buffer.from(listed) }, large];
  const file = await open(path, "w");
  try {
    let at = 0;
    const central: Buffer[] = [];
    for (const { name, content } of files) {
      const wide = content === large.content;
      const local = Buffer.concat([header(0x04034b50, name, content, wide), Buffer.from(name), sizes(wide)]);
      await file.write(Buffer.concat([local, content]), 0, local.length + content.length, at);
      central.push(centralHeader(name, content, wide, at), Buffer.from(name), sizes(wide));
      at += local.length + (wide ? HUGE : content.length);
    }
    const directory = Buffer.concat(central);
    const end = Buffer.concat([directory, end64(files.length, directory.length, at)]);
    await file.write(end, 0, end.length, at);
  } finally {
    await file.close();
  }
}

function header(signature: number, name: string, content: Buffer, wide: boolean): Buffer {
  const bytes = Buffer.alloc(30);
  bytes.writeUInt32LE(signature, 0);
  bytes.writeUInt16LE(wide ? 45 : 20, 4);
  bytes.writeUInt16LE(0x800, 6);
  bytes.writeUInt16LE(0x21, 12);
  bytes.writeUInt32LE(crc32(content), 14);
  bytes.writeUInt32LE(wide ? 0xffffffff : content.length, 18);
  bytes.writeUInt32LE(wide ? 0xffffffff : content.length, 22);
  bytes.writeUInt16LE(name.length, 26);
  bytes.writeUInt16LE(wide ? 20 : 0, 28);
  return bytes;
}

function centralHeader(name: string, content: Buffer, wide: boolean, offset: number): Buffer {
  const bytes = Buffer.alloc(46);
  header(0x02014b50, name, content, wide).copy(bytes, 6, 4);
  bytes.writeUInt32LE(0x02014b50, 0);
  bytes.writeUInt16LE(0x2d, 4);
  bytes.writeUInt32LE(offset, 42);
  return bytes;
}

/** The Zip64 field with the size, twice. */
function sizes(wide: boolean): Buffer {
  if (!wide) return Buffer.alloc(0);
  const bytes = Buffer.alloc(20);
  bytes.writeUInt16LE(1, 0);
  bytes.writeUInt16LE(16, 2);
  bytes.writeBigUInt64LE(BigInt(HUGE), 4);
  bytes.writeBigUInt64LE(BigInt(HUGE), 12);
  return bytes;
}

/** Zip64 end record and locator, and the end record that points to them. */
function end64(count: number, size: number, start: number): Buffer {
  const bytes = Buffer.alloc(56 + 20 + 22);
  bytes.writeUInt32LE(0x06064b50, 0);
  bytes.writeBigUInt64LE(44n, 4);
  bytes.writeUInt16LE(45, 12);
  bytes.writeUInt16LE(45, 14);
  bytes.writeBigUInt64LE(BigInt(count), 24);
  bytes.writeBigUInt64LE(BigInt(count), 32);
  bytes.writeBigUInt64LE(BigInt(size), 40);
  bytes.writeBigUInt64LE(BigInt(start), 48);
  bytes.writeUInt32LE(0x07064b50, 56);
  bytes.writeBigUInt64LE(BigInt(start + size), 64);
  bytes.writeUInt32LE(1, 72);
  bytes.writeUInt32LE(0x06054b50, 76);
  bytes.writeUInt16LE(count, 84);
  bytes.writeUInt16LE(count, 86);
  bytes.writeUInt32LE(size, 88);
  bytes.writeUInt32LE(0xffffffff, 92);
  return bytes;
}
