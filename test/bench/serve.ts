import { Agent } from "node:http";
import { join } from "node:path";
import { loadClient } from "../../fixtures/load/client.ts";
import { elena, northwind } from "../../fixtures/people.ts";
import { story } from "../../fixtures/story/story.ts";
import { Api } from "../../worker/local/api.ts";
import { makeHandoff } from "../../worker/local/handoff.ts";
import type { GroupView } from "../../worker/schema.ts";
import { type Deployment, deploy } from "../fixtures/deployment.ts";
import { BenchError, type BenchOptions, type BenchResult, median } from "./bench.ts";
import { PLAIN_WORKER } from "./plain-worker.ts";
import { askFor, fetchGzipped, p99, perSecond, type Target, type Turns } from "./requests.ts";

const PLAIN_HOST = "plain.localhost";
const PARALLEL = 8;
/** Turns are short, so that whatever else the computer does meanwhile falls on all alike. */
const MILLISECONDS = 500;
const TURNS = 6;
const SESSIONS = 6;

/**
 * Pages of a published package out of its ZIP, through its link, against the same gzipped pages as objects of their own, in the same
 * engine and bucket, in turns: behind the same link with its log, and bare, where whoever knows a name gets it.
 */
export async function bench({ runs = 5 }: BenchOptions): Promise<BenchResult> {
  const deployment = await deploy({ host: PLAIN_HOST, script: PLAIN_WORKER });
  try {
    const link = new URL(await publish(deployment));
    const port = Number(link.port);
    const [zipped, plain] = [
      { port, host: link.host },
      { port, host: PLAIN_HOST },
    ];
    const pages = await pagesOf(link);
    for (const path of pages) {
      const body = await fetchGzipped(zipped, link.pathname + path);
      const headers = { host: PLAIN_HOST, "content-type": "text/html; charset=utf-8" };
      await fetchGzipped(plain, `/bare/${path}`, { method: "PUT", headers, body });
    }
    const below = (base: string) => pages.map((path) => base + path);
    const kinds: Record<Kind, [Target, string[]]> = {
      zip: [zipped, below(link.pathname)],
      object: [plain, below(link.pathname)],
      bare: [plain, below("/bare/")],
    };
    const agents = eachKind(() => new Agent({ keepAlive: true, maxSockets: PARALLEL }));
    const turn = (kind: Kind, milliseconds = MILLISECONDS) => askFor(...kinds[kind], agents[kind], milliseconds);
    for (const kind of KINDS) await turn(kind, 1000);
    const done: Record<Kind, Turns>[][] = [];
    for (let run = 0; run < runs; run++) {
      const turns: Record<Kind, Turns>[] = [];
      for (let i = 0; i < TURNS; i++) {
        const one: Partial<Record<Kind, Turns>> = {};
        // None is always the first.
        for (let k = 0; k < KINDS.length; k++) {
          const kind = KINDS[(run + i + k) % KINDS.length] as Kind;
          one[kind] = await turn(kind);
        }
        turns.push(one as Record<Kind, Turns>);
      }
      done.push(turns);
    }
    for (const kind of KINDS) agents[kind].destroy();
    const rates = done.map((turns) => eachKind((kind) => perSecond(turns.map((one) => one[kind]))));
    const of = (take: (one: Record<Kind, number>) => number) => median(rates.map(take));
    const slow = eachKind((kind) => p99(done.flat().map((one) => one[kind])));
    return {
      metrics: {
        requests_ratio: of(({ zip, object }) => zip / object),
        requests_ratio_bare: of(({ zip, bare }) => zip / bare),
        p99_ratio: slow.object / slow.zip,
        p99_ratio_bare: slow.bare / slow.zip,
        requests_per_s: of(({ zip }) => zip),
        object_requests_per_s: of(({ object }) => object),
        bare_requests_per_s: of(({ bare }) => bare),
        p99_ms: slow.zip,
        object_p99_ms: slow.object,
        bare_p99_ms: slow.bare,
        pages: pages.length,
      },
      goals: {},
      least: { requests_ratio: 0.8, p99_ratio: 0.8 },
    };
  } finally {
    await deployment.stop();
  }
}

const KINDS = ["zip", "object", "bare"] as const;
type Kind = (typeof KINDS)[number];

function eachKind<T>(make: (kind: Kind) => T): Record<Kind, T> {
  return { zip: make("zip"), object: make("object"), bare: make("bare") };
}

/** A handoff of some sample sessions. @returns the address of a link to it. */
async function publish({ url, tokenFor, folder }: Deployment): Promise<string> {
  const client = story[0]?.client;
  if (client === undefined) throw new BenchError("expected sample sessions");
  const sessions = story.filter((session) => session.client === client).slice(0, SESSIONS);
  await loadClient({ url, client, sessions, folder: join(folder, "agents"), tokenFor, onSession: () => {} });
  const api = new Api(url, () => tokenFor(northwind, elena));
  for await (const { group } of api.list<GroupView>("groups")) {
    const period = { from: "2020-01-01T00:00:00.000Z", to: "2100-01-01T00:00:00.000Z" };
    const plan = { api, group, period, recipient: "Contoso IT", sensitive: [], letter: "", days: 1, onProgress: () => {} };
    return (await makeHandoff(plan)).url;
  }
  throw new BenchError("expected a client group");
}

/** Paths of the pages that readers open most: the overview and the sessions. */
async function pagesOf(link: URL): Promise<string[]> {
  const response = await fetch(new URL("data/index.html", link));
  const found = (await response.text()).match(/sessions\/ses_[0-9a-z]+\.html/g) ?? [];
  const paths = ["data/index.html", ...[...new Set(found)].map((path) => `data/${path}`)];
  if (paths.length < 2) throw new BenchError("expected pages of sessions");
  return paths;
}
