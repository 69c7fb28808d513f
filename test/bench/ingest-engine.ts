import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from "miniflare";
import { enrol } from "../../agent/enrol.ts";
import { type AgentState, signAs } from "../../agent/state.ts";
import { elena } from "../../fixtures/people.ts";
import { toBase64 } from "../../record/bytes.ts";
import { agentProof, encodeMessage, endpointMessage, parseMessage, WIRE_PROTOCOL } from "../../record/wire.ts";
import type { Api } from "../../worker/local/api.ts";
import { originOf } from "../../worker/local/engine.ts";
import { KillableEngine } from "../faults/engine.ts";
import { BARE_WORKER } from "./ingest-bare.ts";
import { openSocket, type Socket } from "./ingest-socket.ts";

/** Sessions that can be reported to, whatever is behind them. */
export interface Ingest {
  /** A socket that takes events from number `from` on. */
  open(index: number): Promise<{ socket: Socket; from: number }>;
  stop(): Promise<void>;
}

/** The bare object on the engine. `search` looks at every row of one object. */
export async function startBare(): Promise<Ingest & { search(index: number, word: string): Promise<number> }> {
  const folder = mkdtempSync(join(tmpdir(), "caisey-bench-"));
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      name: "bare",
      modules: true,
      script: BARE_WORKER,
      compatibilityDate: "2026-10-06",
      durableObjects: { BARE: { className: "Bare", useSQLite: true } },
      resourcePersistencePath: folder,
      cf: false,
      log: new Log(LogLevel.ERROR),
    }),
  );
  const url = await miniflare.ready;
  return {
    open: async (index) => ({ socket: await openSocket(new URL(`/${index}`, url).href.replace("http", "ws")), from: 0 }),
    async search(index, word) {
      const response = await fetch(new URL(`/${index}`, url), { method: "POST", body: word });
      return ((await response.json()) as { found: number }).found;
    },
    async stop() {
      await miniflare.dispose();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The Worker on the engine, with one machine that takes part in as many sessions as are asked for. */
export async function startWorker(): Promise<Ingest & { api: Api; group: string }> {
  const engine = await KillableEngine.open();
  const api = engine.api(elena);
  const { group } = await api.post<{ group: string }>("groups", { name: "Bench" });
  const { code } = await api.post<{ code: string }>(`groups/${group}/enrolment-codes`);
  const origin = originOf(engine.port);
  const state = await enrol({
    server: origin,
    code,
    name: `BENCH-${randomBytes(2).toString("hex")}`,
    folder: join(engine.folder, "agent"),
  });
  const refs = await invitations(origin, state);
  return {
    api,
    group,
    async open() {
      await api.post(`groups/${group}/endpoints/${state.endpoint}/sessions`, { subject: "Bench" });
      const ref = await refs.next();
      const socket = await openSocket(`${origin.replace("http", "ws")}/agent/session/${ref}`);
      const { nonce } = (await socket.next("challenge")) as unknown as { nonce: string };
      socket.send(hello(state, ref, nonce));
      await socket.next("welcome");
      const events = [
        { n: 0, kind: "joined", fields: { participant: "p1", role: "agent" }, text: { name: text("BENCH") } },
        { n: 1, kind: "command", fields: { by: "p0", shell: "bash", consent: "read-only" }, text: { command: text("bench") } },
      ].map((event) => ({ seen: new Date().toISOString(), ...event }));
      socket.send(JSON.stringify({ type: "events", events }));
      await socket.acknowledged(1);
      return { socket, from: 2 };
    },
    async stop() {
      refs.close();
      await engine.close();
    },
  };
}

function text(line: string): { seed: string; lines: string[] } {
  return { seed: randomBytes(32).toString("base64"), lines: [line] };
}

function hello(state: AgentState, ref: string, nonce: string): string {
  const signature = toBase64(signAs(state, agentProof(ref, nonce)));
  return encodeMessage({ type: "hello", protocol: WIRE_PROTOCOL, signature, have: 0, clock: new Date().toISOString() });
}

/** The machine's control socket: refs of the sessions that it is invited to, in order. */
async function invitations(origin: string, state: AgentState): Promise<{ next(): Promise<string>; close(): void }> {
  const socket = await openSocket(`${origin.replace("http", "ws")}/agent/endpoint/${state.ref}`);
  const { nonce } = (await socket.next("challenge")) as unknown as { nonce: string };
  socket.send(hello(state, state.ref, nonce));
  await socket.next("present");
  return {
    async next() {
      const invite = parseMessage(endpointMessage, JSON.stringify(await socket.next("invite")));
      return invite.type === "invite" ? invite.ref : "";
    },
    close: () => socket.close(),
  };
}
