import { randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { northwind, type SamplePerson } from "../../fixtures/people.ts";
import { Api } from "../../worker/local/api.ts";
import { buildPages, bundleWorker } from "../../worker/local/bundle.ts";
import { claimPort, type Engine, originOf, startEngine } from "../../worker/local/engine.ts";
import { type SignIn, startSignIn } from "../../worker/local/sign-in.ts";

/** The Worker on the real engine, which can be killed and started again with what it had stored. */
export class KillableEngine {
  readonly port: number;
  readonly folder: string;
  readonly #main: string;
  readonly #signIn: SignIn;
  readonly #masterKey = randomBytes(32).toString("base64");
  #engine: Engine | undefined;
  #pids: number[] = [];

  private constructor(folder: string, main: string, port: number, signIn: SignIn) {
    this.folder = folder;
    this.#main = main;
    this.port = port;
    this.#signIn = signIn;
  }

  static async open(): Promise<KillableEngine> {
    const folder = mkdtempSync(join(tmpdir(), "caisey-faults-"));
    const main = process.env.CAISEY_FAULTS_BUNDLE ?? (await built(join(folder, "worker")));
    const port = await claimPort(0);
    const signIn = await startSignIn({ data: folder, port: 0 });
    signIn.setParty(originOf(port));
    const engine = new KillableEngine(folder, main, port, signIn);
    await engine.start();
    return engine;
  }

  /** The API as this person of the sample organisation uses it. */
  api(person: SamplePerson): Api {
    return new Api(originOf(this.port), () => this.#signIn.tokenFor(northwind, person));
  }

  token(person: SamplePerson): string {
    return this.#signIn.tokenFor(northwind, person);
  }

  async start(): Promise<void> {
    const before = new Set(engines());
    this.#engine = await startEngine({
      main: this.#main,
      port: this.port,
      data: this.folder,
      bindings: {
        CAISEY_NAME: "caisey.faults",
        CAISEY_MASTER_KEY: this.#masterKey,
        CLERK_SECRET_KEY: "sk_live_local",
        CLERK_PUBLISHABLE_KEY: this.#signIn.publishableKey,
        CLERK_JWT_KEY: this.#signIn.publicPem,
        CLERK_AUTHORIZED_PARTIES: originOf(this.port),
        CLERK_SIGN_IN_URL: this.#signIn.url,
      },
    });
    this.#pids = engines().filter((pid) => !before.has(pid));
    if (this.#pids.length === 0) throw new Error("expected a process of the engine below this one");
  }

  /** As when the power goes: nothing is written any more, nobody is told. */
  async kill(): Promise<void> {
    for (const pid of this.#pids) process.kill(pid, "SIGKILL");
    const engine = this.#engine;
    this.#engine = undefined;
    await engine?.stop().catch(() => {});
  }

  async close(): Promise<void> {
    await this.#engine?.stop();
    await this.#signIn.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Processes of workerd that this process started, itself or by way of another. */
function engines(): number[] {
  const parents = new Map<number, { parent: number; name: string }>();
  for (const entry of readdirSync("/proc")) {
    if (!/^[0-9]+$/.test(entry)) continue;
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, "utf8");
      const [, name = "", parent = "0"] = /\((.*)\) \S (\d+)/s.exec(stat) ?? [];
      parents.set(Number(entry), { parent: Number(parent), name });
    } catch {
      // It ended meanwhile.
    }
  }
  const isBelow = (pid: number): boolean => {
    const parent = parents.get(pid)?.parent ?? 0;
    return parent === process.pid || (parent > 1 && isBelow(parent));
  };
  return [...parents].filter(([pid, { name }]) => name === "workerd" && isBelow(pid)).map(([pid]) => pid);
}

async function built(folder: string): Promise<string> {
  await buildPages();
  return bundleWorker(folder);
}
