import { createHash } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { tom } from "../../fixtures/people.ts";
import { acme, srv01 } from "../../fixtures/story/acme.ts";
import { look, type StorySession, session } from "../../fixtures/story/session.ts";
import { until } from "../../worker/local/api.ts";
import { scanAll } from "../../worker/local/handoff.ts";
import type { HandoffView, SessionRow } from "../../worker/schema.ts";
import { Random } from "../bench/random.ts";
import { makeScene, type Scene } from "./scene.ts";
import type { Write } from "./writes.ts";

/** At random points; the seed is printed, and `FAULTS_SEED=…` plays them again (what the engine has done by then still differs). */
const SEED = Number(process.env.FAULTS_SEED ?? Date.now() % 1_000_000);
/** In each stage. */
const KILLS = 4;
const PERIOD = { from: "2020-01-01T00:00:00.000Z", to: "2100-01-01T00:00:00.000Z" };

/** What is written from the start of a generation up to what its first slice keeps. */
const FIRST_SLICE = ["part", "stored", "alarm"] as const;

/** A stretch of a generation: begins with the last of these writes. The stages make up all of it. */
interface Stage {
  name: string;
  /** Counted from the start of the engine, when nothing is kept yet. */
  begins: readonly Write[];
  /** The same when a slice is kept. */
  goesOn: readonly Write[];
}
const STAGES: readonly Stage[] = [
  { name: "first slice", begins: ["object"], goesOn: ["object"] },
  { name: "first part, and keeping the slice", begins: ["part"], goesOn: ["part"] },
  { name: "second slice", begins: FIRST_SLICE, goesOn: ["object"] },
  { name: "last part", begins: [...FIRST_SLICE, "part"], goesOn: ["part"] },
  { name: "completing the upload, and publishing", begins: [...FIRST_SLICE, "part", "stored"], goesOn: ["part", "stored"] },
];

let scene: Scene;
let handoff: string;
/** SHA-256 of the package when nothing was killed. */
let whole: string;
/** How many milliseconds each stage takes at most, as far as is known by now. */
let lengths: number[];

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
  lengths = await timed(async () => {
    whole = await finish();
  });
}, 120_000);

afterAll(() => scene?.end());

/** Starts the engine and waits for the package. @returns its hash, taken here, once it is as the Worker says. */
async function finish(): Promise<string> {
  await scene.start();
  const view = await until("the package", 60, async () => {
    const now = await scene.api.get<HandoffView>(`handoffs/${handoff}`);
    return now.state === "generating" ? undefined : now;
  });
  expect(view.generation).toBeNull();
  expect(view.state).toBe("published");
  const hash = createHash("sha256");
  for await (const piece of await scene.api.file("GET /api/handoffs/:handoff/package", { params: { handoff } })) hash.update(piece);
  const sha256 = hash.digest("hex");
  expect(view.package?.sha256).toBe(sha256);
  await scene.stop();
  return sha256;
}

/** @returns the lengths of the stages while `make` makes a package, which must have two slices and two parts. */
async function timed(make: () => Promise<void>): Promise<number[]> {
  const writes = scene.watch();
  const making = make();
  const times: number[] = [];
  for (const write of ["object", ...FIRST_SLICE, "part", "stored", "alarm"] as const) {
    await writes.next(write);
    times.push(performance.now());
  }
  writes.close();
  await making;
  const [begun = 0, part = 0, , kept = 0, last = 0, stored = 0, published = 0] = times;
  return [part - begun, kept - part, last - kept, stored - last, published - stored];
}

/** The generation as it lies on the disk. Undefined when there is none that is unfinished. */
function unfinished(): { bytes: number } | undefined {
  const [{ state } = { state: "" }] = scene.rows<{ state: string }>("handoff");
  const [row] = scene.rows<{ bytes: number }>("generation");
  return state === "generating" ? row : undefined;
}

test(`a package is the same whenever its making is cut off: ${KILLS * STAGES.length} kills, no upload left (seed ${SEED})`, async () => {
  console.log(`seed of the kills: ${SEED}`);
  const random = new Random(SEED);
  const kills = STAGES.map((): number[] => []);
  const said = () => JSON.stringify(Object.fromEntries(STAGES.map(({ name }, i) => [name, kills[i]])));
  const wanted = () => STAGES.filter((_, i) => (kills[i]?.length ?? 0) < KILLS);
  for (let lives = 0; wanted().length > 0; ) {
    scene.putBack("begun");
    // Several in one making: what the earlier ones left has to be gone on from too.
    for (const stage of wanted()) {
      const i = STAGES.indexOf(stage);
      const before = unfinished();
      if (before === undefined) break;
      expect(++lives, said()).toBeLessThan(3 * KILLS * STAGES.length);
      const point = (random.int(1000) / 1000) * (lengths[i] ?? 0);
      await scene.startAndKill(before.bytes > 0 ? stage.goesOn : stage.begins, point);
      const after = unfinished();
      // What counts is a kill in the midst of it: this life of the engine had begun on it, and it was not finished.
      if (after === undefined) lengths[i] = point;
      else if (JSON.stringify(after) !== JSON.stringify(before)) kills[i]?.push(Math.round(point));
    }
    expect(await finish(), said()).toBe(whole);
    // One that the bucket opened just when it was killed has a number that nobody ever learned; the Worker says that there may be one.
    const unknown = scene.log().split("an upload may have been opened").length - 1;
    expect(scene.openUploads().length, said()).toBeLessThanOrEqual(unknown);
  }
  expect(kills.map(({ length }) => length)).toEqual(STAGES.map(() => KILLS));
}, 240_000);

/** Two slices and two parts, as quickly made as they can be: signs that hardly deflate, with no word to search for among them. */
const SESSIONS: readonly StorySession[] = [14, 14, 14, 3].map((commands, i) => {
  const random = new Random(i);
  const signs = "!#$%()*+,-./:;=?@[]^_{|}~`";
  const line = () => Array.from(Buffer.from(random.hex(2000), "hex"), (byte) => signs[byte % signs.length]).join("");
  return session({
    client: acme,
    machine: srv01,
    technician: tom,
    person: "Owen Bright",
    subject: `Event logs, part ${i + 1}`,
    start: new Date(Date.parse("2026-01-05T09:00:00.000Z") + i * 86_400_000).toISOString(),
    tags: [],
    steps: Array.from({ length: commands }, (_, step) =>
      look(`Get-WinEvent -MaxEvents ${3000 + step}`, { out: Array.from({ length: 120 }, line).join("\n"), ms: 400 }),
    ),
    close: { outcome: "resolved", summary: "Exported." },
  });
});
