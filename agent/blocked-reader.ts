import { readdirSync, readFileSync, type Stats, statSync } from "node:fs";

/**
 * What Linux says of the processes of a shell: one of them is blocked reading a terminal, or a pipe that none of them writes to; none
 * is; or some can't be looked into, because they are another user's, and the others are not blocked so.
 */
export type Reading = "terminal" | "pipe" | "nothing" | "unknown";

interface Process {
  pid: number;
  parent: number;
  session: number;
  state: string;
  /** Ticks since the machine started, a hundred a second on every Linux. */
  started: number;
}

type Call = "read" | "open" | "wait";

/** Numbers of the system calls in which a program waits for input, from the kernel's tables of the two. */
const CALLS: Partial<Record<NodeJS.Architecture, Record<number, Call>>> = {
  x64: {
    0: "read",
    17: "read",
    19: "read",
    2: "open",
    257: "open",
    7: "wait",
    23: "wait",
    232: "wait",
    270: "wait",
    271: "wait",
    281: "wait",
  },
  arm64: { 63: "read", 65: "read", 67: "read", 56: "open", 22: "wait", 72: "wait", 73: "wait" },
};
/** Device numbers of terminals: virtual ones, `/dev/tty` with the console, and pseudo terminals. */
const TERMINALS = new Set([4, 5, 136, 137, 138, 139, 140, 141, 142, 143]);

/** Ticks since the machine started; undefined where there is no Linux to ask. */
export function ticksNow(): number | undefined {
  const uptime = text("/proc/uptime");
  return uptime === undefined ? undefined : Math.floor(Number.parseFloat(uptime) * 100);
}

/**
 * What the command that a shell runs now waits for.
 * @param shell process id of the shell, which leads a session of its own.
 * @param since only processes that started from then on count, in ticks: others are from earlier commands.
 */
export function blockedReading(shell: number, since: number): Reading {
  const calls = CALLS[process.arch];
  if (process.platform !== "linux" || calls === undefined) return "unknown";
  const all = family(shell);
  const candidates = all.filter(({ pid, started }) => pid === shell || started >= since);
  if (!candidates.some(({ pid }) => pid === shell)) return "unknown";
  let isSure = true;
  for (const one of candidates) {
    if (one.state !== "S") continue;
    const call = text(`/proc/${one.pid}/syscall`)?.trim().split(" ");
    if (call === undefined) {
      isSure = false;
      continue;
    }
    const kind = calls[Number(call[0])];
    if (kind === "read") {
      const found = readingOf(one.pid, Number(call[1]), all);
      if (found !== undefined) return found;
    } else if (kind === "open") {
      // Opening a named pipe waits until somebody opens its other end.
      if (text(`/proc/${one.pid}/wchan`)?.includes("wait_for_partner")) return "pipe";
    } else if (kind === "wait" && descriptors(one.pid).some((fd) => isTerminal(fd.stats) && fd.isRead)) return "terminal";
  }
  return isSure ? "nothing" : "unknown";
}

function readingOf(pid: number, number: number, all: readonly Process[]): "terminal" | "pipe" | undefined {
  const stats = file(`/proc/${pid}/fd/${number}`);
  if (stats === undefined) return undefined;
  if (isTerminal(stats)) return "terminal";
  if (!stats.isFIFO()) return undefined;
  const isFed = all.some(
    (other) =>
      other.pid !== pid &&
      descriptors(other.pid).some((fd) => fd.isWritten && fd.stats.ino === stats.ino && fd.stats.dev === stats.dev),
  );
  return isFed ? undefined : "pipe";
}

/** The shell, what it started, and what those did, wherever they moved to. */
function family(shell: number): Process[] {
  const all = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((name) => processOf(Number(name)))
    .filter((one) => one !== undefined);
  const found = new Set([shell]);
  for (let size = 0; size < found.size; ) {
    size = found.size;
    for (const { pid, parent, session } of all) if (session === shell || found.has(parent)) found.add(pid);
  }
  return all.filter(({ pid }) => found.has(pid));
}

function processOf(pid: number): Process | undefined {
  const stat = text(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  // The name stands in brackets and may hold anything, brackets and spaces too.
  const [state = "", parent, , session, ...rest] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return { pid, parent: Number(parent), session: Number(session), state, started: Number(rest[15]) };
}

function descriptors(pid: number): { stats: Stats; isRead: boolean; isWritten: boolean }[] {
  return names(`/proc/${pid}/fd`).flatMap((name) => {
    const stats = file(`/proc/${pid}/fd/${name}`);
    const flags = /^flags:\s*([0-7]+)$/m.exec(text(`/proc/${pid}/fdinfo/${name}`) ?? "")?.[1];
    if (stats === undefined || flags === undefined) return [];
    const access = Number.parseInt(flags, 8) & 3;
    return [{ stats, isRead: access !== 1, isWritten: access !== 0 }];
  });
}

function isTerminal(stats: Stats): boolean {
  return stats.isCharacterDevice() && TERMINALS.has((stats.rdev >> 8) & 0xfff);
}

// A process may be gone at any moment, or be another user's: then there is nothing to be read of it.

function text(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

function file(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

function names(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
