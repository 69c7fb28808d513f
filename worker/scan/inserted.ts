import type { LineFinding } from "./finding.ts";
import { isPlaceholder } from "./placeholder.ts";
import { classify } from "./words.ts";

const INSERT = /\binto\s+[\w.`"[\]]{1,120}\s{0,4}\(([^()]{1,2000})\)\s{0,4}values\s{0,4}\(/gi;
/** A value of a row: in quotes, a call, or bare; then what ends it. */
const VALUE =
  /\s{0,8}(?:N?'((?:[^'\\]|\\.|''){0,400})'|"((?:[^"\\]|\\.){0,400})"|(?:[^'",()]|\([^()]{0,200}\)){0,400})\s{0,8}([,)])/dy;

export const INSERT_HINTS: readonly string[] = ["values"];

/** Finds what an SQL statement writes into columns such as `password` or `api_key`: its first row. */
export function findInserted(line: string, found: LineFinding[]): void {
  for (const match of line.matchAll(INSERT)) {
    VALUE.lastIndex = match.index + match[0].length;
    for (const column of (match[1] ?? "").split(",")) {
      const value = VALUE.exec(line);
      if (value === null) break;
      const of = classify(column.trim().replace(/^[`"[]|[`"\]]$/g, ""));
      const [start, end] = value.indices?.[1] ?? value.indices?.[2] ?? [0, 0];
      if (of !== undefined && of !== "key" && end - start >= 3 && !isPlaceholder(line.slice(start, end)))
        found.push({ kind: of === "password" ? "password" : "token", rule: "inserted", sure: "likely", start, end });
      if (value[3] === ")") break;
    }
  }
}
