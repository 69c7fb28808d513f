import type { Decision } from "./policy.ts";
import { ALIASES, CMDLETS, MACHINE_NOUNS, METHODS, STATIC, WINDOWS_ALIASES } from "./policy-powershell-commands.ts";
import { PARAMETERS } from "./policy-powershell-parameters.ts";
import { type PipelineCommand, reachesFurther } from "./policy-powershell-reach.ts";
import { WINDOWS_PROGRAMS } from "./policy-windows-programs.ts";
import { ownRule } from "./policy-words.ts";
import { type Node, nodesOfType, type Parse } from "./syntax.ts";

type PowerShell = "powershell" | "pwsh";

/** PowerShell takes several dashes and quotes beyond ASCII for its own, and a backtick hides what stands behind it. */
const VISIBLE = /^[\t\n\x20-\x5f\x61-\x7e]*$/;

/** Expressions that only have parts; each part is looked at in turn. */
const TRANSPARENT = new Set([
  ...["statement_list", "pipeline", "pipeline_chain", "logical_expression", "bitwise_expression", "comparison_expression"],
  ...["additive_expression", "multiplicative_expression", "format_expression", "range_expression", "array_literal_expression"],
  ...["unary_expression", "parenthesized_expression", "sub_expression", "expression_with_unary_operator", "argument_list"],
  ...["argument_expression_list", "argument_expression", "logical_argument_expression", "bitwise_argument_expression"],
  ...["comparison_argument_expression", "additive_argument_expression", "multiplicative_argument_expression"],
  ...["format_argument_expression", "range_argument_expression", "script_block_body", "script_block", "script_block_expression"],
  ...["hash_literal_expression", "hash_literal_body", "hash_entry", "key_expression", "array_expression", "string_literal"],
  ...[
    "expandable_string_literal",
    "empty_statement",
    "statement_block",
    "if_statement",
    "else_clause",
    "elseif_clauses",
    "elseif_clause",
  ],
]);
const LEAVES = new Set([
  ...["comment", "integer_literal", "decimal_integer_literal", "hexadecimal_integer_literal", "real_literal", "simple_name"],
  ...["verbatim_string_characters", "comparison_operator", "format_operator", "logical_operator"],
]);
/** Operators and brackets, as the grammar spells them. */
const PUNCTUATION =
  /^(?:[;|,(){}!+*/%\n-]|\.\.|@\(|@\{|\$\(|=|"|if|else|elseif|-(?:not|and|or|xor|eq|ne|gt|ge|lt|le|like|notlike|match|notmatch|contains|notcontains|in|notin|is|isnot|join|split|replace|f|as|band|bor|[ci](?:eq|ne|gt|ge|lt|le|like|notlike|match|notmatch|contains|notcontains|in|notin|replace|split)))$/i;
/** Cmdlets that take a block of code and run it on what they are given. */
const BLOCK_TAKERS = new Set([
  "where-object",
  "foreach-object",
  "select-object",
  "sort-object",
  "group-object",
  "measure-object",
  "format-table",
  "format-list",
]);
const RESERVED_VARIABLES =
  /preference$|^(?:ps[a-z]\w+|log\w+event|errorview|outputencoding|error|profile|home|pwd|pid|args|input|this|_|lastexitcode|ofs|maximum\w+|formatenumerationlimit|foreach|switch|event|sender|__caisey|executioncontext|host|shellid|true|false|null|myinvocation|nestedpromptlevel|stacktrace|matches|enabledexperimentalfeatures)$/i;

/** Whether a PowerShell command only reads. Like {@link decidePosix}: what isn't known for certain needs an answer. */
export function decidePowerShell(parse: Parse, text: string, shell: PowerShell): Decision {
  if (!VISIBLE.test(text)) return asks("a character that is not plain ASCII, or a backtick", true);
  if (text.includes("--%")) return asks("words that PowerShell does not parse", true);
  if (text.includes("<#")) return asks("a comment whose end is hard to tell", true);
  const spelled = spelledForGrammar(text);
  const parsed = parse(spelled);
  if (parsed === undefined) return asks("not understood", true);
  try {
    const { root } = parsed;
    const reader = new PowerShellReader(shell);
    if (root.type !== "program" || root.namedChildCount === 0 || !isWhole(root, spelled)) return asks("not understood", true);
    if (children(root).every((node) => reader.node(node))) {
      return { readOnly: true, changesShell: false, why: "on the list of commands that only read" };
    }
    return asks(reader.why, changesShell(root, shell));
  } finally {
    parsed.free();
  }
}

function asks(why: string, changesShell: boolean): Decision {
  return { readOnly: false, changesShell, why };
}

/** Two things that PowerShell takes for the same and the grammar doesn't: `a, b` for `a,b`, and `1MB` for `1mb`. */
function spelledForGrammar(text: string): string {
  return text
    .replace(/(?<=[A-Za-z0-9_*)}'"\]]),[ \t]+(?=[A-Za-z0-9_$'"*(])/g, ",")
    .replace(/(?<![A-Za-z0-9_])[0-9]+[KMGTP]B(?![A-Za-z0-9_])/gi, (number) => number.toLowerCase());
}

/** Nothing the parser could not place. It misses a separator before `,b` of `a,b`, where there is none to miss. */
function isWhole(root: Node, text: string): boolean {
  let at = 0;
  const visit = (node: Node): boolean => {
    if (node.isError) return false;
    if (node.isMissing) return node.parent?.type === "command_argument_sep" && text[node.startIndex] === ",";
    if (node.childCount > 0 && node.type !== "expandable_string_literal") return children(node).every(visit);
    if (!/^[ \t\n]*$/.test(text.slice(at, node.startIndex))) return false;
    at = Math.max(at, node.endIndex);
    return true;
  };
  return visit(root) && /^[ \t\n]*$/.test(text.slice(at));
}

class PowerShellReader {
  readonly #shell: PowerShell;
  why = "not on the list of commands that only read";

  constructor(shell: PowerShell) {
    this.#shell = shell;
  }

  node(node: Node): boolean {
    if (!node.isNamed) return PUNCTUATION.test(node.type) || PUNCTUATION.test(node.text) || this.#no("an operator");
    if (node.type === "verbatim_string_characters" && isRemotePath(node.text)) return this.#no("a path on another computer");
    if (LEAVES.has(node.type)) return true;
    if (node.type === "expandable_string_literal") return this.#string(node);
    if (TRANSPARENT.has(node.type)) return children(node).every((child) => this.node(child));
    switch (node.type) {
      case "command":
        return this.#command(node);
      case "variable":
        return this.#variable(node);
      case "member_access":
        return this.#member(node);
      case "element_access":
        return children(node).every((child) => !child.isNamed || this.node(child));
      case "invokation_expression":
        return this.#call(node);
      case "assignment_expression":
        return this.#assignment(node);
      case "redirection":
        return this.#redirection(node);
      default:
        return this.#no("a construct that is not on the list");
    }
  }

  #command(node: Node): boolean {
    const [first, elements, ...more] = children(node);
    if (first?.type !== "command_name" || more.length > 0) return this.#no("a command name that is not plain");
    const name = first.text.toLowerCase();
    const parts =
      elements === undefined
        ? []
        : children(elements).filter((part) => part.type !== "command_argument_sep" && part.type !== "comment");
    const redirections = parts.filter(isRedirection);
    if (!redirections.every((part) => this.#redirection(part))) return false;
    const words = parts.filter((part) => !isRedirection(part));
    const cmdlet = this.#cmdlet(name);
    if (cmdlet === undefined) return this.#program(name, words);
    const further = this.#cmdletWords(cmdlet, words) ? reachesFurther(cmdlet, words, this.#before(node)) : this.why;
    return further === undefined || this.#no(further);
  }

  /** The commands before this one in its pipeline; undefined where there is something else. */
  #before(node: Node): PipelineCommand[] | undefined {
    const chain = children(node.parent ?? node).filter(({ isNamed }) => isNamed);
    const before = chain.slice(
      0,
      chain.findIndex(({ id }) => id === node.id),
    );
    if (node.parent?.type !== "pipeline_chain" || before.some(({ type }) => type !== "command")) return undefined;
    return before.map((command) => {
      const [name, elements] = children(command);
      const words = children(elements ?? command).filter(({ type }) => elements !== undefined && type !== "command_argument_sep");
      return { cmdlet: this.#cmdlet(name?.text.toLowerCase() ?? ""), words };
    });
  }

  #cmdlet(name: string): string | undefined {
    const alias = ownRule(ALIASES, name) ?? (this.#shell === "powershell" ? ownRule(WINDOWS_ALIASES, name) : undefined);
    const full = alias ?? name;
    return CMDLETS.has(full) ? full : undefined;
  }

  #cmdletWords(cmdlet: string, words: readonly Node[]): boolean {
    for (const word of words) {
      if (word.type === "command_parameter") {
        const name = word.text.slice(1).replace(/:$/, "").toLowerCase();
        // `% -MemberName Kill` would call a method.
        if (!PARAMETERS.has(name)) return this.#no("a parameter that is not on the list");
      } else if (word.type === "generic_token") {
        if (cmdlet === "foreach-object") return this.#no("a method called by its name");
        if (!isPlainToken(word.text)) return this.#no("a word that is not plain");
      } else {
        const hasBlock = nodesOfType(word, new Set(["script_block_expression"])).length > 0;
        if (hasBlock && !BLOCK_TAKERS.has(cmdlet)) return this.#no("a block of code");
        if (cmdlet === "foreach-object" && !hasBlock) return this.#no("a method called by its name");
        if (isRemotePath(word.text)) return this.#no("a path on another computer");
        if (!this.node(word)) return false;
      }
    }
    return true;
  }

  /** Programs see words, not parameters: every one of them has to be known to the letter. */
  #program(name: string, words: readonly Node[]): boolean {
    const base = name.replace(/\.exe$/, "");
    // Windows PowerShell takes `sc` for Set-Content, and `where` and `sort` for cmdlets.
    if (base === "sc" && base === name) return this.#no("Set-Content by its short name");
    const rule = ownRule(WINDOWS_PROGRAMS, base);
    if (rule === undefined) return this.#no("not on the list of commands that only read");
    const texts = words.map((word) => literalText(word));
    if (texts.includes(undefined)) return this.#no("a word that is not known to the letter");
    const line = texts.join(" ");
    const isListed = !isRemotePath(line) && rule.some((form) => new RegExp(form.source, "i").test(line));
    return isListed || this.#no("an option or a word that is not on the list");
  }

  /** In double quotes: text and variables. */
  #string(node: Node): boolean {
    if (isRemotePath(node.text)) return this.#no("a path on another computer");
    return children(node).every((part) => {
      if (part.type === "variable") return this.#variable(part);
      if (part.type === "sub_expression") return children(part).every((child) => this.node(child));
      return !part.isNamed && !part.text.includes("$");
    });
  }

  #variable(node: Node): boolean {
    return /^\$(?:[A-Za-z_][A-Za-z0-9_]*|_|\?|env:[A-Za-z_0-9]+)$/i.test(node.text) || this.#no("a variable that is not plain");
  }

  #member(node: Node): boolean {
    const [object, separator, member, ...more] = children(node);
    if (object === undefined || member === undefined || more.length > 0) return this.#no("a member that is not plain");
    if (separator?.text === "::") return this.#isStatic(object, member) || this.#no("a static member that is not on the list");
    const isPlain = separator?.text === "." && /^[A-Za-z_][A-Za-z0-9_]*$/.test(member.text);
    return isPlain ? this.node(object) : this.#no("a member that is not plain");
  }

  #call(node: Node): boolean {
    const [object, separator, member, list, ...more] = children(node);
    if (object === undefined || member === undefined || list?.type !== "argument_list" || more.length > 0)
      return this.#no("a call that is not plain");
    if (nodesOfType(list, new Set(["script_block_expression"])).length > 0) return this.#no("a block of code");
    const argumentsFine = children(list).every((child) => this.node(child));
    if (!argumentsFine) return false;
    if (separator?.text === "::") return this.#isStatic(object, member) || this.#no("a static method that is not on the list");
    const isListed = separator?.text === "." && METHODS.has(member.text.toLowerCase());
    return isListed ? this.node(object) : this.#no("a method that is not on the list");
  }

  #isStatic(type: Node, member: Node): boolean {
    const name = /^\[(?:system\.)?([a-z]+)\]$/i.exec(type.text)?.[1]?.toLowerCase() ?? "";
    return ownRule(STATIC, name)?.includes(member.text.toLowerCase()) === true;
  }

  #assignment(node: Node): boolean {
    const [left, operator, right, ...more] = children(node);
    if (left === undefined || right === undefined || more.length > 0 || operator?.text !== "=")
      return this.#no("an assignment that is not plain");
    if (!isPlainVariable(left.text)) return this.#no("a variable that may change what commands do");
    return this.node(right);
  }

  #redirection(node: Node): boolean {
    const isListed = /^(?:[2-6*]>&1|(?:[2-6*]|)>>?\s*\$null)$/i.test(node.text);
    return isListed || this.#no("a redirection into a file");
  }

  #no(why: string): false {
    this.why = why;
    return false;
  }
}

/** The grammar takes `2>$null` for a word. */
function isRedirection(node: Node): boolean {
  return node.type === "redirection" || (node.type === "generic_token" && node.text.includes(">"));
}

function children(node: Node): Node[] {
  return node.children.filter((child): child is Node => child !== null);
}

/** A word that is the same to PowerShell and to whoever reads it: no variable, no quote, no list of computers. */
function isPlainToken(text: string): boolean {
  return /^[A-Za-z0-9_.:\\/*?,=+~[\]-]+$/.test(text) && !text.startsWith("-") && !isRemotePath(text);
}

/**
 * A path that begins with two slashes makes this computer sign in at another one. Either slash will do, and what stands before them may turn
 * out to be nothing; so they may be nowhere.
 */
function isRemotePath(text: string): boolean {
  return /[\\/](?:[\\/]|\?\?)|(?:filesystem|microsoft\.)\S*::/i.test(text);
}

/** The value of a word that has but one. */
function literalText(node: Node): string | undefined {
  if (node.type === "command_parameter") return /^-[A-Za-z0-9=.:_-]+$/.test(node.text) ? node.text : undefined;
  if (node.type === "generic_token") return /^[A-Za-z0-9_.:\\/*?=+-]+$/.test(node.text) ? node.text : undefined;
  const { text } = node;
  if (/^[0-9]+$/.test(text)) return text;
  if (/^'[^']*'$/.test(text)) return text.slice(1, -1);
  return /^"[^"$]*"$/.test(text) ? text.slice(1, -1) : undefined;
}

function isPlainVariable(text: string): boolean {
  const name = /^\$([A-Za-z_][A-Za-z0-9_]*)$/.exec(text)?.[1];
  return name !== undefined && !RESERVED_VARIABLES.test(name);
}

const SUSPICIOUS = new Set([
  ...["function_statement", "class_statement", "enum_statement", "trap_statement", "data_statement", "using_statement"],
  ...["command_invokation_operator", "command_name_expr", "type_literal", "cast_expression", "splatted_variable", "try_statement"],
]);

/** Whether later commands may mean something else after this one. Says yes unless each part is known not to do that. */
function changesShell(root: Node, shell: PowerShell): boolean {
  const reader = new PowerShellReader(shell);
  if (nodesOfType(root, SUSPICIOUS).length > 0) return true;
  for (const assignment of nodesOfType(root, new Set(["assignment_expression"]))) {
    if (!isPlainVariable(assignment.children[0]?.text ?? "")) return true;
  }
  for (const command of nodesOfType(root, new Set(["command"]))) {
    if (reader.node(command)) continue;
    const name = command.children[0]?.text.toLowerCase() ?? "";
    const [verb = "", noun = ""] = name.split("-");
    const isProgram = /^[a-z0-9_]+\.exe$/.test(name) || ownRule(WINDOWS_PROGRAMS, name) !== undefined;
    const isMachine = /^[a-z]+$/.test(verb) && MACHINE_NOUNS.has(noun) && !/variable\b|-pv\b|-ov\b|-ev\b/i.test(command.text);
    if (!isProgram && !isMachine) return true;
  }
  return false;
}
