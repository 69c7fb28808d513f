import { beforeAll, describe, expect, test } from "vitest";
import { nodePlatform } from "../../generator/node-platform.ts";
import type { PayloadState } from "../../generator/package.ts";
import { packageZip } from "../../generator/package-zip.ts";
import type { Spool } from "../../generator/platform.ts";
import type { Viewer } from "../../generator/viewer.ts";
import type { ZipRow } from "../../generator/zip.ts";
import { concat } from "../../record/bytes.ts";
import * as compiled from "../../viewer/renderer.ts";
import { plainViewer } from "./plain-viewer.ts";
import { SAMPLE_SESSIONS } from "./sample-sessions.ts";
import { makeSample, type Sample } from "./sample-source.ts";

let sample: Sample;

beforeAll(async () => {
  sample = await makeSample([...SAMPLE_SESSIONS, ...SAMPLE_SESSIONS, ...SAMPLE_SESSIONS]);
});

/** Spools that outlive the process, as bytes by name. */
function durableSpools() {
  const kept = new Map<string, Uint8Array>();
  const spool = (name: string, length = 0): Spool => {
    const start = kept.get(name) ?? new Uint8Array(0);
    if (start.length < length) throw new Error(`expected ${length} bytes in ${name}, got ${start.length}`);
    kept.set(name, start.slice(0, length));
    const bytes = () => kept.get(name) as Uint8Array;
    return {
      get length() {
        return bytes().length;
      },
      append: async (more) => void kept.set(name, concat(bytes(), more)),
      async *read() {
        yield bytes();
      },
      // Another process may have to go on from it.
      close: async () => {},
    };
  };
  return spool;
}

/** Makes the package, stopping whenever `isDue` says so; everything but rows, spools and state is forgotten then. */
async function inSlices(viewer: Viewer, isDue: () => boolean) {
  const spool = durableSpools();
  const parts: Uint8Array[] = [];
  let rows: ZipRow[] = [];
  let from: PayloadState | undefined;
  for (let slices = 1; ; slices++) {
    const platform = nodePlatform(spool);
    const pieces = packageZip(sample.source, sample.signer, { platform, viewer, rows, pause: { from, isDue } });
    let next = await pieces.next();
    for (; !next.done; next = await pieces.next()) parts.push(next.value);
    if (next.value === undefined) return { bytes: concat(...parts), rows, slices };
    from = JSON.parse(JSON.stringify(next.value)) as PayloadState;
    rows = JSON.parse(JSON.stringify(rows)) as ZipRow[];
  }
}

describe.each([
  ["a plain viewer", plainViewer],
  ["the compiled viewer", compiled as Viewer],
])("a package by %s that is stopped on the way", (_, viewer) => {
  test("has the same bytes, however often it was stopped", async () => {
    const whole = await inSlices(viewer, () => false);
    expect(whole.slices).toBe(1);
    const often = await inSlices(viewer, () => true);
    expect(often.slices).toBeGreaterThan(sample.source.handoff.sessions.length + 5);
    expect(often.bytes).toEqual(whole.bytes);
    expect(often.rows).toEqual(whole.rows);
    for (const every of [2, 3, 7]) {
      let asked = 0;
      const some = await inSlices(viewer, () => ++asked % every === 0);
      expect(some.bytes).toEqual(whole.bytes);
    }
  });
});
