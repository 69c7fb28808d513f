import { setFlagsFromString } from "node:v8";
import { Language, type Node, Parser, type Tree } from "web-tree-sitter";
import { bundledFile } from "./bundled-file.ts";

export type SyntaxLanguage = "bash" | "powershell";
export type { Node };

/** A parsed command. `free` must be called when it is done with: the tree lives outside of the garbage collector. */
export interface Parsed {
  root: Node;
  free(): void;
}

/** Parses a command; undefined when the parser gave up. */
export type Parse = (text: string) => Parsed | undefined;

let library: Promise<void> | undefined;
const loaded = new Map<SyntaxLanguage, Promise<Parse>>();

/** The parser of a shell's language, loaded once. */
export function loadSyntax(language: SyntaxLanguage): Promise<Parse> {
  const there = loaded.get(language) ?? load(language);
  loaded.set(language, there);
  return there;
}

async function load(language: SyntaxLanguage): Promise<Parse> {
  // Once for all languages: two of them at the same time would be two libraries that mix up each other's memory.
  library ??= loadLibrary();
  await library;
  const grammar = await Language.load(bundledFile(`tree-sitter-${language}:tree-sitter-${language}.wasm`));
  const parser = new Parser();
  parser.setLanguage(grammar);
  return (text) => {
    const tree: Tree | null = parser.parse(text);
    return tree === null ? undefined : { root: tree.rootNode, free: () => tree.delete() };
  };
}

/**
 * Without V8's second compiler, which begins with the first command or two: a grammar's lexer is one function of thousands of branches,
 * and takes it half a gigabyte and half a second, on a machine that is somebody else's. The first compiler's code parses a long command
 * in some milliseconds.
 */
function loadLibrary(): Promise<void> {
  setFlagsFromString("--no-wasm-dynamic-tiering");
  setFlagsFromString("--no-wasm-tier-up");
  return Parser.init({ wasmBinary: bundledFile("web-tree-sitter:web-tree-sitter.wasm") });
}

/**
 * A node and all below it that are of one of these types. Not by the library's own search, which finds nothing at all when one of
 * the types is `ERROR`.
 */
export function nodesOfType(node: Node, types: ReadonlySet<string>): Node[] {
  const below = node.children.flatMap((child) => (child === null ? [] : nodesOfType(child, types)));
  return types.has(node.type) ? [node, ...below] : below;
}
