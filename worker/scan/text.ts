import { type TextFinding, withoutOverlaps } from "./finding.ts";
import type { Scanner } from "./scanner.ts";
import { findBySecretlint } from "./secretlint.ts";

/** What our own rules and secretlint's find in the next text of a session, in order of its places; what overlaps is told once. */
export async function scanText(scanner: Scanner, lines: readonly string[]): Promise<TextFinding[]> {
  const found = [...scanner.scan(lines), ...(await findBySecretlint(lines))];
  const byLine = Map.groupBy(found, ({ line }) => line);
  return [...byLine]
    .sort(([a], [b]) => a - b)
    .flatMap(([line, there]) => withoutOverlaps(there).map((one): TextFinding => ({ ...one, line })));
}
