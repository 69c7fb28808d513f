import { accessSync, constants } from "node:fs";
import { homedir, userInfo } from "node:os";
import { basename, delimiter, isAbsolute, join } from "node:path";
import { AgentError } from "./error.ts";
import type { MakeShell, ShellName } from "./shell.ts";
import type { ShellDriver } from "./shell-driver.ts";
import { posixDriver } from "./shell-posix.ts";
import { powershellDriver } from "./shell-powershell.ts";
import { ProcessShell } from "./shell-process.ts";

/**
 * A shell of this computer: PowerShell on Windows, elsewhere the login shell if it is one we can drive, or bash, or sh.
 * @param shell name or path of a shell to take instead.
 * @throws AgentError `shell/unavailable`, at once when there is no such shell.
 */
export function localShell(shell?: string): MakeShell {
  const driver = findDriver(shell);
  return () => ProcessShell.open(driver, homedir());
}

function findDriver(shell: string | undefined): ShellDriver {
  for (const candidate of shell === undefined ? usualShells() : [shell]) {
    const name = shellName(candidate);
    const file = findFile(candidate);
    if (name === undefined || file === undefined) continue;
    return name === "powershell" || name === "pwsh" ? powershellDriver(name, file) : posixDriver(name, file);
  }
  const known = "bash, sh, dash, zsh, powershell or pwsh";
  throw new AgentError(
    "shell/unavailable",
    `expected ${known} on this computer, found none${shell ? ` under the name given` : ""}`,
  );
}

function usualShells(): string[] {
  if (process.platform === "win32") return ["powershell.exe", "pwsh.exe"];
  return [userInfo().shell ?? "", "bash", "zsh", "sh"].filter((name) => name !== "");
}

function shellName(file: string): Exclude<ShellName, "cmd"> | undefined {
  const base = basename(file)
    .toLowerCase()
    .replace(/\.exe$/, "");
  if (base === "dash" || base === "ash") return "sh";
  return base === "bash" || base === "sh" || base === "zsh" || base === "powershell" || base === "pwsh" ? base : undefined;
}

function findFile(file: string): string | undefined {
  const places = isAbsolute(file) ? [file] : (process.env.PATH ?? "").split(delimiter).map((folder) => join(folder, file));
  return places.find((place) => {
    try {
      accessSync(place, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
