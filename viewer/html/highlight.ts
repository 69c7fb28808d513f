import { createHighlighterCoreSync } from "shiki/core";
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

const highlighter = createHighlighterCoreSync({
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

const cache = new Map<string, Token[][] | undefined>();

/**
 * The lines of a command in tokens; together they are the lines as they are. Undefined where nothing can be told apart: another
 * shell, too long, or a line that a grammar would not give back unchanged.
 */
export function tokensOf(lines: readonly string[], shell: EntryOf<"command">["shell"]): Token[][] | undefined {
  const lang = LANGUAGE[shell];
  if (lang === undefined || lines.some((line) => line.length > LONGEST_LINE)) return undefined;
  const text = lines.join("\n");
  if (text.length > LONGEST) return undefined;
  const key = `${lang}\n${text}`;
  if (cache.has(key)) return cache.get(key);
  if (cache.size >= CACHED) cache.clear();
  const tokens = tokenize(text, lang);
  const whole = tokens.length === lines.length && tokens.every((line, i) => line.map((one) => one.text).join("") === lines[i]);
  const found = whole ? tokens : undefined;
  cache.set(key, found);
  return found;
}

function tokenize(text: string, lang: string): Token[][] {
  // No limit of time: the same text must come out the same on a slow machine.
  const lines = highlighter.codeToTokensBase(text, { lang, theme: "classes", tokenizeTimeLimit: 0, tokenizeMaxLineLength: 0 });
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
