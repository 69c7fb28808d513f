import { access, readFile } from "node:fs/promises";
import { outputOf, powershell, rowsOf } from "./program.ts";

export const COLUMNS = ["id", "title", "installed"];
/** The latest ones: a machine's whole history says little about today's trouble. */
const MOST = 500;

/** Installed updates, the latest last: id, title, day of installation. */
export async function readUpdates(signal: AbortSignal): Promise<string[][]> {
  return (await readers[process.platform]?.(signal)) ?? [];
}

const readers: Partial<Record<NodeJS.Platform, (signal: AbortSignal) => Promise<string[][]>>> = {
  async win32(signal) {
    const script =
      'Get-HotFix | Sort-Object InstalledOn | ForEach-Object { $_.HotFixID + "`t" + $_.Description + "`t" + $(if ($_.InstalledOn) { $_.InstalledOn.ToString(\'yyyy-MM-dd\') }) }';
    return rowsOf(await powershell(script, signal)).slice(-MOST);
  },
  async darwin(signal) {
    const lines = (await outputOf("softwareupdate", ["--history"], signal)).split("\n").slice(2);
    const rows = lines.map((line) => /^(.+?)\s{2,}(\S+)\s{2,}(\d\d\/\d\d\/\d{4})/.exec(line)).filter((match) => match !== null);
    return rows.map(([, title = "", version = "", day = ""]) => [version, title, day]).slice(-MOST);
  },
  async linux(signal) {
    if (await isThere("/var/log/dpkg.log")) {
      // Begun anew each month: the one before belongs to it.
      const older = await readFile("/var/log/dpkg.log.1", "utf8").catch(() => "");
      return parseDpkgLog(older + (await readFile("/var/log/dpkg.log", "utf8"))).slice(-MOST);
    }
    if (await isThere("/var/log/pacman.log")) return parsePacmanLog(await readFile("/var/log/pacman.log", "utf8")).slice(-MOST);
    return parseRpmList(await outputOf("rpm", ["-qa", "--qf", RPM_FORMAT], signal)).slice(-MOST);
  },
};

/** Seconds first: rpm knows no order of its own but one that it prints for people, in their language. */
const RPM_FORMAT = "%{INSTALLTIME}\\t%{NAME}\\t%{VERSION}-%{RELEASE}\\n";

/** `1762077121	openssl	3.0.2-1`, in any order. */
export function parseRpmList(list: string): string[][] {
  return rowsOf(list)
    .map(([time = "", name = "", version = ""]) => ({ time: Number(time), name, version }))
    .filter(({ time }) => Number.isSafeInteger(time))
    .sort((a, b) => a.time - b.time)
    .map(({ time, name, version }) => [name, version, new Date(time * 1000).toISOString().slice(0, 10)]);
}

/** `2026-11-02 10:12:01 upgrade openssl:amd64 3.0.1 3.0.2`; a first installation has `<none>` as its old version. */
export function parseDpkgLog(log: string): string[][] {
  const rows: string[][] = [];
  for (const line of log.split("\n")) {
    const match = /^(\d{4}-\d\d-\d\d) \S+ (install|upgrade) (\S+) (\S+) (\S+)$/.exec(line);
    if (match === null) continue;
    const [, day = "", act = "", name = "", before = "", after = ""] = match;
    rows.push([name, act === "upgrade" ? `${before} to ${after}` : after, day]);
  }
  return rows;
}

/** `[2026-11-02T10:12:01+0000] [ALPM] upgraded openssl (3.0.1-1 -> 3.0.2-1)` */
export function parsePacmanLog(log: string): string[][] {
  const rows: string[][] = [];
  for (const line of log.split("\n")) {
    const match = /^\[(\d{4}-\d\d-\d\d)[^\]]*\] \[ALPM\] (?:installed|upgraded) (\S+) \((.+)\)$/.exec(line);
    if (match !== null) rows.push([match[2] ?? "", (match[3] ?? "").replace(" -> ", " to "), match[1] ?? ""]);
  }
  return rows;
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
