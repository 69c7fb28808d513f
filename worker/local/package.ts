import { createWriteStream } from "node:fs";
import { mkdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { nodeHashes } from "../../generator/verify/hashes.ts";
import { openPackage } from "../../generator/verify/open.ts";
import { parseVerifierKey } from "../../record/key.ts";
import { type Report, verifyPackage } from "../../record/verify.ts";
import type { Api } from "./api.ts";
import { LocalError } from "./error.ts";

/**
 * Writes a published package to a folder; it is there whole or not at all.
 * @returns its path.
 */
export async function downloadPackage(api: Api, handoff: string, folder: string, name: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, name);
  const half = `${path}.part`;
  await pipeline(
    Readable.fromWeb(await api.file("GET /api/handoffs/:handoff/package", { params: { handoff } })),
    createWriteStream(half),
  );
  await rename(half, path);
  return path;
}

/**
 * Verifies a package as `npm run verify` does, with the organisation's key as it is known from elsewhere than the package.
 * @throws LocalError `run/incomplete` when the organisation has no key.
 */
export async function checkPackage(api: Api, path: string): Promise<Report> {
  const { key } = await api.call("GET /api/organization");
  if (key === null) throw new LocalError("run/incomplete", "The organisation has no signing key.");
  const { name, publicKey } = parseVerifierKey(key);
  const opened = await openPackage(path);
  try {
    return await verifyPackage(opened.reader, { trusted: [{ principal: name, publicKey }], hashes: nodeHashes });
  } finally {
    await opened.close();
  }
}
