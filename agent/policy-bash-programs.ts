import { allows, type Word } from "./policy-words.ts";

// Programs with a language or a reach of their own: more has to be said of them than which words they may get.

/** `sed -n 5,10p file`: everything else in sed's language may write a file or run a program. */
export function isPlainSed(words: readonly Word[]): boolean {
  const [option, script, ...files] = words;
  return (
    option?.kind === "literal" &&
    option.text === "-n" &&
    script?.kind === "literal" &&
    /^[0-9]+(,([0-9]+|\$))?p$|^\$p$/.test(script.text) &&
    allows({ operand: /^[^-]/ }, files)
  );
}

/** `awk '{print $1, $NF}' file`, with a field separator and a plain pattern at most. */
export function isPlainAwk(words: readonly Word[]): boolean {
  const rest = [...words];
  const [first, second] = rest;
  if (first?.kind === "literal" && first.text.startsWith("-F")) {
    // What is not known may be more than one word, the program among them.
    if (first.text === "-F" && second?.kind !== "literal") return false;
    rest.splice(0, first.text === "-F" ? 2 : 1);
  }
  const [program, ...files] = rest;
  if (program?.kind !== "literal") return false;
  const isPlain =
    /^\s*(?:\/[A-Za-z0-9 _.:^$*-]*\/|NR\s*[<>=!]=?\s*[0-9]+)?\s*\{\s*print(?:\s+(?:\$(?:[0-9]+|NF)|NR|NF|"[A-Za-z0-9 _.:=,/-]*")(?:\s*,?\s*(?:\$(?:[0-9]+|NF)|NR|NF|"[A-Za-z0-9 _.:=,/-]*"))*)?\s*\}\s*$/.test(
      program.text,
    );
  return isPlain && allows({ operand: /^[^-=]+$/ }, files);
}

export const GREPS = new Set(["grep", "egrep", "fgrep"]);

/** Whether a search through folders may come to files that forget what was read from them. */
export function readsKernelFiles(words: readonly Word[]): boolean {
  const isDeep = words.some((word) => word.kind === "literal" && /^-[A-Za-z]*[rRd]|^--(?:deref|rec|dir)/.test(word.text));
  return isDeep && words.some(isOfKernel);
}

function isOfKernel(word: Word): boolean {
  if (word.kind === "unknown") return true;
  if (word.kind === "literal") return /^\/+(?:$|(?:proc|sys|\.+)(?:\/|$))/.test(word.text);
  return isOfKernel({ kind: "literal", text: word.prefix }) || ["/proc", "/sys"].some((path) => path.startsWith(word.prefix));
}
