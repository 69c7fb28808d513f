/** Round constants of the step ι (FIPS 202 section 3.2.5), low and high halves. */
const LOW = Int32Array.of(
  ...[0x00000001, 0x00008082, 0x0000808a, 0x80008000, 0x0000808b, 0x80000001, 0x80008081, 0x00008009, 0x0000008a, 0x00000088],
  ...[0x80008009, 0x8000000a, 0x8000808b, 0x0000008b, 0x00008089, 0x00008003, 0x00008002, 0x00000080, 0x0000800a, 0x8000000a],
  ...[0x80008081, 0x00008080, 0x80000001, 0x80008008],
);
const HIGH = Int32Array.from([0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 0, 1, 1, 1, 0, 1], (bit) => bit << 31);

type Lane = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12 | 13 | 14 | 15 | 16 | 17 | 18 | 19 | 20 | 21 | 22 | 23 | 24;
type Half = Int32Array & Record<Lane, number>;
/** Lanes in order of x + 5y, their low and their high halves. */
const l = new Int32Array(25) as Half;
const h = new Int32Array(25) as Half;

/**
 * The permutation Keccak-f[1600] (FIPS 202 section 3.3), each round written out. The library's goes through tables and takes more than
 * twice as long; a verification in a browser runs this once or twice a text, half a million times a gigabyte.
 */
function permute(): void {
  for (let round = 0; round < 24; round++) {
    // θ
    const c0 = l[0] ^ l[5] ^ l[10] ^ l[15] ^ l[20];
    const C0 = h[0] ^ h[5] ^ h[10] ^ h[15] ^ h[20];
    const c1 = l[1] ^ l[6] ^ l[11] ^ l[16] ^ l[21];
    const C1 = h[1] ^ h[6] ^ h[11] ^ h[16] ^ h[21];
    const c2 = l[2] ^ l[7] ^ l[12] ^ l[17] ^ l[22];
    const C2 = h[2] ^ h[7] ^ h[12] ^ h[17] ^ h[22];
    const c3 = l[3] ^ l[8] ^ l[13] ^ l[18] ^ l[23];
    const C3 = h[3] ^ h[8] ^ h[13] ^ h[18] ^ h[23];
    const c4 = l[4] ^ l[9] ^ l[14] ^ l[19] ^ l[24];
    const C4 = h[4] ^ h[9] ^ h[14] ^ h[19] ^ h[24];
    const d0 = c4 ^ ((c1 << 1) | (C1 >>> 31));
    const D0 = C4 ^ ((C1 << 1) | (c1 >>> 31));
    const d1 = c0 ^ ((c2 << 1) | (C2 >>> 31));
    const D1 = C0 ^ ((C2 << 1) | (c2 >>> 31));
    const d2 = c1 ^ ((c3 << 1) | (C3 >>> 31));
    const D2 = C1 ^ ((C3 << 1) | (c3 >>> 31));
    const d3 = c2 ^ ((c4 << 1) | (C4 >>> 31));
    const D3 = C2 ^ ((C4 << 1) | (c4 >>> 31));
    const d4 = c3 ^ ((c0 << 1) | (C0 >>> 31));
    const D4 = C3 ^ ((C0 << 1) | (c0 >>> 31));
    // ρ and π: lane by lane, turned and in its new place
    const b0 = l[0] ^ d0;
    const B0 = h[0] ^ D0;
    const a1 = h[6] ^ D1;
    const A1 = l[6] ^ d1;
    const b1 = (a1 << 12) | (A1 >>> 20);
    const B1 = (A1 << 12) | (a1 >>> 20);
    const a2 = h[12] ^ D2;
    const A2 = l[12] ^ d2;
    const b2 = (a2 << 11) | (A2 >>> 21);
    const B2 = (A2 << 11) | (a2 >>> 21);
    const a3 = l[18] ^ d3;
    const A3 = h[18] ^ D3;
    const b3 = (a3 << 21) | (A3 >>> 11);
    const B3 = (A3 << 21) | (a3 >>> 11);
    const a4 = l[24] ^ d4;
    const A4 = h[24] ^ D4;
    const b4 = (a4 << 14) | (A4 >>> 18);
    const B4 = (A4 << 14) | (a4 >>> 18);
    const a5 = l[3] ^ d3;
    const A5 = h[3] ^ D3;
    const b5 = (a5 << 28) | (A5 >>> 4);
    const B5 = (A5 << 28) | (a5 >>> 4);
    const a6 = l[9] ^ d4;
    const A6 = h[9] ^ D4;
    const b6 = (a6 << 20) | (A6 >>> 12);
    const B6 = (A6 << 20) | (a6 >>> 12);
    const a7 = l[10] ^ d0;
    const A7 = h[10] ^ D0;
    const b7 = (a7 << 3) | (A7 >>> 29);
    const B7 = (A7 << 3) | (a7 >>> 29);
    const a8 = h[16] ^ D1;
    const A8 = l[16] ^ d1;
    const b8 = (a8 << 13) | (A8 >>> 19);
    const B8 = (A8 << 13) | (a8 >>> 19);
    const a9 = h[22] ^ D2;
    const A9 = l[22] ^ d2;
    const b9 = (a9 << 29) | (A9 >>> 3);
    const B9 = (A9 << 29) | (a9 >>> 3);
    const a10 = l[1] ^ d1;
    const A10 = h[1] ^ D1;
    const b10 = (a10 << 1) | (A10 >>> 31);
    const B10 = (A10 << 1) | (a10 >>> 31);
    const a11 = l[7] ^ d2;
    const A11 = h[7] ^ D2;
    const b11 = (a11 << 6) | (A11 >>> 26);
    const B11 = (A11 << 6) | (a11 >>> 26);
    const a12 = l[13] ^ d3;
    const A12 = h[13] ^ D3;
    const b12 = (a12 << 25) | (A12 >>> 7);
    const B12 = (A12 << 25) | (a12 >>> 7);
    const a13 = l[19] ^ d4;
    const A13 = h[19] ^ D4;
    const b13 = (a13 << 8) | (A13 >>> 24);
    const B13 = (A13 << 8) | (a13 >>> 24);
    const a14 = l[20] ^ d0;
    const A14 = h[20] ^ D0;
    const b14 = (a14 << 18) | (A14 >>> 14);
    const B14 = (A14 << 18) | (a14 >>> 14);
    const a15 = l[4] ^ d4;
    const A15 = h[4] ^ D4;
    const b15 = (a15 << 27) | (A15 >>> 5);
    const B15 = (A15 << 27) | (a15 >>> 5);
    const a16 = h[5] ^ D0;
    const A16 = l[5] ^ d0;
    const b16 = (a16 << 4) | (A16 >>> 28);
    const B16 = (A16 << 4) | (a16 >>> 28);
    const a17 = l[11] ^ d1;
    const A17 = h[11] ^ D1;
    const b17 = (a17 << 10) | (A17 >>> 22);
    const B17 = (A17 << 10) | (a17 >>> 22);
    const a18 = l[17] ^ d2;
    const A18 = h[17] ^ D2;
    const b18 = (a18 << 15) | (A18 >>> 17);
    const B18 = (A18 << 15) | (a18 >>> 17);
    const a19 = h[23] ^ D3;
    const A19 = l[23] ^ d3;
    const b19 = (a19 << 24) | (A19 >>> 8);
    const B19 = (A19 << 24) | (a19 >>> 8);
    const a20 = h[2] ^ D2;
    const A20 = l[2] ^ d2;
    const b20 = (a20 << 30) | (A20 >>> 2);
    const B20 = (A20 << 30) | (a20 >>> 2);
    const a21 = h[8] ^ D3;
    const A21 = l[8] ^ d3;
    const b21 = (a21 << 23) | (A21 >>> 9);
    const B21 = (A21 << 23) | (a21 >>> 9);
    const a22 = h[14] ^ D4;
    const A22 = l[14] ^ d4;
    const b22 = (a22 << 7) | (A22 >>> 25);
    const B22 = (A22 << 7) | (a22 >>> 25);
    const a23 = h[15] ^ D0;
    const A23 = l[15] ^ d0;
    const b23 = (a23 << 9) | (A23 >>> 23);
    const B23 = (A23 << 9) | (a23 >>> 23);
    const a24 = l[21] ^ d1;
    const A24 = h[21] ^ D1;
    const b24 = (a24 << 2) | (A24 >>> 30);
    const B24 = (A24 << 2) | (a24 >>> 30);
    // χ, and ι for the first lane
    l[0] = b0 ^ (~b1 & b2) ^ (LOW[round] as number);
    h[0] = B0 ^ (~B1 & B2) ^ (HIGH[round] as number);
    l[1] = b1 ^ (~b2 & b3);
    h[1] = B1 ^ (~B2 & B3);
    l[2] = b2 ^ (~b3 & b4);
    h[2] = B2 ^ (~B3 & B4);
    l[3] = b3 ^ (~b4 & b0);
    h[3] = B3 ^ (~B4 & B0);
    l[4] = b4 ^ (~b0 & b1);
    h[4] = B4 ^ (~B0 & B1);
    l[5] = b5 ^ (~b6 & b7);
    h[5] = B5 ^ (~B6 & B7);
    l[6] = b6 ^ (~b7 & b8);
    h[6] = B6 ^ (~B7 & B8);
    l[7] = b7 ^ (~b8 & b9);
    h[7] = B7 ^ (~B8 & B9);
    l[8] = b8 ^ (~b9 & b5);
    h[8] = B8 ^ (~B9 & B5);
    l[9] = b9 ^ (~b5 & b6);
    h[9] = B9 ^ (~B5 & B6);
    l[10] = b10 ^ (~b11 & b12);
    h[10] = B10 ^ (~B11 & B12);
    l[11] = b11 ^ (~b12 & b13);
    h[11] = B11 ^ (~B12 & B13);
    l[12] = b12 ^ (~b13 & b14);
    h[12] = B12 ^ (~B13 & B14);
    l[13] = b13 ^ (~b14 & b10);
    h[13] = B13 ^ (~B14 & B10);
    l[14] = b14 ^ (~b10 & b11);
    h[14] = B14 ^ (~B10 & B11);
    l[15] = b15 ^ (~b16 & b17);
    h[15] = B15 ^ (~B16 & B17);
    l[16] = b16 ^ (~b17 & b18);
    h[16] = B16 ^ (~B17 & B18);
    l[17] = b17 ^ (~b18 & b19);
    h[17] = B17 ^ (~B18 & B19);
    l[18] = b18 ^ (~b19 & b15);
    h[18] = B18 ^ (~B19 & B15);
    l[19] = b19 ^ (~b15 & b16);
    h[19] = B19 ^ (~B15 & B16);
    l[20] = b20 ^ (~b21 & b22);
    h[20] = B20 ^ (~B21 & B22);
    l[21] = b21 ^ (~b22 & b23);
    h[21] = B21 ^ (~B22 & B23);
    l[22] = b22 ^ (~b23 & b24);
    h[22] = B22 ^ (~B23 & B24);
    l[23] = b23 ^ (~b24 & b20);
    h[23] = B23 ^ (~B24 & B20);
    l[24] = b24 ^ (~b20 & b21);
    h[24] = B24 ^ (~B20 & B21);
  }
}

/** Bytes of a block of SHAKE256. */
const RATE = 136;

/**
 * SHAKE256 (FIPS 202 section 6.2) of an input that is shorter than a block, as a text's seed is.
 * @throws RangeError when it is longer.
 */
export function shortShake256(bytes: Uint8Array, length: number): Uint8Array {
  if (bytes.length >= RATE) throw new RangeError(`expected less than ${RATE} bytes, got ${bytes.length}`);
  l.fill(0);
  h.fill(0);
  for (let i = 0; i < bytes.length; i++) add(i, bytes[i] as number);
  add(bytes.length, 0x1f);
  add(RATE - 1, 0x80);
  const out = new Uint8Array(length);
  for (let at = 0; at < length; at += RATE) {
    permute();
    const end = Math.min(RATE, length - at);
    for (let i = 0; i < end; i++) {
      const half = (i & 4) === 0 ? l : h;
      out[at + i] = (half[i >> 3] as number) >>> (8 * (i & 3));
    }
  }
  return out;
}

/** Adds a byte to the state at its place in the block. */
function add(at: number, byte: number): void {
  const half = (at & 4) === 0 ? l : h;
  half[at >> 3] = (half[at >> 3] as number) ^ (byte << (8 * (at & 3)));
}
