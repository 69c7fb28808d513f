import { createHighlighterCoreSync, type HighlighterCore } from "shiki/core";
import { createJavaScriptRegexEngine } from "shiki/engine/javascript";
import powershell from "shiki/langs/powershell.mjs";
import shellscript from "shiki/langs/shellscript.mjs";
import type { EntryOf } from "../../record/entry.ts";

/** A piece of a command line, and the class that says what it is; empty for the rest. */
export interface Token {
  text: string;
  name: string;
}

const LANGUAGE: Partial<Record<EntryOf<"command">["shell"], string>> = {
  bash: "shellscript",
  sh: "shellscript",
  zsh: "shellscript",
  powershell: "powershell",
  pwsh: "powershell",
};

/** Classes by the scopes of the grammars. Colours carry them through Shiki, which knows no other way; they never reach a page. */
const NAMES: readonly [name: string, scopes: string[]][] = [
  ["hc", ["comment"]],
  ["hs", ["string", "punctuation.definition.string"]],
  ["hv", ["variable", "support.variable", "punctuation.definition.variable"]],
  ["hf", ["support.function", "entity.name.function", "entity.name.command", "support.function.builtin"]],
  ["hk", ["keyword", "storage", "punctuation.separator.statement"]],
  ["hn", ["constant.numeric"]],
  ["hp", ["constant.other.option", "string.unquoted.argument", "variable.parameter.option"]],
];
const colour = (i: number) => `#${String(i + 1).padStart(6, "0")}`;
const NAME_OF = new Map(NAMES.map(([name], i) => [colour(i), name]));

/** A longer command is a script or an accident; grammars may take long over either. */
const LONGEST = 4_000;
const LONGEST_LINE = 600;
const CACHED = 2_000;

let made: HighlighterCore | undefined;

/** Made when the first command is shown: the Worker, which has all of this with it, starts often and seldom makes packages. */
function highlighter(): HighlighterCore {
  made ??= createHighlighterCoreSync({
    themes: [
      {
        name: "classes",
        type: "light",
        settings: [
          { settings: { foreground: "#000000", background: "#ffffff" } },
          ...NAMES.map(([, scope], i) => ({ scope, settings: { foreground: colour(i) } })),
        ],
      },
    ],
    langs: [powershell, shellscript],
    engine: createJavaScriptRegexEngine(),
  });
  return made;
}

/** By language and shape; an empty list where nothing can be told apart. */
const cache = new Map<string, Token[][]>();

/**
 * The lines of a command in tokens; together they are the lines as they are. Undefined where nothing can be told apart: another
 * shell, too long, or a line that a grammar would not give back unchanged.
 */
export function tokensOf(lines: readonly string[], shell: EntryOf<"command">["shell"]): Token[][] | undefined {
  const lang = LANGUAGE[shell];
  if (lang === undefined || lines.some((line) => line.length > LONGEST_LINE)) return undefined;
  const text = lines.join("\n");
  if (text.length > LONGEST) return undefined;
  // A grammar takes long, and does not tell one number from another: commands that differ in long ones only share their tokens.
  const shape = text.replace(LONG_NUMBER, (found) => found.replace(DIGIT, "5"));
  const key = `${lang}\n${shape}`;
  let tokens = cache.get(key);
  if (tokens === undefined) {
    tokens = tokenize(shape, lang);
    const shapes = shape.split("\n");
    const whole = tokens.length === shapes.length && tokens.every((line, i) => line.map((one) => one.text).join("") === shapes[i]);
    if (!whole) tokens = [];
    if (cache.size >= CACHED) cache.clear();
    cache.set(key, tokens);
  }
  if (tokens.length === 0 || shape === text) return tokens.length === 0 ? undefined : tokens;
  return tokens.map((line, i) => {
    let at = 0;
    return line.map(({ text: part, name }) => {
      const from = at;
      at += part.length;
      return { text: (lines[i] as string).slice(from, at), name };
    });
  });
}

/** Four digits or more, or what has the form of a GUID. */
const LONG_NUMBER = /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\d{4,}/gi;
const DIGIT = /[0-9a-f]/gi;

function tokenize(text: string, lang: string): Token[][] {
  // No limit of time: the same text must come out the same on a slow machine.
  const lines = highlighter().codeToTokensBase(text, { lang, theme: "classes", tokenizeTimeLimit: 0, tokenizeMaxLineLength: 0 });
  return lines.map((line) => {
    const merged: Token[] = [];
    for (const { content, color } of line) {
      const name = NAME_OF.get(color?.toLowerCase() ?? "") ?? "";
      const last = merged.at(-1);
      if (last?.name === name) last.text += content;
      else merged.push({ text: content, name });
    }
    return merged;
  });
}
