import { GeneratorError } from "./error.ts";

/**
 * For `catch` of what looks at a file that somebody named.
 * @param expected what was to be there.
 * @throws GeneratorError `input/missing` when there is nothing at the path; else the error as it came.
 */
export function missingInput(expected: string, path: string): (error: NodeJS.ErrnoException) => never {
  return (error) => {
    if (error.code !== "ENOENT" && error.code !== "ENOTDIR") throw error;
    throw new GeneratorError("input/missing", `expected ${expected}, got ${JSON.stringify(path)}, where there is nothing`);
  };
}
