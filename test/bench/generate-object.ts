import { DurableObject } from "cloudflare:workers";
import type { PackageSigner, PackageSource } from "../../generator/source.ts";
import { fromBase64, toBase64 } from "../../record/bytes.ts";
import type { Recorded } from "../../record/wire.ts";
import { Budget } from "../../worker/objects/handoff/budget.ts";
import { Generation } from "../../worker/objects/handoff/generation.ts";
import { Progress } from "../../worker/objects/handoff/progress.ts";
import { HANDOFF_MIGRATIONS } from "../../worker/objects/handoff/schema.ts";
import { migrate } from "../../worker/objects/migrate.ts";

interface Env {
  MAKER: DurableObjectNamespace<Maker>;
  PACKAGES: R2Bucket;
  /** Origin that gives out the corpus, in place of the Session objects. */
  CORPUS: string;
}

/** Generates a package as the Handoff object does: the same slices, storage and bucket. Only the sessions come from elsewhere. */
export class Maker extends DurableObject<Env> {
  override async fetch(): Promise<Response> {
    const { storage } = this.ctx;
    if (storage.sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'generation'").toArray().length === 0) {
      migrate(storage, HANDOFF_MIGRATIONS);
      storage.sql.exec("INSERT INTO generation (attempt, bytes, files) VALUES (0, 0, 0)");
    }
    const generation = new Generation(storage, this.env.PACKAGES, new Progress(storage.sql));
    const given = (await this.#ask("source")) as Omit<PackageSource, "leaves" | "session"> & {
      leaves: string[];
      publicKey: string;
    };
    const { publicKey, leaves, ...stated } = given;
    const source: PackageSource = {
      ...stated,
      leaves: leaves.map((leaf) => fromBase64(leaf, 32)),
      session: async (id) => {
        const { checkpoint, entries } = (await this.#ask(`session/${id}`)) as { checkpoint: string; entries: Recorded[] };
        return {
          checkpoint,
          async *entries() {
            yield* entries;
          },
        };
      },
    };
    const signer: PackageSigner = {
      publicKey: fromBase64(publicKey, 32),
      sign: async (message) => fromBase64((await this.#ask("sign", toBase64(message))) as string, 64),
    };
    const stored = await generation.slice(source, signer, "bench.zip", new Budget(), new AbortController().signal);
    return Response.json(stored === undefined ? null : { bytes: stored.bytes, sha256: stored.sha256, files: stored.rows.length });
  }

  async #ask(path: string, body?: string): Promise<unknown> {
    const response = await fetch(`${this.env.CORPUS}/${path}`, body === undefined ? {} : { method: "POST", body });
    return response.json();
  }
}

export default {
  fetch: (request: Request, env: Env) => env.MAKER.getByName("bench").fetch(request),
};
