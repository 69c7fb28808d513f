import type { ShellName } from "./shell.ts";

/** What the endpoint makes of a command before it may run. */
export interface Decision {
  /** Whether the command is known to only read; anything else needs an answer at the endpoint. */
  readOnly: boolean;
  /** Whether it may change what later commands of the same shell mean: aliases, functions, search paths and the like. */
  changesShell: boolean;
  /** What made it so, in a few words; never quotes the command. */
  why: string;
}

/** Which commands need no question. Belongs to the endpoint: neither the server nor a technician can widen it. */
export interface Policy {
  /** @param isShellChanged whether an earlier command of this shell may have changed what commands mean. */
  decide(command: string, shell: ShellName, isShellChanged: boolean): Decision;
}
