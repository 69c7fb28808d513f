import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { promisify } from "node:util";
import { AgentError } from "../error.ts";
import { type NodePackage, nodePackage } from "./nodes.ts";

const run = promisify(execFile);
const CACHE = resolve(import.meta.dirname, "../../.build/node");

/** The computer that builds. */
export const HOST = `${process.platform}-${process.arch}`;

/**
 * Path of a Node of this version for this computer: the one that runs if it is that, else out of the npm registry.
 * @throws AgentError `build/no-node` when there is none, or when what came is not what is pinned.
 */
export async function nodeBinary(target: string, version: string): Promise<string> {
  if (target === HOST && process.version === `v${version}`) return process.execPath;
  const wanted = nodePackage(target, version);
  if (wanted === undefined) {
    throw new AgentError("build/no-node", `expected to know where Node ${version} for ${target} is, found it nowhere`);
  }
  const file = join(CACHE, `${wanted.name}-${version}`, basename(wanted.file));
  if (existsSync(file)) return file;
  mkdirSync(CACHE, { recursive: true });
  const folder = mkdtempSync(join(CACHE, "half-"));
  try {
    const packed = await fetchPackage(wanted, folder);
    await run("tar", ["-xzf", packed, "-C", folder, wanted.file]);
    mkdirSync(join(file, ".."), { recursive: true });
    renameSync(join(folder, wanted.file), file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return file;
}

/** The package's file, fetched by npm, checked against the pinned hash. */
async function fetchPackage({ name, version, integrity }: NodePackage, folder: string): Promise<string> {
  const isWindows = process.platform === "win32";
  const args = ["pack", `${name}@${version}`, "--silent", "--pack-destination", folder];
  try {
    // npm is a script of the command interpreter on Windows; none of the arguments comes from outside.
    await run(isWindows ? "npm.cmd" : "npm", args, { maxBuffer: 64 * 1024 * 1024, shell: isWindows });
  } catch (cause) {
    throw new AgentError("build/no-node", `expected ${name}@${version} from the npm registry, npm could not fetch it`, { cause });
  }
  const file = join(folder, `${name}-${version}.tgz`);
  const got = `sha512-${createHash("sha512").update(readFileSync(file)).digest("base64")}`;
  if (got !== integrity) {
    throw new AgentError("build/no-node", `expected ${name}@${version} with ${integrity}, got one with ${got}`);
  }
  return file;
}
