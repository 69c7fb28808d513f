import { cpSync, existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout } from "node:timers/promises";
import { loadClient } from "../../fixtures/load/client.ts";
import { elena, northwind } from "../../fixtures/people.ts";
import type { StorySession } from "../../fixtures/story/session.ts";
import { Api } from "../../worker/local/api.ts";
import { bundleWorker } from "../../worker/local/bundle.ts";
import { claimPort, type Engine, originOf, startEngine } from "../../worker/local/engine.ts";
import { startSignIn } from "../../worker/local/sign-in.ts";
import { bindingsFor } from "../fixtures/bindings.ts";
import { type Write, Writes } from "./writes.ts";

/** A Worker on the embedded engine whose process can be killed, and its data put back to what it was. */
export interface Scene {
  readonly api: Api;
  /** Starts the engine, or starts it again. */
  start(): Promise<void>;
  /** Ends it in good order. */
  stop(): Promise<void>;
  /** SIGKILL to the engine's process, whatever it is doing. */
  kill(): Promise<void>;
  /** What is written to the disk from now on. To be closed. */
  watch(): Writes;
  /**
   * Starts the engine, and kills its process so many milliseconds after these writes, one after the other: whether it is ready to be asked
   * by then or not.
   */
  startAndKill(after: readonly Write[], milliseconds: number): Promise<void>;
  /** Keeps the data as they are on the disk; while the engine is stopped. */
  keep(name: string): void;
  putBack(name: string): void;
  load(sessions: readonly StorySession[]): Promise<{ group: string }>;
  /** Rows of a table of the Handoff objects; while the engine is stopped. */
  rows<T>(table: string): T[];
  /** Uploads that were opened in the bucket and not ended; while the engine is stopped. */
  openUploads(): string[];
  /** What the Worker wrote to its log. */
  log(): string;
  end(): Promise<void>;
}

export async function makeScene(bindings: Record<string, string> = {}): Promise<Scene> {
  const folder = mkdtempSync(join(tmpdir(), "caisey-faults-"));
  const data = join(folder, "data");
  mkdirSync(join(folder, "bundle"));
  mkdirSync(join(folder, "sign-in"));
  mkdirSync(data);
  const main = process.env.CAISEY_FAULTS_BUNDLE ?? (await bundleWorker(join(folder, "bundle")));
  const signIn = await startSignIn({ data: join(folder, "sign-in"), port: 0 });
  const port = await claimPort(0);
  const url = originOf(port);
  signIn.setParty(url);
  let engine: Engine | undefined;
  let process_: number | undefined;
  const begin = () =>
    startEngine({
      main,
      port,
      data,
      bindings: { ...bindingsFor(signIn, url), ...bindings },
    });
  return {
    api: new Api(url, () => signIn.tokenFor(northwind, elena)),
    async start() {
      const before = new Set(children());
      engine = await begin();
      process_ = engineBeside(before);
    },
    async stop() {
      await engine?.stop();
      engine = undefined;
    },
    async kill() {
      if (process_ === undefined) throw new Error("expected an engine that runs");
      process.kill(process_, "SIGKILL");
      process_ = undefined;
      await engine?.stop();
      engine = undefined;
    },
    watch: () => new Writes(data),
    async startAndKill(after, milliseconds) {
      const before = new Set(children());
      const writes = new Writes(data);
      // Killed before it is ready, it can't become so.
      const begun = begin().catch(() => undefined);
      try {
        for (const write of after) await writes.next(write);
        await setTimeout(milliseconds);
        process.kill(engineBeside(before), "SIGKILL");
      } finally {
        writes.close();
        await (await begun)?.stop();
      }
    },
    keep: (name) => cpSync(data, join(folder, name), { recursive: true }),
    putBack(name) {
      rmSync(data, { recursive: true });
      cpSync(join(folder, name), data, { recursive: true });
    },
    async load(sessions) {
      const [first] = sessions;
      if (first === undefined) throw new Error("expected a session");
      const tokenFor = signIn.tokenFor;
      await loadClient({ url, client: first.client, sessions, tokenFor, onSession: () => {}, folder: join(folder, "agents") });
      const groups = await new Api(url, () => signIn.tokenFor(northwind, elena)).get<{ items: { group: string }[] }>("groups");
      return { group: groups.items[0]?.group ?? "" };
    },
    rows: <T>(table: string) =>
      globSync("do/caisey-handoff-Handoff/*.sqlite", { cwd: data }).flatMap((name) => rowsIn(join(data, name), table) as T[]),
    openUploads: () => globSync("**/*.sqlite", { cwd: data }).flatMap((name) => uploadsIn(join(data, name))),
    log() {
      try {
        return readFileSync(join(data, "worker.log"), "utf8");
      } catch {
        return "";
      }
    },
    async end() {
      await engine?.stop();
      await signIn.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function uploadsIn(path: string): string[] {
  const database = new DatabaseSync(path);
  try {
    const tables = database.prepare("SELECT 1 FROM sqlite_master WHERE name = '_mf_multipart_uploads'").all();
    if (tables.length === 0) return [];
    const rows = database.prepare("SELECT key FROM _mf_multipart_uploads WHERE state = 0").all();
    return rows.map(({ key }) => String(key));
  } finally {
    database.close();
  }
}

/** Looked at in a copy, with what was written and is not in the file yet: nothing is changed for who goes on. */
function rowsIn(path: string, table: string): unknown[] {
  const folder = mkdtempSync(join(tmpdir(), "caisey-faults-"));
  try {
    for (const end of ["", "-wal"]) if (existsSync(path + end)) cpSync(path + end, join(folder, `copy${end}`));
    const database = new DatabaseSync(join(folder, "copy"));
    try {
      const isThere = database.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?").all(table).length > 0;
      return isThere ? database.prepare(`SELECT * FROM ${table}`).all() : [];
    } finally {
      database.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Processes that this one started. */
function children(): number[] {
  return readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, "utf8").trim().split(" ").filter(Boolean).map(Number);
}

function engineBeside(before: ReadonlySet<number>): number {
  const found = children().find((pid) => !before.has(pid) && nameOf(pid) === "workerd");
  if (found === undefined) throw new Error("expected the engine to be a process of its own");
  return found;
}

function nameOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, "utf8").trim();
  } catch {
    return "";
  }
}
