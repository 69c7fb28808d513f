/** Of each byte as it stands before 0 to 7 others: eight bytes at once take a third of the time. */
const TABLES = Array.from({ length: 8 }, () => new Int32Array(256));
const [T0, T1, T2, T3, T4, T5, T6, T7] = TABLES as [
  Int32Array,
  Int32Array,
  Int32Array,
  Int32Array,
  Int32Array,
  Int32Array,
  Int32Array,
  Int32Array,
];
for (let i = 0; i < 256; i++) {
  let value = i;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  T0[i] = value;
}
for (let i = 0; i < 256; i++) {
  let value = T0[i] as number;
  for (const table of TABLES.slice(1)) table[i] = value = (value >>> 8) ^ (T0[value & 0xff] as number);
}

/**
 * CRC-32 as in ZIP and gzip (ISO 3309, reflected polynomial 0xEDB88320).
 * @param crc the result for the bytes before these, to go on from; 0 at the start.
 * @returns an unsigned 32-bit integer.
 */
export function crc32(bytes: Uint8Array, crc = 0): number {
  let value = ~crc;
  let i = 0;
  for (const eights = bytes.length - 7; i < eights; i += 8) {
    const b0 = (bytes[i] as number) ^ (value & 0xff);
    const b1 = (bytes[i + 1] as number) ^ ((value >>> 8) & 0xff);
    const b2 = (bytes[i + 2] as number) ^ ((value >>> 16) & 0xff);
    const b3 = (bytes[i + 3] as number) ^ (value >>> 24);
    value =
      (T7[b0] as number) ^
      (T6[b1] as number) ^
      (T5[b2] as number) ^
      (T4[b3] as number) ^
      (T3[bytes[i + 4] as number] as number) ^
      (T2[bytes[i + 5] as number] as number) ^
      (T1[bytes[i + 6] as number] as number) ^
      (T0[bytes[i + 7] as number] as number);
  }
  for (; i < bytes.length; i++) value = (value >>> 8) ^ (T0[(value ^ (bytes[i] as number)) & 0xff] as number);
  return ~value >>> 0;
}
