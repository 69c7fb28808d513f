import { execFile } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { ROOT } from "./local-run.ts";

const run = promisify(execFile);

export interface Ran {
  status: number;
  stdout: string;
  stderr: string;
}

/** Runs a program that is not ours; its status is part of the answer, not an error. */
export async function ran(program: string, args: string[], options: { cwd?: string; input?: string } = {}): Promise<Ran> {
  const child = run(program, args, { cwd: options.cwd, maxBuffer: 1 << 28 });
  if (options.input !== undefined) child.child.stdin?.end(options.input);
  try {
    return { status: 0, ...(await child) };
  } catch (error) {
    const { code, stdout = "", stderr = "" } = error as { code?: unknown; stdout?: string; stderr?: string };
    if (typeof code !== "number") throw error;
    return { status: code, stdout, stderr };
  }
}

/** `npm run verify -- … --json`. */
export async function verify(path: string, ...args: string[]) {
  const { status, stdout } = await ran(process.execPath, [join(ROOT, "generator/verify/main.ts"), path, "--json", ...args]);
  const report = JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as {
    verdict: string;
    findings: { code: string; status: string; subject: string; detail: string }[];
  };
  return { status, ...report, failed: report.findings.filter((one) => one.status === "failed") };
}

/** Unpacks with `unzip`, as a reader would. */
export async function unzipTo(zip: string, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const { status, stderr } = await ran("unzip", ["-q", zip, "-d", folder]);
  if (status !== 0) throw new Error(`unzip: ${stderr}`);
}

/** Packs a folder with Python, with paths as they are. */
export async function zipFrom(folder: string, zip: string): Promise<void> {
  const script =
    "import os,sys,zipfile\nz=zipfile.ZipFile(sys.argv[2],'w',zipfile.ZIP_DEFLATED)\nfor f in sys.argv[3:]: z.write(os.path.join(sys.argv[1],f),f)\nz.close()";
  const { status, stderr } = await ran("python3", ["-c", script, folder, zip, ...filesBelow(folder)]);
  if (status !== 0) throw new Error(`python3: ${stderr}`);
}

/** Paths of all files below a folder, with `/` between their parts. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll("\\", "/"),
    )
    .sort();
}

/** Each file below a folder with its bytes. */
export function contentsBelow(folder: string): { path: string; bytes: Buffer }[] {
  return filesBelow(folder).map((path) => ({ path, bytes: readFileSync(join(folder, path)) }));
}
