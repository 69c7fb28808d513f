import { outputOf, powershell, rowsOf } from "./program.ts";

export const COLUMNS = ["name", "version", "publisher"];

/** Installed programs: name, version, publisher where the machine knows one. */
export async function readSoftware(signal: AbortSignal): Promise<string[][]> {
  if (process.platform === "win32") return rowsOf(await powershell(UNINSTALL, signal));
  if (process.platform === "darwin")
    return parseApplications(await outputOf("system_profiler", ["SPApplicationsDataType", "-json"], signal));
  try {
    return rowsOf(await outputOf("dpkg-query", ["-W", "-f", DPKG_FORMAT], signal));
  } catch (error) {
    if (signal.aborted) throw error;
  }
  try {
    return rowsOf(await outputOf("rpm", ["-qa", "--qf", "%{NAME}\t%{VERSION}-%{RELEASE}\t%{VENDOR}\n"], signal));
  } catch (error) {
    if (signal.aborted) throw error;
  }
  return (await outputOf("pacman", ["-Q"], signal))
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => line.split(" "));
}

/** Names of fields as dpkg-query takes them: `${Package}`. */
const DPKG_FORMAT = `${["Package", "Version", "Origin"].map((field) => `\${${field}}`).join("\\t")}\\n`;

const UNINSTALL =
  "Get-ItemProperty 'HKLM:\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\*','HKLM:\\SOFTWARE\\WOW6432Node\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\*' -ErrorAction SilentlyContinue | Where-Object DisplayName | Sort-Object DisplayName -Unique | ForEach-Object { $_.DisplayName + \"`t\" + $_.DisplayVersion + \"`t\" + $_.Publisher }";

/** @throws Error when it is not the list that macOS prints. */
export function parseApplications(json: string): string[][] {
  const listed = (JSON.parse(json) as { SPApplicationsDataType?: { _name?: string; version?: string; obtained_from?: string }[] })
    .SPApplicationsDataType;
  if (!Array.isArray(listed)) throw new Error("system_profiler did not list the applications");
  return listed.map(({ _name = "", version = "", obtained_from = "" }) => [_name, version, obtained_from]);
}
