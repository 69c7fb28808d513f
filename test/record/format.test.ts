import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { parseBagInfo } from "../../record/bag.ts";
import { fromUtf8, toHex, utf8 } from "../../record/bytes.ts";
import { cosignedAt, openCheckpoint } from "../../record/checkpoint.ts";
import { parseEntry } from "../../record/entry.ts";
import { FINDING_KINDS } from "../../record/finding.ts";
import { groupLeaf } from "../../record/group.ts";
import { isSigned, parseVerifierKey, publicKeyOf } from "../../record/key.ts";
import { LINE_LIMIT } from "../../record/lines.ts";
import { MAX_SIGNATURES, signatureBy } from "../../record/note.ts";
import { HANDOFF, MANIFEST, TAG_MANIFEST } from "../../record/path.ts";
import { OPEN_LIMIT } from "../../record/references.ts";
import { encodeSessionText, parseSessionText } from "../../record/session-text.ts";
import { isSshSigned, parseAllowedSigners, parseSshSignature } from "../../record/sshsig.ts";
import { checkRevealed, commitText, lineDigests, lineSalts, redactText, revealLine, textNames } from "../../record/text.ts";
import { leafHash, rootOf, Tree } from "../../record/tree.ts";
import { SMALL_LIMIT, WHOLE_LIMIT } from "../../record/verify-bag.ts";
import { MAX_ENTRIES } from "../../record/zip-directory.ts";
import { formatSamples } from "./format-make.ts";

const format = await readFile(new URL("../../record/FORMAT.md", import.meta.url), "utf8");

/** A literal sample of FORMAT.md, as the bytes that a file of it would have. */
function sample(name: string): string {
  const match = new RegExp(`^\`\`\`\\w+ sample=${name}\\n([\\s\\S]*?\\n)\`\`\`$`, "m").exec(format);
  if (!match) throw new Error(`FORMAT.md has no sample ${name}`);
  return match[1] as string;
}

const rows = (name: string) => sample(name).trimEnd().split("\n");
const [organization, endpoint] = rows("keys").map(parseVerifierKey) as [
  ReturnType<typeof parseVerifierKey>,
  ReturnType<typeof parseVerifierKey>,
];

test("the sample keys are those of the stated seeds", () => {
  expect(organization.publicKey).toEqual(publicKeyOf(new Uint8Array(32).fill(1)));
  expect(endpoint.publicKey).toEqual(publicKeyOf(new Uint8Array(32).fill(2)));
});

test("the sample text has the stated salts, digests and commitment", () => {
  const { text } = parseSessionText(utf8(rows("text")[0] as string));
  if (!("seed" in text)) throw new Error("expected an open text");
  expect(
    lineSalts(
      Uint8Array.from({ length: 32 }, (_, i) => i),
      3,
    ).map(toHex),
  ).toEqual(rows("salts"));
  expect(lineDigests(text).map(toHex)).toEqual(rows("digests"));
  expect(commitText(text)).toEqual(JSON.parse(sample("commitment")));
});

test("the sample redaction keeps the commitment, and the revealed line proves it", () => {
  const open = parseSessionText(utf8(rows("text")[0] as string));
  const redacted = redactText(open.text, [{ line: 0, reason: "credential", shown: "net user jane ******** /add" }]);
  expect(fromUtf8(encodeSessionText({ ...open, text: redacted }))).toBe(rows("redacted")[0]);
  expect(commitText(redacted)).toEqual(commitText(open.text));
  expect(revealLine(open.text, 0)).toEqual(JSON.parse(sample("revealed")));
  checkRevealed(JSON.parse(sample("revealed")), rows("digests")[0] as string);
});

test("the sample entries have the stated leaves and root, signed and cosigned", () => {
  const tree = new Tree();
  for (const [i, line] of rows("entries").entries()) {
    expect(parseEntry(utf8(line)).seq).toBe(i);
    tree.append(utf8(line));
  }
  expect(rows("entries").map((line) => toHex(leafHash(utf8(line))))).toEqual(rows("leaves"));
  expect(toHex(tree.root())).toBe(rows("root")[0]);
  const { checkpoint, note } = openCheckpoint(utf8(sample("checkpoint")), organization);
  expect(checkpoint).toEqual({ origin: `${organization.name}/session/ses_0000000000000001`, size: 3, root: tree.root() });
  expect(cosignedAt(note, endpoint)).toBe(Date.UTC(2026, 10, 22, 9, 30, 10) / 1000);
  expect(toHex(groupLeaf(note.text))).toBe(rows("group-leaf")[0]);
  const group = openCheckpoint(utf8(sample("group-checkpoint")), organization).checkpoint;
  expect(group).toEqual({
    origin: `${organization.name}/group/grp_0000000000000001`,
    size: 1,
    root: rootOf([groupLeaf(note.text)]),
  });
});

test("white space in a value of bag-info.txt is what is listed, and single spaces are none too much", () => {
  const [, listed = ""] = /in a value white space \(([^)]*)\)/.exec(format) ?? [];
  const white = new Set<number>();
  for (const part of listed.split(", ")) {
    const [first = Number.NaN, last = first] = [...part.matchAll(/U\+([0-9A-F]{4})/g)].map(([, code]) =>
      Number.parseInt(code as string, 16),
    );
    for (let code = first; code <= last; code++) white.add(code);
  }
  const isTaken = (value: string) => {
    try {
      return parseBagInfo(utf8(`Label: ${value}\n`)).length === 1;
    } catch {
      return false;
    }
  };
  const refused: number[] = [];
  for (let code = 0; code < 0x10000; code++) {
    const isLoneSurrogate = code >= 0xd800 && code < 0xe000;
    if (!isLoneSurrogate && !isTaken(`a${String.fromCharCode(code)}b`)) refused.push(code);
  }
  expect(refused).toEqual([...white].filter((code) => code !== 0x20));
});

test("the sample of what an endpoint signs is what the sample's cosignature is over", () => {
  const { note } = openCheckpoint(utf8(sample("checkpoint")), organization);
  const { signature } = signatureBy(note, endpoint) ?? {};
  expect(signature?.length).toBe(72);
  expect(isSigned(signature?.subarray(8) as Uint8Array, utf8(sample("cosigned")), endpoint.publicKey)).toBe(true);
});

test("the example's texts are those to which its entries commit", () => {
  const entries = rows("entries").map((line) => parseEntry(utf8(line)));
  const texts = rows("texts").map((line) => parseSessionText(utf8(line)));
  const places = entries.flatMap((entry) => textNames(entry.text).map((field) => ({ seq: entry.seq, field })));
  expect(texts.map(({ seq, field }) => ({ seq, field }))).toEqual(places);
  for (const { seq, field, text } of texts) expect(entries[seq]?.text).toHaveProperty(field, commitText(text));
});

test("the samples are those that their maker makes", async () => {
  const made = await formatSamples();
  expect([...made.keys()].sort()).toEqual([...format.matchAll(/^```\w+ sample=(\S+)$/gm)].map(([, name]) => name).sort());
  for (const [name, text] of made) expect([name, text]).toEqual([name, sample(name)]);
});

test("the sample SSH signature holds for the key in the sample allowed_signers", () => {
  const signature = parseSshSignature(sample("sshsig"));
  expect(isSshSigned(signature, utf8("sample\n"))).toBe(true);
  expect(parseAllowedSigners(sample("allowed-signers"))).toEqual([
    { principal: organization.name, publicKey: signature.publicKey },
  ]);
});

test("FORMAT.md explains every finding code as the code does", () => {
  const table = [...format.matchAll(/^\| `([a-z-]+\/[a-z-]+)` \| (\w+) \| (\w+) \| (.*) \|$/gm)].map(
    ([, code, question, status, means]) => [code, { question, status, means }],
  );
  expect(Object.fromEntries(table)).toEqual(FINDING_KINDS);
});

test("FORMAT.md states the limits that the code has", () => {
  const section = format.slice(format.indexOf("### Limits"));
  const stated = [...section.matchAll(/^\| (.+?) \| ([0-9,]+)/gm)].map(([, , most]) => Number(most?.replaceAll(",", "")));
  const { size } = WHOLE_LIMIT;
  expect([size, WHOLE_LIMIT.get(MANIFEST)]).toEqual([3, WHOLE_LIMIT.get(TAG_MANIFEST)]);
  const own = [LINE_LIMIT, WHOLE_LIMIT.get(MANIFEST), WHOLE_LIMIT.get(HANDOFF), SMALL_LIMIT];
  expect(stated).toEqual([...own, MAX_ENTRIES, MAX_SIGNATURES, OPEN_LIMIT]);
});
