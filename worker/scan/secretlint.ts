import { lintSource } from "@secretlint/core";
import { creator } from "@secretlint/secretlint-rule-preset-recommend";
import type { TextFinding } from "./finding.ts";

/** A recorded text does not say what is looked for in it: comments such as `secretlint-disable` have no effect. */
const CONFIG = {
  rules: [
    {
      id: "@secretlint/secretlint-rule-preset-recommend",
      rule: creator,
      rules: [{ id: "@secretlint/secretlint-rule-filter-comments", disabled: true }],
    },
  ],
};

/** Most text given to it at once, in UTF-16 units; what is longer is cut between lines. */
const PART = 262_144;

/**
 * Every rule of the preset needs one of these in a line; those of private keys are left to the scanner, which knows their ends.
 * Looking at the other lines would take more time than all our own rules.
 */
const HINT =
  /:\/\/|sk[-_]|rk_|_authToken=|npm_|xox|xapp-|gh[pousr]_|github_pat_|glpat-|gl(?:c|sa)_|SG\.|shp(?:pa|ca|at|ss)_|hf_|gsk_|lin_api_|ntn_|ops_e|hv[sbr]\.|vc[piark]_|dapi|dckr_pat_|figd_|cf(?:k|ut|at)_|tskey-|A3T|A(?:KI|GP|ID|RO|IP|NP|NV|SI)A|access_?key|accesskey|account/i;

/**
 * What secretlint's recommended rules find. Only its places are taken: its messages hold the secrets themselves, and go nowhere.
 * @param lines of one text.
 */
export async function findBySecretlint(lines: readonly string[]): Promise<TextFinding[]> {
  const hinted: { line: string; number: number }[] = [];
  for (const [number, line] of lines.entries()) if (HINT.test(line)) hinted.push({ line, number });
  const found: TextFinding[] = [];
  for (let from = 0; from < hinted.length; ) {
    let to = from;
    let length = 0;
    do length += (hinted[to++]?.line ?? "").length + 1;
    while (to < hinted.length && length < PART);
    found.push(...(await inPart(hinted.slice(from, to))));
    from = to;
  }
  return found;
}

async function inPart(lines: readonly { line: string; number: number }[]): Promise<TextFinding[]> {
  const { messages } = await lintSource({
    source: { content: lines.map(({ line }) => line).join("\n"), filePath: "text", ext: ".txt", contentType: "text" },
    options: { config: CONFIG, noPhysicFilePath: true, maskSecrets: true },
  });
  const found: TextFinding[] = [];
  for (const { range, ruleId, messageId } of messages) {
    let start = 0;
    for (const { line, number } of lines) {
      const begin = Math.max(range[0], start);
      let end = Math.min(range[1], start + line.length);
      if (begin < end) {
        // Some of its ranges are as long as the secret but begin at the name before it: the word goes to its end.
        while (end < start + line.length && /[\w+/=.~-]/.test(line.charAt(end - start))) end++;
        const rule = `secretlint:${(messageId ?? ruleId).slice(0, 60)}`;
        found.push({ line: number, kind: "token", rule, sure: "sure", start: begin - start, end: end - start });
      }
      start += line.length + 1;
      if (start > range[1]) break;
    }
  }
  return found;
}
