import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundleWorker } from "../../worker/local/bundle.ts";

/** Bundles the Worker once for all files. */
export async function setup(): Promise<() => void> {
  const folder = mkdtempSync(join(tmpdir(), "caisey-bundle-"));
  process.env.CAISEY_FAULTS_BUNDLE = await bundleWorker(folder);
  return () => rmSync(folder, { recursive: true, force: true });
}
