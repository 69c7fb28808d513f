import { lintSource } from "@secretlint/core";
import { creator } from "@secretlint/secretlint-rule-preset-recommend";
import type { TextFinding } from "./finding.ts";

const CONFIG = { rules: [{ id: "@secretlint/secretlint-rule-preset-recommend", rule: creator }] };

/** Most text given to it at once, in UTF-16 units; what is longer is cut between lines. */
const PART = 262_144;

/**
 * What secretlint's recommended rules find. Only its places are taken: its messages hold the secrets themselves, and go nowhere.
 * @param lines of one text.
 */
export async function findBySecretlint(lines: readonly string[]): Promise<TextFinding[]> {
  const found: TextFinding[] = [];
  for (let from = 0; from < lines.length; ) {
    let to = from;
    let length = 0;
    do length += (lines[to++] ?? "").length + 1;
    while (to < lines.length && length < PART);
    found.push(...(await inPart(lines.slice(from, to), from)));
    from = to;
  }
  return found;
}

async function inPart(lines: readonly string[], first: number): Promise<TextFinding[]> {
  const { messages } = await lintSource({
    source: { content: lines.join("\n"), filePath: "text", ext: ".txt", contentType: "text" },
    options: { config: CONFIG, noPhysicFilePath: true, maskSecrets: true },
  });
  const found: TextFinding[] = [];
  for (const { range, ruleId, messageId } of messages) {
    let start = 0;
    for (const [index, line] of lines.entries()) {
      const [begin, end] = [Math.max(range[0], start), Math.min(range[1], start + line.length)];
      if (begin < end) {
        const rule = `secretlint:${(messageId ?? ruleId).slice(0, 60)}`;
        found.push({ line: first + index, kind: "token", rule, sure: "sure", start: begin - start, end: end - start });
      }
      start += line.length + 1;
      if (start > range[1]) break;
    }
  }
  return found;
}
