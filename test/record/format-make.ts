// Writes the samples of record/FORMAT.md anew: node test/record/format-make.ts
import { readFile, writeFile } from "node:fs/promises";
import { fromUtf8, toBase64, toHex, utf8 } from "../../record/bytes.ts";
import { encodeCanonical } from "../../record/canonical.ts";
import { cosign, cosignatureMessage, groupOrigin, sessionOrigin, signCheckpoint } from "../../record/checkpoint.ts";
import { type Entry, encodeEntry, SESSION_FORMAT } from "../../record/entry.ts";
import { groupLeaf } from "../../record/group.ts";
import { encodeVerifierKey, publicKeyOf, SIGNATURE_TYPE, signWith, verifierKey } from "../../record/key.ts";
import { parseNote } from "../../record/note.ts";
import { encodeSessionText } from "../../record/session-text.ts";
import { encodeAllowedSigner, sshSign } from "../../record/sshsig.ts";
import { commitText, lineDigests, lineSalts, makeText, redactText, revealLine } from "../../record/text.ts";
import { leafHash, rootOf, Tree } from "../../record/tree.ts";

const PAGE = new URL("../../record/FORMAT.md", import.meta.url);

const keyOf = (name: string, type: number, seed: Uint8Array) => ({
  key: verifierKey(name, type as Parameters<typeof verifierKey>[1], publicKeyOf(seed)),
  sign: async (message: Uint8Array) => signWith(seed, message),
});
const ORGANIZATION = keyOf("caisey.example/org_sample", SIGNATURE_TYPE.log, new Uint8Array(32).fill(1));
const ENDPOINT = keyOf("caisey.example/org_sample/end_0000000000000001", SIGNATURE_TYPE.cosignature, new Uint8Array(32).fill(2));
const SESSION = "ses_0000000000000001";
const GROUP = "grp_0000000000000001";
const COSIGNED = Date.UTC(2026, 10, 22, 9, 30, 10) / 1000;

/** Entries of the example without what their place decides, and their texts. */
const EXAMPLE = [
  {
    at: "2026-11-22T09:30:00.000Z",
    fields: {
      kind: "opened",
      format: SESSION_FORMAT,
      session: SESSION,
      group: GROUP,
      endpoint: "end_0000000000000001",
      endpointKey: encodeVerifierKey(ENDPOINT.key),
      mode: "live",
      log: { size: 0, root: toBase64(rootOf([])) },
    },
    text: { subject: "Printing fails", organization: "Northwind IT", client: "Acme Accounting", endpoint: "ACME-WS014" },
  },
  {
    at: "2026-11-22T09:30:01.000Z",
    fields: { kind: "joined", participant: "p0", role: "technician" },
    text: { name: "Dana Reyes" },
  },
  {
    at: "2026-11-22T09:30:09.000Z",
    fields: { kind: "closed", by: "p0", outcome: "resolved" },
    text: { summary: "The printer was switched off." },
  },
];

/** Every sample of the page by its name. */
export async function formatSamples(): Promise<Map<string, string>> {
  const tree = new Tree();
  const entries: string[] = [];
  const texts: string[] = [];
  const leaves: string[] = [];
  for (const [seq, { at, fields, text }] of EXAMPLE.entries()) {
    const commitments: Record<string, unknown> = {};
    for (const [field, content] of Object.entries(text).sort(([a], [b]) => (a < b ? -1 : 1))) {
      // Seed 0x10 repeated for the first text, 0x11 for the second, and so on.
      const made = makeText(content, new Uint8Array(32).fill(0x10 + texts.length));
      commitments[field] = commitText(made);
      texts.push(fromUtf8(encodeSessionText({ seq, field, text: made })));
    }
    const line = encodeEntry({ ...fields, seq, at, text: commitments } as unknown as Entry);
    tree.append(line);
    entries.push(fromUtf8(line));
    leaves.push(toHex(leafHash(line)));
  }
  const { key, sign } = ORGANIZATION;
  const head = { origin: sessionOrigin(key.name, SESSION), size: tree.size, root: tree.root() };
  const note = fromUtf8(await signCheckpoint(head, key, sign));
  const body = parseNote(utf8(note)).text;
  const leaf = groupLeaf(body);
  const group = { origin: groupOrigin(key.name, GROUP), size: 1, root: rootOf([leaf]) };

  const output = "net user jane P@ssw0rd /add\nThe command completed successfully.\n";
  const text = makeText(
    output,
    Uint8Array.from({ length: 32 }, (_, i) => i),
  );
  const place = { field: "output", seq: 2 };
  const redacted = redactText(text, [{ line: 0, reason: "credential", shown: "net user jane ******** /add" }]);
  const seed = Uint8Array.from({ length: 32 }, (_, i) => i);
  const ofText = (value: typeof redacted) => fromUtf8(encodeSessionText({ ...place, text: value }));

  const lines: Record<string, readonly string[]> = {
    entries,
    texts,
    leaves,
    root: [toHex(tree.root())],
    keys: [key, ENDPOINT.key].map(encodeVerifierKey),
    "group-leaf": [toHex(leaf)],
    text: [ofText(text)],
    salts: lineSalts(seed, 3).map(toHex),
    digests: lineDigests(text).map(toHex),
    commitment: [encodeCanonical(commitText(text))],
    redacted: [ofText(redacted)],
    revealed: [encodeCanonical(revealLine(text, 0))],
  };
  const out = new Map(Object.entries(lines).map(([name, all]) => [name, all.map((line) => `${line}\n`).join("")]));
  out.set("checkpoint", note + (await cosign(body, ENDPOINT.key, COSIGNED, ENDPOINT.sign)));
  out.set("cosigned", fromUtf8(cosignatureMessage(COSIGNED, body)));
  out.set("group-checkpoint", fromUtf8(await signCheckpoint(group, key, sign)));
  out.set("sshsig", await sshSign(utf8("sample\n"), key.publicKey, sign));
  out.set("allowed-signers", encodeAllowedSigner({ principal: key.name, publicKey: key.publicKey }));
  return out;
}

async function write(): Promise<void> {
  let page = await readFile(PAGE, "utf8");
  for (const [name, sample] of await formatSamples()) {
    const block = new RegExp(`^(\`\`\`\\w+ sample=${name}\\n)[\\s\\S]*?(^\`\`\`$)`, "m");
    if (!block.test(page)) throw new Error(`expected a block for the sample ${name}`);
    page = page.replace(block, (_, start: string, end: string) => `${start}${sample}${end}`);
  }
  await writeFile(PAGE, page);
}

if (import.meta.main) await write();
