import type { Decision, Policy } from "./policy.ts";
import { decidePosix } from "./policy-bash.ts";
import { decidePowerShell } from "./policy-powershell.ts";
import type { ShellName } from "./shell.ts";
import { loadSyntax } from "./syntax.ts";

/** Longest command that is looked at; a longer one is for a person. */
const LONGEST = 10_000;

/** The agent's own policy: a list of commands that only read, on the syntax tree of the shell's language. */
export async function defaultPolicy(): Promise<Policy> {
  const [bash, powershell] = await Promise.all([loadSyntax("bash"), loadSyntax("powershell")]);
  const decide = (command: string, shell: ShellName): Decision => {
    if (command.length > LONGEST) return { readOnly: false, changesShell: true, why: "too long to be looked at" };
    switch (shell) {
      case "bash":
      case "sh":
      case "zsh":
        return decidePosix(bash, command, shell);
      case "powershell":
      case "pwsh":
        return decidePowerShell(powershell, command, shell);
      case "cmd":
        return { readOnly: false, changesShell: true, why: "a shell without a list" };
    }
  };
  return {
    decide(command, shell, isShellChanged) {
      const decision = decide(command, shell);
      if (!isShellChanged || !decision.readOnly) return decision;
      return { ...decision, readOnly: false, why: "an earlier command may have changed what commands mean in this shell" };
    },
  };
}
