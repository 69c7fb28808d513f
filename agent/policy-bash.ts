import type { Decision } from "./policy.ts";
import { BUILTINS, STEADY_BUILTINS } from "./policy-bash-builtins.ts";
import { BASH_COMMANDS } from "./policy-bash-commands.ts";
import { GREPS, isPlainAwk, isPlainSed, readsKernelFiles } from "./policy-bash-programs.ts";
import { allows, namesDevice, ownRule, type Word } from "./policy-words.ts";
import { type Node, nodesOfType, type Parse } from "./syntax.ts";

type PosixShell = "bash" | "sh" | "zsh";

/** What is plainly visible and means the same to every reader of ASCII; a look-alike is not on this list. */
const VISIBLE = /^[\t\n\x20-\x7e]*$/;
/** Characters of an unquoted word that no shell takes for anything else. `*` and `?` make it a pattern. */
const WORD = /^[A-Za-z0-9_./:,@%+=~*?-]+$/;
/** Variables that programs or shells take as an instruction although they are written in small letters. */
const SPECIAL_LOWERCASE =
  /_proxy$|^(path|cdpath|fpath|manpath|mailpath|module_path|argv|prompt|histchars|auto_resume|status|options|aliases|functions|commands|psvar|watch|signals)$/;

/**
 * Whether a POSIX shell command only reads. Looks at the syntax tree: each node has to be of a kind that is known, each program and
 * each of its words has to be on the list, and nothing may stand between the tree's leaves.
 */
export function decidePosix(parse: Parse, text: string, shell: PosixShell): Decision {
  if (!VISIBLE.test(text)) return asks("a character that is not plain ASCII", true);
  const parsed = parse(text);
  if (parsed === undefined) return asks("not understood", true);
  try {
    const { root } = parsed;
    if (root.hasError || !isCovered(root, text)) return asks("not understood", true);
    const reader = new PosixReader(shell);
    const isReadOnly = root.type === "program" && root.namedChildCount > 0 && reader.statements(root);
    if (isReadOnly) return { readOnly: true, changesShell: false, why: "on the list of commands that only read" };
    return asks(reader.why, changesShell(root, shell));
  } finally {
    parsed.free();
  }
}

function asks(why: string, changesShell: boolean): Decision {
  return { readOnly: false, changesShell, why };
}

/** Whether there is nothing but white space between the leaves: whatever the parser stepped over, the shell may not. */
function isCovered(root: Node, text: string): boolean {
  let at = 0;
  const visit = (node: Node): boolean => {
    if (node.isMissing) return false;
    if (node.childCount > 0 && !OPAQUE.has(node.type)) return node.children.every((child) => child === null || visit(child));
    if (!/^[ \t\n]*$/.test(text.slice(at, node.startIndex))) return false;
    at = Math.max(at, node.endIndex);
    return true;
  };
  return visit(root) && /^[ \t\n]*$/.test(text.slice(at));
}
/** Nodes whose text counts as a whole. */
const OPAQUE = new Set(["string", "raw_string", "comment"]);

class PosixReader {
  readonly #shell: PosixShell;
  why = "not on the list of commands that only read";

  constructor(shell: PosixShell) {
    this.#shell = shell;
  }

  /** Statements with only separators between them. */
  statements(node: Node, parts: readonly Node[] = children(node)): boolean {
    return parts.every((child) => (child.isNamed ? this.#statement(child) : SEPARATORS.has(child.type) || this.#no("an operator")));
  }

  #statement(node: Node): boolean {
    switch (node.type) {
      case "comment":
        return true;
      case "command":
        return this.#command(node);
      case "test_command":
        return this.#test(node);
      case "variable_assignment":
        return this.#assignment(node);
      case "list":
      case "pipeline":
      case "negated_command":
      case "subshell":
      case "compound_statement":
      case "do_group":
        return this.statements(node);
      case "redirected_statement":
        return this.#redirected(node);
      case "for_statement":
        return this.#forLoop(node);
      case "if_statement":
      case "elif_clause":
      case "else_clause":
        return children(node).every((child) =>
          child.isNamed ? this.#statement(child) : IF_WORDS.has(child.type) || this.#no("an operator"),
        );
      default:
        return this.#no("a construct that is not on the list");
    }
  }

  #command(node: Node): boolean {
    const [first, ...rest] = children(node);
    if (first?.type !== "command_name") return this.#no("a variable set for one command");
    const name = this.#name(first);
    if (name === undefined) return this.#no("a command name that is not plain");
    const words = rest.map((word) => this.#word(word));
    if (words.includes(undefined)) return false;
    const known = words as Word[];
    if (name === "[" || name === "test") return this.#no("a test");
    // Prints whatever it gets, and does nothing else.
    if (name === "echo") return true;
    if (name === "sed") return isPlainSed(known) || this.#no("an editing command");
    if (GREPS.has(name) && readsKernelFiles(known)) return this.#no("files of the kernel");
    if (name === "awk" || name === "gawk" || name === "mawk") return isPlainAwk(known) || this.#no("a program of its own");
    const rule = ownRule(BASH_COMMANDS, name);
    if (rule === undefined) return this.#no("not on the list of commands that only read");
    if (this.#shell === "zsh" && ["which", "type", "history", "jobs", "ulimit", "printf"].includes(name))
      return this.#no("a command of zsh's own");
    // Some that are called `sh` evaluate what they are to print as a number.
    if (this.#shell === "sh" && name === "printf" && known.some((word) => word.kind !== "literal" || word.text.includes("[")))
      return this.#no("a word that may be evaluated");
    return allows(rule, known) || this.#no("an option or a word that is not on the list");
  }

  /** Plain, or by the full path of a place where only the system's own programs are. */
  #name(node: Node): string | undefined {
    const [word] = children(node);
    if (word?.type !== "word" || node.childCount !== 1) return undefined;
    const path = word.text.includes("/") ? word.text : `/bin/${word.text}`;
    return /^(?:\/usr)?\/s?bin\/([a-z0-9_.:-]+)$/.exec(path)?.[1];
  }

  #word(node: Node): Word | undefined {
    switch (node.type) {
      case "word":
      case "number":
        return this.#bare(node);
      case "raw_string":
        return { kind: "literal", text: node.text.slice(1, -1) };
      case "string":
        return this.#quoted(node);
      case "concatenation":
        return this.#concatenation(node);
      case "simple_expansion":
        return this.#variable(node);
      case "expansion":
        return /^\$\{[A-Za-z_][A-Za-z0-9_]*\}$/.test(node.text) ? this.#variable(node) : this.#noWord("an expansion");
      case "command_substitution":
        return this.#substitution(node);
      default:
        return this.#noWord("a word that is not plain");
    }
  }

  #bare(node: Node): Word | undefined {
    const { text } = node;
    if (node.childCount > 0 || !WORD.test(text)) return this.#noWord("a word that is not plain");
    // zsh puts the path of a program in the place of `=name`.
    if (text.startsWith("=") || /~[^/A-Za-z]/.test(text)) return this.#noWord("a word that is not plain");
    const pattern = text.search(/[*?]/);
    if (pattern >= 0) return { kind: "pattern", prefix: text.slice(0, pattern), pattern: text };
    return { kind: "literal", text };
  }

  /** Between double quotes: text, known variables, and substitutions that only read. */
  #quoted(node: Node): Word | undefined {
    let isKnown = true;
    let at = node.startIndex;
    for (const part of children(node)) {
      // What the parser left out between two parts is looked at, too.
      if (/[^ \t\n]/.test(node.text.slice(at - node.startIndex, part.startIndex - node.startIndex)))
        return this.#noWord("not understood");
      at = part.endIndex;
      if (part.type === '"') continue;
      if (part.type === "string_content") {
        if (this.#isSubscript(part)) return this.#noWord("a part of a variable");
        if (/[\\`$!]/.test(part.text)) return this.#noWord("an escape");
        continue;
      }
      const word = this.#word(part);
      if (word === undefined) return undefined;
      if (word.kind === "pattern" && children(node).length === 3) return word;
      isKnown = false;
    }
    return isKnown ? { kind: "literal", text: node.text.slice(1, -1) } : { kind: "unknown" };
  }

  #concatenation(node: Node): Word | undefined {
    let text = "";
    let prefix: string | undefined;
    for (const part of children(node)) {
      if (this.#isSubscript(part)) return this.#noWord("a part of a variable");
      const word = this.#word(part);
      if (word === undefined || word.kind === "unknown") return word;
      if (word.kind === "pattern") prefix ??= text + word.prefix;
      // A star between quotes is none; but to take it for one only makes the pattern wider.
      text += word.kind === "pattern" ? word.pattern : word.text;
    }
    return prefix === undefined ? { kind: "literal", text } : { kind: "pattern", prefix, pattern: text };
  }

  /** zsh takes `$x[…]` for a part of x, and evaluates what stands there, and `$x:h` for something made of it. */
  #isSubscript(part: Node): boolean {
    return this.#shell === "zsh" && part.previousSibling?.type === "simple_expansion" && /^[[:]/.test(part.text);
  }

  #variable(node: Node): Word | undefined {
    const [, name] = /^\$\{?([A-Za-z_][A-Za-z0-9_]*|[?$#!0])\}?$/.exec(node.text) ?? [];
    if (name === undefined) return this.#noWord("an expansion");
    // Set by the system, and not to be set in a shell whose commands run unasked.
    return name === "HOME" ? { kind: "pattern", prefix: "/home/person", pattern: "/home/person" } : { kind: "unknown" };
  }

  #substitution(node: Node): Word | undefined {
    const parts = children(node);
    const isPlain = parts.at(0)?.type === "$(" && parts.at(-1)?.type === ")";
    if (!isPlain) return this.#noWord("a substitution");
    const inner = parts.slice(1, -1);
    const readsOnly = inner.every((child) => (child.isNamed ? this.#statement(child) : SEPARATORS.has(child.type)));
    return readsOnly ? { kind: "unknown" } : undefined;
  }

  /** `[ -f x ]` and the like. No `[[`, and no operator that evaluates what it is given. */
  #test(node: Node): boolean {
    const isPlain = /^\[ (?:! )?(?:-[defhLrswxSpb] \S+|-[nz] \S+|\S+ (?:=|!=) \S+) \]$/.test(node.text);
    if (!isPlain) return this.#no("a test that is not plain");
    // Unquoted, a variable could hold an operator that evaluates what stands behind it.
    const isBare = (leaf: Node) => leaf.parent?.type !== "string" && !TEST_WORDS.has(leaf.type);
    const operands = nodesOfType(node, TEST_OPERANDS);
    return operands.every((leaf) => !isBare(leaf) && this.#word(leaf) !== undefined) || this.#no("a test that is not plain");
  }

  #assignment(node: Node): boolean {
    const [name, equals, value, ...more] = children(node);
    if (name?.type !== "variable_name" || equals?.type !== "=" || more.length > 0)
      return this.#no("an assignment that is not plain");
    if (!isPlainVariable(name.text, this.#shell)) return this.#no("a variable that may change what commands do");
    if (value === undefined) return true;
    const word = this.#word(value);
    if (word?.kind === "literal" && namesDevice(word.text)) return this.#no("a device");
    return word !== undefined;
  }

  #forLoop(node: Node): boolean {
    const [start, name, of, ...rest] = children(node);
    if (start?.type !== "for" || name?.type !== "variable_name" || of?.type !== "in") return this.#no("a loop that is not plain");
    if (!isPlainVariable(name.text, this.#shell)) return this.#no("a variable that may change what commands do");
    return rest.every((child) => {
      if (child.type === "do_group") return this.statements(child);
      return child.isNamed ? this.#word(child) !== undefined : SEPARATORS.has(child.type);
    });
  }

  #redirected(node: Node): boolean {
    return children(node).every((child) => (child.type === "file_redirect" ? this.#redirect(child) : this.#statement(child)));
  }

  /** Output may go nowhere, or to where the other stream goes; input may come from a file. */
  #redirect(node: Node): boolean {
    const parts = children(node).filter((part) => part.type !== "file_descriptor");
    const descriptor = children(node).find((part) => part.type === "file_descriptor")?.text ?? "";
    const [operator, target, ...more] = parts;
    if (operator === undefined || target === undefined || more.length > 0) return this.#no("a redirection");
    const to = target.text;
    if (operator.type === "<" && descriptor === "") {
      const word = this.#word(target);
      return (word?.kind === "literal" && (to === "/dev/null" || !namesDevice(to))) || this.#no("a redirection");
    }
    if (!/^[12]?$/.test(descriptor)) return this.#no("a redirection");
    if (operator.type === ">&") return /^[12]$/.test(to) || this.#no("a redirection");
    const goesNowhere = [">", ">>", "&>", ">|"].includes(operator.type) && target.type === "word" && to === "/dev/null";
    return goesNowhere || this.#no("a redirection into a file");
  }

  #no(why: string): false {
    this.why = why;
    return false;
  }

  #noWord(why: string): undefined {
    this.why = why;
  }
}

const TEST_WORDS = new Set(["word", "number", "string", "raw_string"]);
const TEST_OPERANDS = new Set([
  ...TEST_WORDS,
  "simple_expansion",
  "command_substitution",
  "expansion",
  "ansi_c_string",
  "process_substitution",
]);
/** No `&`: what runs in the background writes when nobody looks. */
const SEPARATORS = new Set([";", "\n", "&&", "||", "|", "|&", "!", "(", ")", "{", "}", "do", "done"]);
const IF_WORDS = new Set([...SEPARATORS, "if", "then", "elif", "else", "fi"]);

function children(node: Node): Node[] {
  return node.children.filter((child): child is Node => child !== null);
}

/** A name that neither the shell nor a program reads. zsh ties too many small names to big ones. */
function isPlainVariable(name: string, shell: PosixShell): boolean {
  return shell !== "zsh" && /^[a-z][a-z0-9_]*$/.test(name) && !SPECIAL_LOWERCASE.test(name);
}

/** What may stand in a command that leaves the shell as it was: whatever the parser calls otherwise may do something to it. */
const STEADY_NODES = new Set([
  ...["program", "command", "command_name", "word", "number", "string", "string_content", "raw_string", "concatenation", "comment"],
  ...["simple_expansion", "expansion", "variable_name", "special_variable_name", "command_substitution", "variable_assignment"],
  ...["list", "pipeline", "negated_command", "subshell", "compound_statement", "do_group", "redirected_statement"],
  ...["file_redirect", "file_descriptor", "for_statement", "if_statement", "elif_clause", "else_clause", "while_statement"],
  ...["test_command", "unary_expression", "binary_expression", "test_operator", "heredoc_redirect", "heredoc_start"],
  ...["heredoc_body", "heredoc_content", "heredoc_end"],
]);

/** Whether later commands may mean something else after this one. Says yes unless it knows better. */
function changesShell(root: Node, shell: PosixShell): boolean {
  const isSteady = (node: Node): boolean => {
    if (node.isNamed && !STEADY_NODES.has(node.type)) return false;
    return isSteadyNode(node, shell) && children(node).every(isSteady);
  };
  // `{PATH}>file` sets a variable.
  return !isSteady(root) || /\{\w+\}[<>&]/.test(root.text);
}

function isSteadyNode(node: Node, shell: PosixShell): boolean {
  const [first] = children(node);
  switch (node.type) {
    case "variable_assignment":
      return node.parent?.type === "command" || isPlainVariable(first?.text ?? "", shell);
    case "for_statement":
      return first?.type === "for" && isPlainVariable(children(node)[1]?.text ?? "", shell);
    case "compound_statement":
      return first?.type === "{";
    case "test_command":
      return first?.type === "[";
    case "expansion":
      // `${x:=y}` sets x.
      return /^\$\{[A-Za-z_][A-Za-z0-9_]*\}$/.test(node.text);
    case "command":
      return isSteadyCommand(node, shell);
    default:
      return true;
  }
}

function isSteadyCommand(node: Node, shell: PosixShell): boolean {
  const name = children(node).find(({ type }) => type === "command_name")?.text ?? "";
  if (!/^[A-Za-z0-9_./:[-]+$/.test(name)) return false;
  // In a folder of devices every name is one.
  if (name === "cd") return new PosixReader(shell).statements(node, [node]);
  if (name === "printf") return !/^\S+\s+-|%[^%]*n/.test(node.text);
  // `wait -p x` sets x.
  if (name === "wait") return !/\s-/.test(node.text);
  return !BUILTINS.has(name) || STEADY_BUILTINS.has(name);
}
