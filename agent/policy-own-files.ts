import type { Policy } from "./policy.ts";
import type { ShellName } from "./shell.ts";

/** Cmdlets and programs of Windows that give out what is in files, by all of their names. */
const READERS = /(?<![\w-])(?:get-content|gc|cat|type|select-string|sls|format-hex|fhx|findstr(?:\.exe)?)(?![\w-])/gi;
/** Cmdlets that list, by all of their names. */
const LISTERS = /(?<![\w-])(?:get-childitem|gci|dir|ls|get-item|gi)(?![\w-])/gi;

/**
 * A policy for which nothing that may read the agent's own folder only reads. Its key makes this machine the witness of what is recorded:
 * whoever had it printed could vouch for another record, so the server and the technicians must not get it unasked. Commands run as the
 * same user, so what a command names has to tell; what may be meant counts as meant.
 * @param folder absolute path of the agent's state.
 */
export function sparing(policy: Policy, folder: string): Policy {
  const own = folder
    .toLowerCase()
    .split(/[\\/]+/)
    .filter((part) => part !== "");
  return {
    decide(command, shell, isShellChanged) {
      const decision = policy.decide(command, shell, isShellChanged);
      // Once somebody stands in it, every name is one of its files.
      if (!mayReach(command, shell, own)) return decision;
      return { readOnly: false, changesShell: true, why: "it may read the agent's own folder" };
    },
  };
}

function mayReach(command: string, shell: ShellName, own: readonly string[]): boolean {
  const text = command.toLowerCase().replace(/["']/g, "");
  const name = own.at(-1) ?? "";
  // Windows knows a folder by a short name, too.
  if (named(name).test(text) || /~[0-9]/.test(text)) return true;
  const words = text.split(/[\s;|&<>(),{}=:]+/).filter((word) => word !== "");
  const isWindows = shell === "powershell" || shell === "pwsh" || shell === "cmd";
  if (words.some((word) => mayMatchFolder(word, own, isWindows))) return true;
  return isWindows ? readsBelow(text) : searchesBelow(words, own);
}

/** The name as a part of a path or a word, also as the value of an option that it is attached to. */
function named(name: string): RegExp {
  return new RegExp(`(?:^|[^\\w.-]|(?:^|\\s)-[a-z]+)${spelled(name)}(?![\\w-]|\\.\\w)`, "u");
}

function spelled(text: string): string {
  return text.replace(/[^*?]/g, (c) => `\\u{${c.codePointAt(0)?.toString(16)}}`);
}

/** Whether a pattern may stand for the folder, with a file in it behind that. */
function mayMatchFolder(word: string, own: readonly string[], isWindows: boolean): boolean {
  if (!/[*?[]/.test(word)) return false;
  const parts = word.split(/[\\/]+/);
  const [parent = "", name = ""] = own.slice(-2);
  return parts.some((part, i) => {
    if (!/[*?[]/.test(part) || (i === parts.length - 1 && !isWindows) || !mayMean(part, name)) return false;
    const before = parts[i - 1];
    return before === undefined || before === "" || before === "." || before === ".." || mayMean(before, parent);
  });
}

/** Whether a part of a path may stand for this name: as it is, as a pattern, or by a variable. */
function mayMean(part: string, name: string): boolean {
  if (/[$~]/.test(part)) return true;
  const pattern = spelled(part.replace(/\[[^\]]*\]/g, "?"))
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${pattern}$`, "u").test(name);
}

/** PowerShell hands on what it lists: from folders below, or from folders that were listed themselves, to what reads it. */
function readsBelow(text: string): boolean {
  if ((text.match(READERS) ?? []).length === 0) return false;
  return /-(?:recurse|depth)|\/[a-z]*s/.test(text) || (text.match(LISTERS) ?? []).length > 1;
}

/** `grep -r` and `diff -r` read all that is below: of folders that are named from the root, the agent's can be told from others. */
function searchesBelow(words: readonly string[], own: readonly string[]): boolean {
  const isDeep = words.some((word) => /^-[a-z]*[rd]|^--(?:deref|rec|dir)/.test(word));
  if (!isDeep || !words.some((word) => /(?:^|\/)(?:[ef]?grep|diff)$/.test(word))) return false;
  const paths = words.filter((word) => !/^-|^[0-9]+$/.test(word));
  const isAbove = (path: string) =>
    path
      .split("/")
      .filter(Boolean)
      .every((part, i) => i < own.length && mayMean(part, own[i] ?? ""));
  const absolute = paths.filter((path) => path.startsWith("/") && !/^\/(?:usr\/)?s?bin\//.test(path));
  const relative = paths.filter((path) => !path.startsWith("/") && !/^(?:[ef]?grep|diff)$/.test(path));
  // One that does not begin at the root is what is searched for, unless that was given by an option.
  const others = words.some((word) => /^-[a-z]*[ef]|^--(?:reg|file)/.test(word)) || words.includes("diff") ? 0 : 1;
  return absolute.length === 0 || absolute.some((path) => path.includes("..") || isAbove(path)) || relative.length > others;
}
