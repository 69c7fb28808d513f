import { spawn } from "node:child_process";

/** How a command of ours ended, and what it printed. */
export interface Ran {
  status: number | null;
  out: string;
  err: string;
}

/** Runs a command as npm does. `main` is its script. */
export function runCommand(main: string, args: readonly string[], cwd: string): Promise<Ran> {
  return new Promise((done, failed) => {
    const child = spawn(process.execPath, [main, ...args], { cwd, stdio: ["ignore", "pipe", "pipe"] });
    const ran: Ran = { status: null, out: "", err: "" };
    child.stdout.on("data", (data) => (ran.out += data));
    child.stderr.on("data", (data) => (ran.err += data));
    child.on("error", failed);
    child.on("close", (status) => done({ ...ran, status }));
  });
}
