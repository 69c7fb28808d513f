import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { NodeCrew } from "../../generator/node-crew.ts";
import { nodePlatform } from "../../generator/node-platform.ts";
import { completeHandoff } from "../../generator/package.ts";
import { packageZip } from "../../generator/package-zip.ts";
import type { SessionCrew } from "../../generator/session-files.ts";
import { readSession } from "../../generator/session-records.ts";
import * as viewer from "../../viewer/renderer.ts";
import { SAMPLE_SESSIONS } from "./sample-sessions.ts";
import { makeSample, type Sample } from "./sample-source.ts";

async function digestOf({ source, signer }: Sample, crew?: SessionCrew): Promise<string> {
  const hash = createHash("sha256");
  for await (const bytes of packageZip(source, signer, { platform: nodePlatform(), viewer, crew })) hash.update(bytes);
  return hash.digest("hex");
}

const many = Array.from({ length: 15 }, () => SAMPLE_SESSIONS).flat();

test("a crew of threads makes the same bytes as one thread", async () => {
  const sample = await makeSample(many);
  const alone = await digestOf(sample);
  for (const threads of [1, 3]) {
    const crew = new NodeCrew(threads);
    expect(await digestOf(sample, crew)).toBe(alone);
    // A session that it leaves to the caller stands in its place all the same.
    let session = 0;
    const half: SessionCrew = { ahead: crew.ahead, pack: (...all) => (session++ % 2 === 0 ? crew.pack(...all) : undefined) };
    expect(await digestOf(sample, half)).toBe(alone);
    await crew.close();
  }
});

test("what a thread made is there until the last of a session's files is closed, and then freed", async () => {
  const { source, signer } = await makeSample(many);
  const handoff = completeHandoff(source, signer, viewer);
  const [session] = handoff.sessions;
  if (session === undefined) throw new TypeError("expected a session");
  const crew = new NodeCrew(1);
  const files = await crew.pack(handoff, await readSession(source, session), null);
  const packed = await Promise.all(files?.map((file) => file.packed) ?? []);
  const pieces = packed.flatMap((one) => [...((one?.bytes() ?? []) as Iterable<Uint8Array<ArrayBuffer>>)]);
  expect(pieces.length).toBeGreaterThan(3);
  for (const one of packed.slice(1)) await one?.close();
  for (const one of packed.slice(1)) await one?.close();
  expect(pieces.map(({ buffer }) => buffer.detached)).not.toContain(true);
  await packed[0]?.close();
  expect(pieces.map(({ buffer }) => buffer.detached)).not.toContain(false);
  await crew.close();
});

test("a session that can't be rendered ends the making with its error", async () => {
  const { source, signer } = await makeSample(many);
  const crew = new NodeCrew(1);
  const broken: SessionCrew = {
    ahead: crew.ahead,
    pack: (handoff, records, witnessed) =>
      crew.pack(handoff, { ...records, lines: ["{}"], entries: [{ entry: {}, text: {} }] as never }, witnessed),
  };
  await expect(digestOf({ source, signer }, broken)).rejects.toThrow();
  await crew.close();
});

test("a thread that ends leaves nobody waiting", async () => {
  const sample = await makeSample(many);
  const crew = new NodeCrew(1);
  const ending: SessionCrew = {
    ahead: crew.ahead,
    pack(...all) {
      const packed = crew.pack(...all);
      void crew.close();
      return packed;
    },
  };
  const making = digestOf(sample, ending);
  await expect(making).rejects.toThrow(/thread/);
});

test("threads that could not start refuse each session, also one that comes when they are gone", async () => {
  const { source, signer } = await makeSample(many);
  const crew = new NodeCrew(1, new URL("data:text/javascript,process.exit(1)"));
  const refused: unknown[] = [];
  const gone: SessionCrew = {
    ahead: crew.ahead,
    begin: (sessions) => crew.begin(sessions),
    async pack(...all) {
      for (let i = 0; i < 2; i++) await crew.pack(...all)?.catch((error) => refused.push(error));
      throw refused[0];
    },
  };
  await expect(digestOf({ source, signer }, gone)).rejects.toThrow(/thread/);
  expect(refused.length).toBeGreaterThanOrEqual(2);
  for (const error of refused) expect(error).toMatchObject({ message: expect.stringContaining("thread") });
  await crew.close();
});
