import fc from "fast-check";
import { expect, test } from "vitest";
import { encodeMark, MarkFinder } from "../../agent/shell-marks.ts";

const NONCE = "0123456789abcdef0123456789abcdef";

function find(pieces: Buffer[], nonces: string[]): { output: Buffer; marks: [string, string][] } {
  const output: Uint8Array[] = [];
  const marks: [string, string][] = [];
  const finder = new MarkFinder(
    (bytes) => output.push(Buffer.from(bytes)),
    (nonce, payload) => marks.push([nonce, payload]),
  );
  for (const nonce of nonces) finder.expect(nonce);
  for (const piece of pieces) finder.push(piece);
  finder.end();
  return { output: Buffer.concat(output), marks };
}

function cut(bytes: Buffer, at: number[]): Buffer[] {
  const places = [...new Set(at.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b);
  return [...places, bytes.length].map((end, i) => bytes.subarray(i === 0 ? 0 : places[i - 1], end));
}

// Output that is rich in what marks are made of.
const output = fc.array(
  fc.oneof(
    fc.uint8Array({ maxLength: 5 }).map((bytes) => Buffer.from(bytes)),
    fc.constantFrom("\x1e", "\0", ":", NONCE, NONCE.slice(0, 7), `\x1e${NONCE.slice(0, 31)}f:0\0`).map((text) => Buffer.from(text)),
  ),
);

test("finds the mark and keeps all output, wherever the stream is cut", () => {
  fc.assert(
    fc.property(output, output, fc.string(), fc.array(fc.nat()), (before, after, payload, cuts) => {
      fc.pre(!payload.includes("\0") && payload.isWellFormed());
      const early = Buffer.concat(before);
      fc.pre(!early.includes(`\x1e${NONCE}:`) && !`${early.toString("latin1")}\x1e`.includes(`\x1e${NONCE}:`));
      const all = Buffer.concat([early, encodeMark(NONCE, payload), ...after]);
      expect(find(cut(all, cuts), [NONCE])).toEqual({ output: Buffer.concat([early, ...after]), marks: [[NONCE, payload]] });
    }),
  );
});

test("takes nothing for a mark that it doesn't expect", () => {
  const mark = Buffer.from(encodeMark(NONCE, "0:/"));
  expect(find([mark], [])).toEqual({ output: mark, marks: [] });
  expect(find([mark], ["f".repeat(32)])).toEqual({ output: mark, marks: [] });
  expect(find([mark, mark], [NONCE])).toEqual({ output: mark, marks: [[NONCE, "0:/"]] });
});

test("gives back what only began like a mark", () => {
  const begun = Buffer.from(`\x1e${NONCE}:0:/tmp`);
  expect(find([begun], [NONCE])).toEqual({ output: begun, marks: [] });
  const endless = Buffer.concat([begun, Buffer.alloc(100_000, 0x61)]);
  expect(find([endless, Buffer.from("\0")], [NONCE])).toEqual({ output: Buffer.concat([endless, Buffer.from("\0")]), marks: [] });
});
