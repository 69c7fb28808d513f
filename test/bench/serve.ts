import { join } from "node:path";
import { loadClient } from "../../fixtures/load/client.ts";
import { elena, northwind } from "../../fixtures/people.ts";
import { story } from "../../fixtures/story/story.ts";
import { Api } from "../../worker/local/api.ts";
import { buildPages } from "../../worker/local/bundle.ts";
import { makeHandoff } from "../../worker/local/handoff.ts";
import type { GroupView } from "../../worker/schema.ts";
import { type Deployment, deploy } from "../fixtures/deployment.ts";
import { BenchError, type BenchOptions, type BenchResult, median } from "./bench.ts";
import { PLAIN_WORKER } from "./plain-worker.ts";
import { askFor, fetchGzipped, type Round, type Target } from "./requests.ts";

const PLAIN_HOST = "plain.localhost";
const PARALLEL = 8;
const MILLISECONDS = 3000;
const SESSIONS = 6;

/**
 * Pages of a published package out of its ZIP, through its link, against the same gzipped pages as objects of their own, in the same
 * engine and bucket, in turns: behind the same link with its log, and bare, where whoever knows a name gets it.
 */
export async function bench({ runs = 5 }: BenchOptions): Promise<BenchResult> {
  await buildPages();
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
    const round = (kind: Kind, milliseconds = MILLISECONDS) => askFor(...kinds[kind], { parallel: PARALLEL, milliseconds });
    for (const kind of KINDS) await round(kind, 1000);
    const rounds: Record<Kind, Round>[] = [];
    for (let i = 0; i < runs; i++) {
      const done: Partial<Record<Kind, Round>> = {};
      // None is always the first.
      for (let k = 0; k < KINDS.length; k++) {
        const kind = KINDS[(i + k) % KINDS.length] as Kind;
        done[kind] = await round(kind);
      }
      rounds.push(done as Record<Kind, Round>);
    }
    const of = (take: (one: Record<Kind, Round>) => number) => median(rounds.map(take));
    return {
      metrics: {
        requests_ratio: of(({ zip, object }) => zip.perSecond / object.perSecond),
        requests_ratio_bare: of(({ zip, bare }) => zip.perSecond / bare.perSecond),
        p99_ratio: of(({ zip, object }) => object.p99 / zip.p99),
        requests_per_s: of(({ zip }) => zip.perSecond),
        object_requests_per_s: of(({ object }) => object.perSecond),
        bare_requests_per_s: of(({ bare }) => bare.perSecond),
        p99_ms: of(({ zip }) => zip.p99),
        object_p99_ms: of(({ object }) => object.p99),
        bare_p99_ms: of(({ bare }) => bare.p99),
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
