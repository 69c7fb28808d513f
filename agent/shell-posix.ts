import { spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { localeCharset } from "./decode.ts";
import type { ShellName } from "./shell.ts";
import type { ShellDriver, ShellProcess } from "./shell-driver.ts";

/**
 * Variables that would make a shell run something on its own, or change what a plain command name means. Without them, what the
 * policy reads in a command is what the shell does.
 */
const UNWANTED =
  /^(BASH_ENV|ENV|BASH_FUNC_.*|BASHOPTS|SHELLOPTS|PROMPT_COMMAND|PS[0-9]|CDPATH|GLOBIGNORE|IFS|POSIXLY_CORRECT|TMOUT)$/;
const OURS = /^(CAISEY_|CLERK_|CLOUDFLARE_|NODE_|npm_|INIT_CWD$)/;

/** The environment of commands: the agent's own, without its secrets and without what would run unseen; no pagers, no colours. */
export function commandEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(environment).filter(([name]) => !UNWANTED.test(name) && !OURS.test(name));
  return { ...Object.fromEntries(kept), TERM: "dumb", PAGER: "cat", SYSTEMD_PAGER: "cat", GIT_PAGER: "cat", MANPAGER: "cat" };
}

interface Dialect {
  args: string[];
  /** Runs a builtin even where a function took its name. */
  builtin: string;
  settings: string;
}

// Interactive, so that an interrupt ends the command and not the shell; no start-up files, so that names mean what they say.
const DIALECTS: Record<"bash" | "sh" | "zsh", Dialect> = {
  bash: {
    args: ["--norc", "--noprofile", "--noediting", "-i"],
    builtin: "builtin",
    settings: "PS1= PS2=; set +o history; set +H",
  },
  sh: { args: ["-i"], builtin: "command", settings: "PS1= PS2=" },
  zsh: {
    args: ["-f", "-i"],
    builtin: "builtin",
    settings: "PS1= PS2= PROMPT_EOL_MARK= HISTSIZE=0; unsetopt banghist promptcr promptsp zle monitor; setopt interactivecomments",
  },
};

export function isPosixShell(name: ShellName): name is "bash" | "sh" | "zsh" {
  return name === "bash" || name === "sh" || name === "zsh";
}

/**
 * bash, zsh, or any POSIX sh. File descriptor 3 is the shell's way to us; 5 and 6 keep its stdout and stderr for the marks.
 * Commands get none of the three, and read nothing from their input.
 */
export function posixDriver(name: "bash" | "sh" | "zsh", file: string, environment: NodeJS.ProcessEnv = process.env): ShellDriver {
  const { args, builtin, settings } = DIALECTS[name];
  const marks = (nonce: string) =>
    [
      `${builtin} printf '\\036${nonce}:%s:%s\\000' "$?" "$PWD" 2>/dev/null >&3`,
      `${builtin} printf '\\036${nonce}:\\000' 2>/dev/null >&5`,
      `${builtin} printf '\\036${nonce}:\\000' 2>/dev/null >&6`,
    ].join("; ");
  return {
    name,
    start: (directory) => start(file, args, directory, commandEnvironment(environment)),
    prelude: (nonce) => `${settings}; exec 5>&1 6>&2\n${marks(nonce)}\n`,
    command(text, nonce, lastExit) {
      const quoted = `'${text.replaceAll("'", "'\\''")}'`;
      const status = lastExit === 0 ? "" : `(exit ${lastExit})\n`;
      return `${status}${builtin} eval ${quoted} </dev/null >&5 2>&6 3>&- 5>&- 6>&-\n${marks(nonce)}\n`;
    },
    marks: (nonce) => `${marks(nonce)}\n`,
  };
}

function start(file: string, args: string[], directory: string | undefined, env: NodeJS.ProcessEnv): ShellProcess {
  // A session and process group of its own: no terminal that a command could ask at, and one target for signals.
  const child = spawn(file, args, { stdio: ["pipe", "pipe", "pipe", "pipe"], detached: true, cwd: directory, env });
  const [stdin, stdout, stderr, status] = child.stdio as unknown as [Writable, Readable, Readable, Readable];
  // A shell that died breaks the pipe; its exit says so, not the write.
  stdin.on("error", () => {});
  const signal = (name: NodeJS.Signals) => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, name);
      return true;
    } catch {
      return false;
    }
  };
  return {
    child,
    stdout,
    stderr,
    status,
    encoding: () => localeCharset(env),
    write: (lines) => void stdin.write(lines),
    interrupt: () => signal("SIGINT"),
    kill: () => void signal("SIGKILL"),
  };
}
