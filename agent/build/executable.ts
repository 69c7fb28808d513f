import { execFile } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { inject } from "postject";
import { BUNDLED_FILES, bundledFile } from "../bundled-file.ts";
import { AgentError } from "../error.ts";
import { HOST, nodeBinary } from "./node-binary.ts";
import { type Target, VERSIONS } from "./nodes.ts";

/** What Node looks for in its own binary to know whether a program was put into it. */
const FUSE = "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2";
const HERE = resolve(import.meta.dirname, "..");

export interface Executable {
  file: string;
  bytes: number;
  /** Of Node, within it. */
  node: string;
}

/**
 * Makes one file of Node, the agent and all that it needs.
 * @param folder that it is put into, under its usual name.
 * @throws AgentError `build/no-node`, `build/failed`.
 */
export async function buildExecutable(target: Target, folder: string, version: string): Promise<Executable> {
  const node = VERSIONS[target];
  const work = mkdtempSync(join(tmpdir(), "caisey-build-"));
  try {
    const program = await preparedProgram(work, node);
    const name = `caisey-agent-${version}-${target}${target.startsWith("win32") ? ".exe" : ""}`;
    const file = join(work, name);
    copyFileSync(await nodeBinary(target, node), file);
    chmodSync(file, 0o755);
    await inject(file, "NODE_SEA_BLOB", readFileSync(program), { sentinelFuse: FUSE, machoSegmentName: "NODE_SEA" });
    mkdirSync(folder, { recursive: true });
    const place = join(folder, name);
    // Renaming works within one file system only.
    copyFileSync(file, `${place}.new`);
    renameSync(`${place}.new`, place);
    return { file: place, bytes: statSync(place).size, node };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** The program and its files as a blob, which only a Node of the same version reads. */
async function preparedProgram(work: string, node: string): Promise<string> {
  const assets: Record<string, string> = {};
  for (const [i, place] of BUNDLED_FILES.entries()) {
    const file = join(work, `asset-${i}`);
    writeFileSync(file, bundledFile(place));
    assets[place] = file;
  }
  const main = join(work, "agent.cjs");
  await bundle(main);
  const output = join(work, "agent.blob");
  const config = join(work, "config.json");
  // No environment variable may make Node load something else: who sets it may be another than who runs the agent.
  const options = { disableExperimentalSEAWarning: true, useSnapshot: false, useCodeCache: false, execArgvExtension: "none" };
  writeFileSync(config, JSON.stringify({ main, output, ...options, execArgv: ["--no-warnings=ExperimentalWarning"], assets }));
  try {
    await promisify(execFile)(await nodeBinary(HOST, node), ["--experimental-sea-config", config]);
  } catch (cause) {
    throw new AgentError("build/failed", `expected Node ${node} to prepare the program, it did not`, { cause });
  }
  return output;
}

async function bundle(outfile: string): Promise<void> {
  const locate = createRequire(import.meta.url);
  await build({
    entryPoints: [join(HERE, "executable.ts")],
    outfile,
    bundle: true,
    minify: true,
    keepNames: true,
    legalComments: "eof",
    platform: "node",
    target: "node24",
    format: "cjs",
    // Its module for import() finds itself by its own address, which a bundle has not.
    alias: { "web-tree-sitter": join(dirname(locate.resolve("web-tree-sitter")), "web-tree-sitter.cjs") },
    define: { "import.meta.url": "undefined" },
    supported: { "dynamic-import": false },
    external: ["bufferutil", "utf-8-validate", "osx-temperature-sensor"],
    logLevel: "error",
  });
}
