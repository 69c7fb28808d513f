/** What one source file takes from elsewhere. */
export interface Imports {
  /** Specifiers as written, static and dynamic, values and types. */
  specifiers: string[];
  /** Whether it has `import()` of something that is not a plain string, which nobody can check. */
  computed: boolean;
  /** Whether it has `export *`, as barrel files do. */
  exportsAll: boolean;
}

const STATIC = /(?:^|[;}\n])\s*(?:import|export)\b(?:\s+type\b)?[^"';()]*?\bfrom\s*["']([^"']+)["']/g;
const BARE = /(?:^|[;}\n])\s*import\s*["']([^"']+)["']/g;
const DYNAMIC = /\bimport\s*\(\s*(?:(["'`])([^"'`$]+)\1\s*[,)])?/g;

/** Imports of a TypeScript, JSX or Astro source, formatted as this project formats its code. */
export function importsOf(source: string): Imports {
  const code = withoutComments(source);
  const specifiers = [...code.matchAll(STATIC), ...code.matchAll(BARE)].map((match) => match[1] as string);
  let computed = false;
  for (const match of code.matchAll(DYNAMIC)) {
    if (match[2] === undefined) computed = true;
    else specifiers.push(match[2]);
  }
  return { specifiers, computed, exportsAll: /(?:^|\n)\s*export\s*(?:type\s*)?\*/.test(code) };
}

/** Whole-line comments and block comments only: an address in a string has two slashes as well. */
function withoutComments(source: string): string {
  return source.replace(/(^|\n)\s*\/\*[\s\S]*?\*\//g, "$1").replace(/(^|\n)\s*\/\/[^\n]*/g, "$1");
}
