import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildPages, bundleWorker } from "../../worker/local/bundle.ts";

/** Builds and bundles the Worker once for all files: `npm run test:faults` may be the first command after `npm ci`. */
export async function setup(): Promise<() => void> {
  const folder = mkdtempSync(join(tmpdir(), "caisey-bundle-"));
  await buildPages();
  process.env.CAISEY_FAULTS_BUNDLE = await bundleWorker(folder);
  return () => rmSync(folder, { recursive: true, force: true });
}
