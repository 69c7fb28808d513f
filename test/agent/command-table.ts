import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Commands of a table, one a line. `\n`, `\r` and `\uXXXX` stand for what can't stand in a line; comments begin with two slashes. */
export function commandTable(name: string): string[] {
  return readFileSync(join(import.meta.dirname, "policy", `${name}.txt`), "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("//"))
    .map((line) =>
      line
        .replace(/\\u([0-9a-f]{4})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
        .replaceAll("\\r", "\r")
        .replaceAll("\\n", "\n"),
    );
}
