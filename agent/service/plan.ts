import { AgentError } from "../error.ts";

/** What the system is to start, and as whom. */
export interface ServicePlan {
  /** Absolute path of the program and its first arguments, up to `run`. */
  program: readonly string[];
  /** Folder of the key and the journal. */
  state: string;
  policy?: string | undefined;
  shell?: string | undefined;
  /** For the whole machine, from its start; otherwise for the person who installs it, while they are signed in. */
  forMachine: boolean;
  /** What runs may look but change nothing, and the system sees to it. systemd only. */
  isConfined: boolean;
}

/** The whole command line. A service of the machine has no screen to open a browser on. */
export function commandLine({ program, state, policy, shell, forMachine }: ServicePlan): string[] {
  return [
    ...program,
    "run",
    "--service",
    "--state",
    state,
    ...(policy === undefined ? [] : ["--policy", policy]),
    ...(shell === undefined ? [] : ["--shell", shell]),
    ...(forMachine ? ["--no-open"] : []),
  ];
}

/** Text as XML has it. @throws AgentError `arguments/invalid` for characters that XML, or a line of a unit, has no place for. */
export function xmlText(text: string): string {
  return plainText(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

/** @throws AgentError `arguments/invalid` when a path holds what no unit can name. */
export function plainText(text: string): string {
  if (/\p{Cc}/u.test(text) || !text.isWellFormed()) {
    throw new AgentError("arguments/invalid", "expected paths without control characters");
  }
  return text;
}
