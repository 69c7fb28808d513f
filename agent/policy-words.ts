/** One word of a command line, as far as its value is known before it runs. */
export type Word =
  /** Known to the letter. */
  | { kind: "literal"; text: string }
  /** File names that match a pattern; each begins with `prefix`. */
  | { kind: "pattern"; prefix: string; pattern: string }
  /** Anything at all, in any number. */
  | { kind: "unknown" };

/** Which words a program may be given so that it only reads. Whatever is not named here is refused. */
export interface Rule {
  /** The first word has to be one of these. It decides what the program does, and is an option of no consequence otherwise. */
  first?: readonly string[];
  /** Short options without a value, such as `ltr` of `ls -ltr`. */
  flags?: string;
  /** Short options with a value, attached or as the next word. */
  values?: string;
  /** Long options, exactly as they are written, without or with an attached value. */
  long?: readonly string[];
  /** Long options whose value is attached or the next word. */
  longValues?: readonly string[];
  /** What the value of such an option must look like. */
  value?: Readonly<Record<string, RegExp>>;
  /** Short options one of which must be there: without them the program would take orders from its input. */
  needs?: string;
  /** How many words that are no options; any number by default. With a limit none may be a pattern, which may stand for many. */
  most?: number;
  /** How many words that are no options there must be: for programs that take orders from their input otherwise. */
  least?: number;
  /** What those words must look like. */
  operand?: RegExp;
  /** What they must look like where they are no patterns. */
  literal?: RegExp;
  /** First of those words and the rule for all that comes behind it. Without a match nothing is allowed, not even options. */
  verbs?: Readonly<Record<string, Rule>>;
  /** Whether verbs may be missing altogether. */
  verbOptional?: boolean;
  /** No option and no word does any harm: even those that are not known, but for the devices that they may name. */
  harmless?: boolean;
  /** The words may be as any of these rules says instead. */
  or?: readonly Rule[];
  /** Whether devices may be named; to open one can have consequences. */
  devices?: boolean;
  /** Options that begin with one dash and are whole words, as `find` has them. */
  words?: readonly string[];
  /** Such options that take the next word as their value. */
  wordValues?: readonly string[];
}

/** Whether these words only make the program read. */
export function allows(rule: Rule, given: readonly Word[]): boolean {
  return allowedBy(rule, given) || rule.or?.some((other) => allows(other, given)) === true;
}

function allowedBy(rule: Rule, given: readonly Word[]): boolean {
  const words = rule.first === undefined ? given : given.slice(1);
  const [first] = given;
  if (rule.first !== undefined && !(first?.kind === "literal" && rule.first.includes(first.text))) return false;
  const operands: Word[] = [];
  const letters = new Set<string>();
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as Word;
    const text = word.kind === "literal" ? word.text : undefined;
    if (text === undefined || !text.startsWith("-") || text === "-") {
      operands.push(word);
      if (rule.verbs !== undefined) {
        const next = text === undefined ? undefined : ownRule(rule.verbs, text);
        return next !== undefined && allows(next, words.slice(i + 1));
      }
      continue;
    }
    if (text === "--") {
      operands.push(...words.slice(i + 1));
      break;
    }
    if (rule.devices !== true && mayHoldDevice(text)) return false;
    if (rule.harmless) continue;
    const takes = optionTakes(rule, text);
    if (takes === "refused") return false;
    if (!text.startsWith("--")) for (const letter of text.slice(1)) letters.add(letter);
    if (takes.value === undefined) continue;
    let value: string | undefined = takes.value;
    if (value === "") {
      i++;
      const next = words[i];
      // A pattern may stand for more than one word: what comes behind the first would be no value any more.
      value = next?.kind === "literal" && isPlain(next, rule) ? next.text : undefined;
    }
    if (value === undefined || rule.value?.[takes.name]?.test(value) === false) return false;
  }
  if (rule.needs !== undefined && ![...rule.needs].some((letter) => letters.has(letter))) return false;
  if (rule.verbs !== undefined) return rule.verbOptional === true;
  if (rule.least !== undefined && operands.length < rule.least) return false;
  if (rule.most !== undefined && (operands.length > rule.most || operands.some(({ kind }) => kind === "pattern"))) return false;
  return operands.every(
    (word) =>
      isPlain(word, rule) &&
      (rule.operand === undefined || matches(word, rule.operand)) &&
      (rule.literal === undefined || word.kind !== "literal" || rule.literal.test(word.text)),
  );
}

/** The rule of this very name: never one of an object's own. */
export function ownRule<T>(rules: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(rules, name) ? rules[name] : undefined;
}

/** The value that an option takes: what is attached to it, or the next word where that is empty, or none. */
function optionTakes(rule: Rule, text: string): "refused" | { name: string; value?: string } {
  if (rule.words?.includes(text)) return { name: text };
  if (rule.wordValues?.includes(text)) return { name: text, value: "" };
  if (text.startsWith("--")) {
    const [name = "", ...value] = text.split("=");
    // A value may name a file, a device or a program: those are for the options that are known.
    if (rule.long?.includes(name)) return { name };
    if (rule.longValues?.includes(name)) return { name, value: value.join("=") };
    return "refused";
  }
  for (let i = 1; i < text.length; i++) {
    const letter = text[i] as string;
    if (rule.values?.includes(letter)) return { name: letter, value: text.slice(i + 1) };
    if (!rule.flags?.includes(letter)) return "refused";
  }
  return { name: text };
}

/** Whether this word is nothing but itself: no option in disguise, no device. */
function isPlain(word: Word | undefined, rule: Rule): boolean {
  if (word === undefined || word.kind === "unknown") return false;
  if (word.kind === "literal") return rule.devices === true || !namesDevice(word.text);
  if (word.prefix.startsWith("-") || (word.prefix === "" && !rule.harmless)) return false;
  return rule.devices === true || !mayNameDevice(word.pattern);
}

function matches(word: Word, pattern: RegExp): boolean {
  return word.kind === "literal" && pattern.test(word.text);
}

/** Files of the kernel that forget what was read from them: as with a device, to read one is to change something. */
const CONSUMED = ["kmsg", "trace_pipe", "trace_pipe_raw"];

/** Whether a path leads through a folder `dev`, or to a file that reading changes, whatever else it is written like. */
export function namesDevice(path: string): boolean {
  if (CONSUMED.includes(path.slice(path.lastIndexOf("/") + 1))) return true;
  // What a process has open may be a pipe, from which reading takes away; and its memory and folders are this way, too.
  if (/(^|\/)(fd|mem|cwd|root|map_files)(\/|$)/.test(path) && /(^|\/)(proc|self|task|[0-9]+)(\/|$)/.test(path)) return true;
  if (/(^|\/)kcore$/.test(path)) return true;
  return /(^|[/=:])dev(\/|$)/.test(path) && path !== "/dev/null";
}

/** Whether an option may have a device for its value, attached in whatever way. */
function mayHoldDevice(option: string): boolean {
  return /(dev|fd)\//.test(option) || CONSUMED.some((name) => option.endsWith(name));
}

/** Whether a pattern could match a path through a folder `dev`, or below `/proc` and `/sys` a file that reading changes. */
function mayNameDevice(pattern: string): boolean {
  const parts = pattern.split("/");
  const last = parts.pop() ?? "";
  if (parts.some((part) => mayMatch(part, ["dev"]))) return true;
  const ofProcess = ["fd", "mem", "cwd", "root", "map_files", "kcore"];
  if (parts.some((part) => mayMatch(part, ["proc"])) && [...parts, last].some((part) => mayMatch(part, ofProcess))) return true;
  return parts.some((part) => mayMatch(part, ["proc", "sys", "tracing"])) && mayMatch(last, CONSUMED);
}

function mayMatch(part: string, names: readonly string[]): boolean {
  const escaped = part.replace(/[^*?]/g, (c) => `\\u{${c.codePointAt(0)?.toString(16)}}`);
  const whole = new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`, "u");
  return names.some((name) => whole.test(name));
}
