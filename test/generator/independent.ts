import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Runs a program that we did not write. Rejects when it ends with another status than 0; the error says what it printed. */
export async function program(
  name: string,
  args: readonly string[],
  options: { cwd?: string; input?: string } = {},
): Promise<string> {
  const started = run(name, [...args], { maxBuffer: 1 << 28, ...(options.cwd === undefined ? {} : { cwd: options.cwd }) });
  // A program may end before it has read all: that shows in its status, not here.
  started.child.stdin?.on("error", () => {});
  if (options.input === undefined) started.child.stdin?.end();
  else started.child.stdin?.end(options.input);
  return (await started).stdout;
}

/** What Python's zipfile reads from a ZIP, after its own test of all CRCs. */
export async function readWithPython(zip: string): Promise<{ path: string; size: number; sha256: string; method: number }[]> {
  const script = `
import hashlib, json, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as z:
    bad = z.testzip()
    assert bad is None, bad
    print(json.dumps([{"path": i.filename, "size": i.file_size, "sha256": hashlib.sha256(z.read(i)).hexdigest(), "method": i.compress_type} for i in z.infolist()]))
`;
  return JSON.parse(await program("python3", ["-c", script, zip]));
}

/** An empty folder that is gone when the scope ends. */
export async function temporaryFolder(): Promise<{ path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), "caisey-generator-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}
