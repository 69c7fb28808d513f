import { execFile } from "node:child_process";

/** In bytes: no machine's list is longer. */
const MOST = 32 * 1024 * 1024;

/**
 * What a program of the machine prints; no shell takes part.
 * @throws Error with a plain reason when it is not there, fails, or is aborted.
 */
export function outputOf(program: string, args: readonly string[], signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const environment = { ...process.env, LC_ALL: "C.UTF-8" };
    execFile(program, [...args], { signal, maxBuffer: MOST, windowsHide: true, env: environment }, (error, stdout) => {
      if (error === null) resolve(stdout);
      else if (signal.aborted) reject(new Error(`${program} took too long`));
      else reject(new Error(`${program} ${error.code === "ENOENT" ? "is not on this machine" : "failed"}`));
    });
  });
}

/** Rows of tab-separated output, empty lines left out. */
export function rowsOf(output: string): string[][] {
  return output
    .split(/\r?\n/)
    .filter((line) => line.trim() !== "")
    .map((line) => line.split("\t"));
}

/** Runs Windows PowerShell without profile; what it prints are rows of {@link rowsOf}. */
export function powershell(script: string, signal: AbortSignal): Promise<string> {
  const whole = `$ErrorActionPreference='Stop';[Console]::OutputEncoding=[Text.Encoding]::UTF8;${script}`;
  return outputOf("powershell.exe", ["-NoLogo", "-NoProfile", "-NonInteractive", "-Command", whole], signal);
}
