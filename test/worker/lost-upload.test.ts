import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, expect, test } from "vitest";
import { HandoffFacts } from "../../worker/objects/handoff/facts.ts";
import { PackageFiles } from "../../worker/objects/handoff/package-files.ts";
import { Publication } from "../../worker/objects/handoff/publication.ts";
import { Review } from "../../worker/objects/handoff/review.ts";
import { Trail } from "../../worker/objects/handoff/trail.ts";
import type { HandoffView } from "../../worker/schema.ts";
import { json } from "./api.ts";
import { downloadPackage, hashOf, prepare, review } from "./published.ts";
import { closeSession, makeScene, openSession, runCommand } from "./scene.ts";

let handoff: string;
const view = () => json<HandoffView>("GET", `handoffs/${handoff}`);
const head = () => env.PACKAGES.head(`org_northwind/${handoff}.zip`);

/** More than one part of an upload holds. */
beforeAll(async () => {
  const scene = await makeScene();
  // Hardly deflates, and there is no word in it to search for.
  const signs = "!#$%()*+,-./:;=?@[]^_{|}~\\`";
  const line = () => Array.from(crypto.getRandomValues(new Uint8Array(2000)), (byte) => signs[byte % signs.length]).join("");
  const sessions: string[] = [];
  for (let i = 0; i < 2; i++) {
    const open = await openSession(scene);
    for (let j = 0; j < 3; j++) await runCommand(open, "Get-WinEvent", Array.from({ length: 175 }, line).join("\n"));
    await closeSession(open);
    sessions.push(open.session);
  }
  handoff = await prepare(scene.group, sessions);
  for (const session of sessions) await review(handoff, session);
});

/** The bucket, as far as a generation needs it; so many uploads end by themselves before anything is put into them. */
function losing(times: number): R2Bucket {
  const { PACKAGES: bucket } = env;
  let left = times;
  const wrapped = (real: R2MultipartUpload): R2MultipartUpload => ({
    key: real.key,
    uploadId: real.uploadId,
    async uploadPart(number, part) {
      if (left-- > 0) await real.abort();
      return real.uploadPart(number, part);
    },
    abort: () => real.abort(),
    complete: (parts) => real.complete(parts),
  });
  return {
    createMultipartUpload: async (key: string, options: R2MultipartOptions) =>
      wrapped(await bucket.createMultipartUpload(key, options)),
    resumeMultipartUpload: (key: string, upload: string) => wrapped(bucket.resumeMultipartUpload(key, upload)),
  } as R2Bucket;
}

/** Makes the package, or fails to. @returns for how many milliseconds each slice let the next one wait. */
function make({ lost, attempt = 0, restarts = 0 }: { lost: number; attempt?: number; restarts?: number }): Promise<number[]> {
  return runInDurableObject(env.HANDOFF.getByName(`org_northwind/handoff/${handoff}`), async (_, { storage }) => {
    const { sql } = storage;
    sql.exec("UPDATE handoff SET state = 'generating', days = 30");
    sql.exec("DELETE FROM generation");
    sql.exec("INSERT INTO generation (attempt, bytes, files, restarts) VALUES (?, 0, 0, ?)", attempt, restarts);
    const [facts, selection, files, trail] = [new HandoffFacts(sql), new Review(sql), new PackageFiles(sql), new Trail(sql, env)];
    const publication = new Publication(storage, { ...env, PACKAGES: losing(lost) }, facts, selection, files, trail);
    const waits: number[] = [];
    for (;;) {
      const next = await publication.generate();
      if (facts.get().state !== "generating") return waits;
      waits.push((next ?? Number.NaN) - Date.now());
    }
  });
}

test("a package whose upload is gone is begun anew at once, and becomes the same", async () => {
  await make({ lost: 0 });
  const { package: made } = await view();
  expect(made?.bytes).toBeGreaterThan(5 << 20);
  await env.PACKAGES.delete(`org_northwind/${handoff}.zip`);
  // Whatever went wrong before does not count any more.
  const waits = await make({ lost: 2, attempt: 6 });
  expect(waits.length).toBeGreaterThanOrEqual(2);
  expect(Math.max(...waits)).toBeLessThanOrEqual(0);
  expect(await view()).toMatchObject({ state: "published", generation: null, package: { sha256: made?.sha256 } });
  expect(hashOf(await downloadPackage(handoff))).toBe(made?.sha256);
});

test("one whose upload is gone again and again is given up, and it is said why", async () => {
  await env.PACKAGES.delete(`org_northwind/${handoff}.zip`);
  await make({ lost: 1, restarts: 8 });
  expect(await view()).toMatchObject({
    state: "in-review",
    generation: { code: "upload/gone", retry: null, failure: expect.stringContaining("upload was gone from the bucket") },
  });
  expect(await head()).toBeNull();
});
