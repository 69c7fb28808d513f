import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { tom } from "../../fixtures/people.ts";
import { acme, srv01 } from "../../fixtures/story/acme.ts";
import { look, session } from "../../fixtures/story/session.ts";
import { openPackage } from "../../generator/verify/open.ts";
import { checkTimestamp } from "../../record/timestamp.ts";
import { verifyPackage } from "../../record/verify.ts";
import { until } from "../../worker/local/api.ts";
import { scanAll } from "../../worker/local/handoff.ts";
import { downloadPackage } from "../../worker/local/package.ts";
import type { HandoffView, SessionRow } from "../../worker/schema.ts";
import { temporaryFolder } from "../generator/independent.ts";
import { Authority } from "../record/authority.ts";
import { makeScene, type Scene } from "./scene.ts";

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let authority: Authority;
let server: Server;
let scene: Scene;
/** How many of the next requests are refused. */
let refusals = 1;
let asked = 0;

beforeAll(async () => {
  folder = await temporaryFolder();
  authority = await Authority.create(join(folder.path, "authority"));
  server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", async () => {
      asked++;
      if (refusals-- > 0) response.writeHead(503).end();
      else response.end(await authority.reply(Buffer.concat(parts)));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  scene = await makeScene({ TIMESTAMP_URL: `http://127.0.0.1:${port}/`, TIMESTAMP_AUTHORITY: "Sample Time Authority" });
}, 120_000);

afterAll(async () => {
  await scene?.end();
  server.closeAllConnections();
  server.close();
  await folder[Symbol.asyncDispose]();
});

test("a package is stamped by the authority that is configured, asked again after a refusal, and verifies so", async () => {
  await scene.start();
  const { api } = scene;
  const { group } = await scene.load([SESSION]);
  const { items } = await api.get<{ items: SessionRow[] }>(`groups/${group}/sessions`);
  const { handoff } = await api.post<{ handoff: string }>(`groups/${group}/handoffs`, { recipient: "Contoso IT" });
  await api.put(`handoffs/${handoff}/period`, { from: "2020-01-01T00:00:00.000Z", to: "2100-01-01T00:00:00.000Z" });
  await api.put(`handoffs/${handoff}/sessions`, { include: items.map(({ session: id }) => ({ session: id })) });
  await scanAll(api, handoff);
  for (const { session: id } of items) {
    await api.put(`handoffs/${handoff}/sessions/${id}/review`, { note: "", todo: [], reviewed: true });
  }
  const view = () => api.get<HandoffView>(`handoffs/${handoff}`);
  await api.post(`handoffs/${handoff}/publish`, { days: 30 });
  const waiting = await until("the refusal to be shown", 20, async () => {
    const now = await view();
    return now.generation?.code === "timestamp/pending" ? now : undefined;
  });
  expect(waiting).toMatchObject({ state: "generating", generation: { phase: "stamping", retry: expect.any(String) } });
  expect(waiting.stamps.group).toMatchObject({ time: null, failure: "refused", retry: expect.any(String) });
  const published = await until("the package", 40, async () => {
    const now = await view();
    return now.state === "published" ? now : undefined;
  });
  const stamped = { authority: "Sample Time Authority", failure: null, retry: null, time: expect.any(String) };
  expect(published.stamps).toEqual({ group: stamped, package: stamped });
  expect(asked).toBe(3);

  const path = await downloadPackage(api, handoff, folder.path, "stamped.zip");
  const opened = await openPackage(path);
  try {
    const authorities = [await authority.certificate("root")];
    const report = await verifyPackage(opened.reader, { timestamps: { check: checkTimestamp, authorities } });
    expect(report.verdict).toBe("verified");
    expect(report.findings.filter(({ code }) => code === "time/token")).toHaveLength(2);
  } finally {
    await opened.close();
  }
}, 100_000);

const SESSION = session({
  client: acme,
  machine: srv01,
  technician: tom,
  person: "Owen Bright",
  subject: "Looked around",
  start: "2026-01-05T09:00:00.000Z",
  tags: [],
  steps: [look("Get-Location", { out: "C:\\", ms: 300 })],
  close: { outcome: "resolved", summary: "Nothing to do." },
});
