/** Round constants (FIPS 180-4 section 4.2.2). */
const K = Int32Array.of(
  ...[0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5],
  ...[0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174],
  ...[0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da],
  ...[0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967],
  ...[0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85],
  ...[0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070],
  ...[0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3],
  ...[0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2],
);
/** Section 5.3.3. */
const INITIAL = Int32Array.of(0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19);

type Word = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12 | 13 | 14 | 15;
const state = new Int32Array(8) as Int32Array & Record<Word, number>;
const words = new Int32Array(16) as Int32Array & Record<Word, number>;
/** The end of the input with its padding: one block, or two. */
const last = new Uint8Array(128);

/**
 * Writes the 32 bytes of a SHA-256 into `into`, from `at` on. For the many short inputs of the format, lines, leaves and nodes: with
 * the library, the object, the checks and the clearing that go with each hash take as long as the hash of a line does.
 */
export function sha256Into(bytes: Uint8Array, into: Uint8Array, at: number): void {
  state.set(INITIAL);
  const { length } = bytes;
  const whole = length - (length % 64);
  for (let done = 0; done < whole; done += 64) compress(bytes, done);
  let end = 0;
  for (let i = whole; i < length; i++) last[end++] = bytes[i] as number;
  // Section 5.1.1: a bit, zeros, and the length in bits as 64 bits.
  last[end++] = 0x80;
  const blocks = end > 56 ? 128 : 64;
  last.fill(0, end, blocks);
  put(Math.floor(length / 2 ** 29), last, blocks - 8);
  put(length << 3, last, blocks - 4);
  for (let done = 0; done < blocks; done += 64) compress(last, done);
  for (let i = 0; i < 8; i++) put(state[i] as number, into, at + 4 * i);
}

function put(word: number, into: Uint8Array, at: number): void {
  into[at] = word >>> 24;
  into[at + 1] = word >>> 16;
  into[at + 2] = word >>> 8;
  into[at + 3] = word;
}

/**
 * Takes one block into the state (section 6.2.2), in turns of sixteen rounds, after which each variable has its own name again. Each
 * round is written out: in functions of that size an engine leaves calls as they are, and an array of the variables would be made
 * anew each time. Σ0 and Σ1 turn the same word on instead of three times from its start, and of Maj the next round uses a part again.
 */
function compress(bytes: Uint8Array, at: number): void {
  for (let i = 0, from = at; i < 16; i++, from += 4) {
    words[i] =
      ((bytes[from] as number) << 24) |
      ((bytes[from + 1] as number) << 16) |
      ((bytes[from + 2] as number) << 8) |
      (bytes[from + 3] as number);
  }
  let a = state[0];
  let b = state[1];
  let c = state[2];
  let d = state[3];
  let e = state[4];
  let f = state[5];
  let g = state[6];
  let h = state[7];
  let w0 = words[0];
  let w1 = words[1];
  let w2 = words[2];
  let w3 = words[3];
  let w4 = words[4];
  let w5 = words[5];
  let w6 = words[6];
  let w7 = words[7];
  let w8 = words[8];
  let w9 = words[9];
  let w10 = words[10];
  let w11 = words[11];
  let w12 = words[12];
  let w13 = words[13];
  let w14 = words[14];
  let w15 = words[15];
  let t = 0;
  let ab = 0;
  let bc = b ^ c;
  for (let i = 0; ; i += 16) {
    t = ((e >>> 14) | (e << 18)) ^ e;
    t = ((t >>> 5) | (t << 27)) ^ e;
    h = (h + w0 + (K[i] as number) + ((t >>> 6) | (t << 26)) + (g ^ (e & (f ^ g)))) | 0;
    d = (d + h) | 0;
    ab = a ^ b;
    t = ((a >>> 9) | (a << 23)) ^ a;
    t = ((t >>> 11) | (t << 21)) ^ a;
    h = (h + ((t >>> 2) | (t << 30)) + (b ^ (ab & bc))) | 0;
    t = ((d >>> 14) | (d << 18)) ^ d;
    t = ((t >>> 5) | (t << 27)) ^ d;
    g = (g + w1 + (K[i + 1] as number) + ((t >>> 6) | (t << 26)) + (f ^ (d & (e ^ f)))) | 0;
    c = (c + g) | 0;
    bc = h ^ a;
    t = ((h >>> 9) | (h << 23)) ^ h;
    t = ((t >>> 11) | (t << 21)) ^ h;
    g = (g + ((t >>> 2) | (t << 30)) + (a ^ (bc & ab))) | 0;
    t = ((c >>> 14) | (c << 18)) ^ c;
    t = ((t >>> 5) | (t << 27)) ^ c;
    f = (f + w2 + (K[i + 2] as number) + ((t >>> 6) | (t << 26)) + (e ^ (c & (d ^ e)))) | 0;
    b = (b + f) | 0;
    ab = g ^ h;
    t = ((g >>> 9) | (g << 23)) ^ g;
    t = ((t >>> 11) | (t << 21)) ^ g;
    f = (f + ((t >>> 2) | (t << 30)) + (h ^ (ab & bc))) | 0;
    t = ((b >>> 14) | (b << 18)) ^ b;
    t = ((t >>> 5) | (t << 27)) ^ b;
    e = (e + w3 + (K[i + 3] as number) + ((t >>> 6) | (t << 26)) + (d ^ (b & (c ^ d)))) | 0;
    a = (a + e) | 0;
    bc = f ^ g;
    t = ((f >>> 9) | (f << 23)) ^ f;
    t = ((t >>> 11) | (t << 21)) ^ f;
    e = (e + ((t >>> 2) | (t << 30)) + (g ^ (bc & ab))) | 0;
    t = ((a >>> 14) | (a << 18)) ^ a;
    t = ((t >>> 5) | (t << 27)) ^ a;
    d = (d + w4 + (K[i + 4] as number) + ((t >>> 6) | (t << 26)) + (c ^ (a & (b ^ c)))) | 0;
    h = (h + d) | 0;
    ab = e ^ f;
    t = ((e >>> 9) | (e << 23)) ^ e;
    t = ((t >>> 11) | (t << 21)) ^ e;
    d = (d + ((t >>> 2) | (t << 30)) + (f ^ (ab & bc))) | 0;
    t = ((h >>> 14) | (h << 18)) ^ h;
    t = ((t >>> 5) | (t << 27)) ^ h;
    c = (c + w5 + (K[i + 5] as number) + ((t >>> 6) | (t << 26)) + (b ^ (h & (a ^ b)))) | 0;
    g = (g + c) | 0;
    bc = d ^ e;
    t = ((d >>> 9) | (d << 23)) ^ d;
    t = ((t >>> 11) | (t << 21)) ^ d;
    c = (c + ((t >>> 2) | (t << 30)) + (e ^ (bc & ab))) | 0;
    t = ((g >>> 14) | (g << 18)) ^ g;
    t = ((t >>> 5) | (t << 27)) ^ g;
    b = (b + w6 + (K[i + 6] as number) + ((t >>> 6) | (t << 26)) + (a ^ (g & (h ^ a)))) | 0;
    f = (f + b) | 0;
    ab = c ^ d;
    t = ((c >>> 9) | (c << 23)) ^ c;
    t = ((t >>> 11) | (t << 21)) ^ c;
    b = (b + ((t >>> 2) | (t << 30)) + (d ^ (ab & bc))) | 0;
    t = ((f >>> 14) | (f << 18)) ^ f;
    t = ((t >>> 5) | (t << 27)) ^ f;
    a = (a + w7 + (K[i + 7] as number) + ((t >>> 6) | (t << 26)) + (h ^ (f & (g ^ h)))) | 0;
    e = (e + a) | 0;
    bc = b ^ c;
    t = ((b >>> 9) | (b << 23)) ^ b;
    t = ((t >>> 11) | (t << 21)) ^ b;
    a = (a + ((t >>> 2) | (t << 30)) + (c ^ (bc & ab))) | 0;
    t = ((e >>> 14) | (e << 18)) ^ e;
    t = ((t >>> 5) | (t << 27)) ^ e;
    h = (h + w8 + (K[i + 8] as number) + ((t >>> 6) | (t << 26)) + (g ^ (e & (f ^ g)))) | 0;
    d = (d + h) | 0;
    ab = a ^ b;
    t = ((a >>> 9) | (a << 23)) ^ a;
    t = ((t >>> 11) | (t << 21)) ^ a;
    h = (h + ((t >>> 2) | (t << 30)) + (b ^ (ab & bc))) | 0;
    t = ((d >>> 14) | (d << 18)) ^ d;
    t = ((t >>> 5) | (t << 27)) ^ d;
    g = (g + w9 + (K[i + 9] as number) + ((t >>> 6) | (t << 26)) + (f ^ (d & (e ^ f)))) | 0;
    c = (c + g) | 0;
    bc = h ^ a;
    t = ((h >>> 9) | (h << 23)) ^ h;
    t = ((t >>> 11) | (t << 21)) ^ h;
    g = (g + ((t >>> 2) | (t << 30)) + (a ^ (bc & ab))) | 0;
    t = ((c >>> 14) | (c << 18)) ^ c;
    t = ((t >>> 5) | (t << 27)) ^ c;
    f = (f + w10 + (K[i + 10] as number) + ((t >>> 6) | (t << 26)) + (e ^ (c & (d ^ e)))) | 0;
    b = (b + f) | 0;
    ab = g ^ h;
    t = ((g >>> 9) | (g << 23)) ^ g;
    t = ((t >>> 11) | (t << 21)) ^ g;
    f = (f + ((t >>> 2) | (t << 30)) + (h ^ (ab & bc))) | 0;
    t = ((b >>> 14) | (b << 18)) ^ b;
    t = ((t >>> 5) | (t << 27)) ^ b;
    e = (e + w11 + (K[i + 11] as number) + ((t >>> 6) | (t << 26)) + (d ^ (b & (c ^ d)))) | 0;
    a = (a + e) | 0;
    bc = f ^ g;
    t = ((f >>> 9) | (f << 23)) ^ f;
    t = ((t >>> 11) | (t << 21)) ^ f;
    e = (e + ((t >>> 2) | (t << 30)) + (g ^ (bc & ab))) | 0;
    t = ((a >>> 14) | (a << 18)) ^ a;
    t = ((t >>> 5) | (t << 27)) ^ a;
    d = (d + w12 + (K[i + 12] as number) + ((t >>> 6) | (t << 26)) + (c ^ (a & (b ^ c)))) | 0;
    h = (h + d) | 0;
    ab = e ^ f;
    t = ((e >>> 9) | (e << 23)) ^ e;
    t = ((t >>> 11) | (t << 21)) ^ e;
    d = (d + ((t >>> 2) | (t << 30)) + (f ^ (ab & bc))) | 0;
    t = ((h >>> 14) | (h << 18)) ^ h;
    t = ((t >>> 5) | (t << 27)) ^ h;
    c = (c + w13 + (K[i + 13] as number) + ((t >>> 6) | (t << 26)) + (b ^ (h & (a ^ b)))) | 0;
    g = (g + c) | 0;
    bc = d ^ e;
    t = ((d >>> 9) | (d << 23)) ^ d;
    t = ((t >>> 11) | (t << 21)) ^ d;
    c = (c + ((t >>> 2) | (t << 30)) + (e ^ (bc & ab))) | 0;
    t = ((g >>> 14) | (g << 18)) ^ g;
    t = ((t >>> 5) | (t << 27)) ^ g;
    b = (b + w14 + (K[i + 14] as number) + ((t >>> 6) | (t << 26)) + (a ^ (g & (h ^ a)))) | 0;
    f = (f + b) | 0;
    ab = c ^ d;
    t = ((c >>> 9) | (c << 23)) ^ c;
    t = ((t >>> 11) | (t << 21)) ^ c;
    b = (b + ((t >>> 2) | (t << 30)) + (d ^ (ab & bc))) | 0;
    t = ((f >>> 14) | (f << 18)) ^ f;
    t = ((t >>> 5) | (t << 27)) ^ f;
    a = (a + w15 + (K[i + 15] as number) + ((t >>> 6) | (t << 26)) + (h ^ (f & (g ^ h)))) | 0;
    e = (e + a) | 0;
    bc = b ^ c;
    t = ((b >>> 9) | (b << 23)) ^ b;
    t = ((t >>> 11) | (t << 21)) ^ b;
    a = (a + ((t >>> 2) | (t << 30)) + (c ^ (bc & ab))) | 0;
    if (i === 48) break;
    w0 =
      (w0 +
        w9 +
        (((w1 >>> 7) | (w1 << 25)) ^ ((w1 >>> 18) | (w1 << 14)) ^ (w1 >>> 3)) +
        (((w14 >>> 17) | (w14 << 15)) ^ ((w14 >>> 19) | (w14 << 13)) ^ (w14 >>> 10))) |
      0;
    w1 =
      (w1 +
        w10 +
        (((w2 >>> 7) | (w2 << 25)) ^ ((w2 >>> 18) | (w2 << 14)) ^ (w2 >>> 3)) +
        (((w15 >>> 17) | (w15 << 15)) ^ ((w15 >>> 19) | (w15 << 13)) ^ (w15 >>> 10))) |
      0;
    w2 =
      (w2 +
        w11 +
        (((w3 >>> 7) | (w3 << 25)) ^ ((w3 >>> 18) | (w3 << 14)) ^ (w3 >>> 3)) +
        (((w0 >>> 17) | (w0 << 15)) ^ ((w0 >>> 19) | (w0 << 13)) ^ (w0 >>> 10))) |
      0;
    w3 =
      (w3 +
        w12 +
        (((w4 >>> 7) | (w4 << 25)) ^ ((w4 >>> 18) | (w4 << 14)) ^ (w4 >>> 3)) +
        (((w1 >>> 17) | (w1 << 15)) ^ ((w1 >>> 19) | (w1 << 13)) ^ (w1 >>> 10))) |
      0;
    w4 =
      (w4 +
        w13 +
        (((w5 >>> 7) | (w5 << 25)) ^ ((w5 >>> 18) | (w5 << 14)) ^ (w5 >>> 3)) +
        (((w2 >>> 17) | (w2 << 15)) ^ ((w2 >>> 19) | (w2 << 13)) ^ (w2 >>> 10))) |
      0;
    w5 =
      (w5 +
        w14 +
        (((w6 >>> 7) | (w6 << 25)) ^ ((w6 >>> 18) | (w6 << 14)) ^ (w6 >>> 3)) +
        (((w3 >>> 17) | (w3 << 15)) ^ ((w3 >>> 19) | (w3 << 13)) ^ (w3 >>> 10))) |
      0;
    w6 =
      (w6 +
        w15 +
        (((w7 >>> 7) | (w7 << 25)) ^ ((w7 >>> 18) | (w7 << 14)) ^ (w7 >>> 3)) +
        (((w4 >>> 17) | (w4 << 15)) ^ ((w4 >>> 19) | (w4 << 13)) ^ (w4 >>> 10))) |
      0;
    w7 =
      (w7 +
        w0 +
        (((w8 >>> 7) | (w8 << 25)) ^ ((w8 >>> 18) | (w8 << 14)) ^ (w8 >>> 3)) +
        (((w5 >>> 17) | (w5 << 15)) ^ ((w5 >>> 19) | (w5 << 13)) ^ (w5 >>> 10))) |
      0;
    w8 =
      (w8 +
        w1 +
        (((w9 >>> 7) | (w9 << 25)) ^ ((w9 >>> 18) | (w9 << 14)) ^ (w9 >>> 3)) +
        (((w6 >>> 17) | (w6 << 15)) ^ ((w6 >>> 19) | (w6 << 13)) ^ (w6 >>> 10))) |
      0;
    w9 =
      (w9 +
        w2 +
        (((w10 >>> 7) | (w10 << 25)) ^ ((w10 >>> 18) | (w10 << 14)) ^ (w10 >>> 3)) +
        (((w7 >>> 17) | (w7 << 15)) ^ ((w7 >>> 19) | (w7 << 13)) ^ (w7 >>> 10))) |
      0;
    w10 =
      (w10 +
        w3 +
        (((w11 >>> 7) | (w11 << 25)) ^ ((w11 >>> 18) | (w11 << 14)) ^ (w11 >>> 3)) +
        (((w8 >>> 17) | (w8 << 15)) ^ ((w8 >>> 19) | (w8 << 13)) ^ (w8 >>> 10))) |
      0;
    w11 =
      (w11 +
        w4 +
        (((w12 >>> 7) | (w12 << 25)) ^ ((w12 >>> 18) | (w12 << 14)) ^ (w12 >>> 3)) +
        (((w9 >>> 17) | (w9 << 15)) ^ ((w9 >>> 19) | (w9 << 13)) ^ (w9 >>> 10))) |
      0;
    w12 =
      (w12 +
        w5 +
        (((w13 >>> 7) | (w13 << 25)) ^ ((w13 >>> 18) | (w13 << 14)) ^ (w13 >>> 3)) +
        (((w10 >>> 17) | (w10 << 15)) ^ ((w10 >>> 19) | (w10 << 13)) ^ (w10 >>> 10))) |
      0;
    w13 =
      (w13 +
        w6 +
        (((w14 >>> 7) | (w14 << 25)) ^ ((w14 >>> 18) | (w14 << 14)) ^ (w14 >>> 3)) +
        (((w11 >>> 17) | (w11 << 15)) ^ ((w11 >>> 19) | (w11 << 13)) ^ (w11 >>> 10))) |
      0;
    w14 =
      (w14 +
        w7 +
        (((w15 >>> 7) | (w15 << 25)) ^ ((w15 >>> 18) | (w15 << 14)) ^ (w15 >>> 3)) +
        (((w12 >>> 17) | (w12 << 15)) ^ ((w12 >>> 19) | (w12 << 13)) ^ (w12 >>> 10))) |
      0;
    w15 =
      (w15 +
        w8 +
        (((w0 >>> 7) | (w0 << 25)) ^ ((w0 >>> 18) | (w0 << 14)) ^ (w0 >>> 3)) +
        (((w13 >>> 17) | (w13 << 15)) ^ ((w13 >>> 19) | (w13 << 13)) ^ (w13 >>> 10))) |
      0;
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
  state[4] += e;
  state[5] += f;
  state[6] += g;
  state[7] += h;
}
