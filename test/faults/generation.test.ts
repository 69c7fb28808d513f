import { createHash } from "node:crypto";
import { setTimeout as after } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { tom } from "../../fixtures/people.ts";
import { acme, srv01 } from "../../fixtures/story/acme.ts";
import { look, type StorySession, session } from "../../fixtures/story/session.ts";
import { until } from "../../worker/local/api.ts";
import { scanAll } from "../../worker/local/handoff.ts";
import type { HandoffView, SessionRow } from "../../worker/schema.ts";
import { Random } from "../bench/random.ts";
import { makeScene, type Scene } from "./scene.ts";

const KILLS = 20;
const PERIOD = { from: "2020-01-01T00:00:00.000Z", to: "2100-01-01T00:00:00.000Z" };

let scene: Scene;
let handoff: string;
/** SHA-256 of the package when nothing was killed, and how many milliseconds it took. */
let whole: { sha256: string; took: number };

beforeAll(async () => {
  scene = await makeScene();
  await scene.start();
  const { group } = await scene.load(SESSIONS);
  const { api } = scene;
  const rows = await api.get<{ items: SessionRow[] }>(`groups/${group}/sessions?limit=200`);
  ({ handoff } = await api.post<{ handoff: string }>(`groups/${group}/handoffs`, { recipient: "Contoso IT" }));
  await api.put(`handoffs/${handoff}/period`, PERIOD);
  await api.put(`handoffs/${handoff}/sessions`, { include: rows.items.map(({ session: id }) => ({ session: id })) });
  await scanAll(api, handoff);
  for (const { session: id } of rows.items) {
    await api.put(`handoffs/${handoff}/sessions/${id}/review`, { note: "", todo: [], reviewed: true });
  }
  await api.post(`handoffs/${handoff}/publish`, { days: 30 });
  // The time that the package says is fixed now, and nothing that it is made of changes any more.
  await scene.kill();
  scene.keep("begun");
  whole = await finish();
}, 120_000);

afterAll(() => scene?.end());

function generation(): Promise<HandoffView["generation"]> {
  return scene.api.get<HandoffView>(`handoffs/${handoff}`).then((view) => view.generation);
}

/** Starts the engine and waits for the package. @returns its hash, taken here, once it is as the Worker says. */
async function finish(): Promise<{ sha256: string; took: number }> {
  await scene.start();
  const begun = performance.now();
  const view = await until("the package", 60, async () => {
    const now = await scene.api.get<HandoffView>(`handoffs/${handoff}`);
    return now.state === "generating" ? undefined : now;
  });
  const took = performance.now() - begun;
  expect(view.generation).toBeNull();
  expect(view.state).toBe("published");
  const hash = createHash("sha256");
  for await (const piece of await scene.api.file("GET /api/handoffs/:handoff/package", { params: { handoff } })) hash.update(piece);
  const sha256 = hash.digest("hex");
  expect(view.package?.sha256).toBe(sha256);
  // More than one part: there is an upload that could be left behind.
  expect(view.package?.bytes).toBeGreaterThan(5.5 * 2 ** 20);
  await scene.stop();
  return { sha256, took };
}

test(`a package is the same whenever its making is cut off: ${KILLS} kills at random points, no upload left`, async () => {
  const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
  const random = new Random(seed);
  const points: number[] = [];
  for (let kills = 0; kills < KILLS; ) {
    scene.putBack("begun");
    // Several in one making: what the earlier ones left has to be gone on from too.
    for (let here = 0; here < 5 && kills < KILLS; here++, kills++) {
      await scene.start();
      const begun = performance.now();
      // Wakes the object, as its alarm would.
      await generation();
      const point = (random.int(1000) / 1000) * 0.6 * whole.took;
      await after(Math.max(0, point - (performance.now() - begun)));
      points.push(Math.round(point));
      await scene.kill();
    }
    const { sha256 } = await finish();
    expect(sha256, `seed ${seed}, killed after ${points.join(", ")} ms`).toBe(whole.sha256);
    // One that the bucket opened just when it was killed has a number that nobody ever learned; the Worker says that there may be one.
    const unknown = scene.log().split("an upload may have been opened").length - 1;
    expect(scene.openUploads().length, `seed ${seed}`).toBeLessThanOrEqual(unknown);
  }
  expect(new Set(points).size).toBeGreaterThan(KILLS / 2);
}, 180_000);

/** Text that deflates to about half, so that the package has more than one part. */
const SESSIONS: readonly StorySession[] = Array.from({ length: 11 }, (_, i) => {
  const random = new Random(i);
  const line = () => Array.from({ length: 12 }, () => random.hex(7)).join(" ");
  return session({
    client: acme,
    machine: srv01,
    technician: tom,
    person: "Owen Bright",
    subject: `Event logs, part ${i + 1}`,
    start: new Date(Date.parse("2026-01-05T09:00:00.000Z") + i * 86_400_000).toISOString(),
    tags: [],
    steps: Array.from({ length: 3 }, (_, step) =>
      look(`Get-WinEvent -MaxEvents ${3000 + step}`, { out: Array.from({ length: 2000 }, line).join("\n"), ms: 400 }),
    ),
    close: { outcome: "resolved", summary: "Exported." },
  });
});
