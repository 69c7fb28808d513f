#!/usr/bin/env node
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { RecordError } from "../../record/error.ts";
import { checkReceipt, RECEIPT_NAMESPACE, type Receipt, type ReceiptVerdict } from "../../record/receipt.ts";
import { parseAllowedSigners } from "../../record/sshsig.ts";

const HELP = `Usage: npm run receipt -- <receipt.json> [--signature FILE] [--signers FILE] [--package ZIP] [--json]

Checks the receipt of a package: that the organisation which handed it over signed exactly what the receipt says, and,
with --package, that it is the receipt of that very ZIP.

  --signature FILE  the signature; <receipt.json>.sig if not given
  --signers FILE    an allowed_signers file with the keys that you trust, as ssh-keygen uses it. A Caisey server publishes
                    its own under /.well-known/caisey/allowed_signers
  --package ZIP     the package, as one ZIP
  --json            print one line: {"verdict", "package", "receipt"}

Who wrote name, company and statement is not proven by this: only that the organisation took them down at that time.
Without our tools: ssh-keygen -Y verify -f allowed_signers -I KEY-NAME -n ${RECEIPT_NAMESPACE} -s receipt.json.sig < receipt.json

Exit status: 0 all that was checked holds, 1 something fails, 2 the input can't be read.
`;

/** Whether the ZIP at hand is the one that was received. */
type PackageVerdict = "same" | "another" | "not-checked";

/** Runs the command. @returns the exit status. */
async function main(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      signature: { type: "string" },
      signers: { type: "string" },
      package: { type: "string" },
      json: { type: "boolean" },
      help: { type: "boolean" },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const [path, ...rest] = positionals;
  if (path === undefined || rest.length > 0) throw new RecordError("path/malformed", "expected one receipt. See --help");
  const trusted =
    values.signers === undefined
      ? undefined
      : parseAllowedSigners((await read("--signers", values.signers)).toString(), RECEIPT_NAMESPACE);
  const signature = await read("the signature", values.signature ?? `${path}.sig`);
  const { receipt, verdict } = checkReceipt(await read("the receipt", path), signature, trusted);
  const ofPackage: PackageVerdict =
    values.package === undefined ? "not-checked" : (await hashOf(values.package)) === receipt.package.sha256 ? "same" : "another";
  process.stdout.write(
    values.json ? `${JSON.stringify({ verdict, package: ofPackage, receipt })}\n` : inWords(receipt, verdict, ofPackage),
  );
  const fails = verdict === "not-signed" || (verdict === "untrusted" && trusted !== undefined) || ofPackage === "another";
  return fails ? 1 : 0;
}

const VERDICTS: Record<ReceiptVerdict, string> = {
  signed: "signed by a key that you trust",
  untrusted: "signed by the key that it names, which is not among those that you trust (--signers)",
  "not-signed": "NOT signed by the key that it names, or changed since",
};
const PACKAGES: Record<PackageVerdict, string> = {
  same: "the receipt is of this package",
  another: "the receipt is of ANOTHER package",
  "not-checked": "not compared with a package (--package)",
};

function inWords(receipt: Receipt, verdict: ReceiptVerdict, ofPackage: PackageVerdict): string {
  const { name, company, statement, organization, handoff, link, at, key } = receipt;
  const lines: [string, string][] = [
    ["Receipt", `${receipt.receipt}, ${at}`],
    ["Handoff", `${handoff} by ${organization}, through the link ${link}`],
    ["Package", `SHA-256 ${receipt.package.sha256}, ${receipt.package.bytes} bytes`],
    ["Written by", `${name}, ${company}`],
    ["Statement", statement],
    ["Key", key],
    ["Signature", VERDICTS[verdict]],
    ["Compared", PACKAGES[ofPackage]],
  ];
  return lines.map(([label, value]) => `${`${label}:`.padEnd(12)}${printable(value)}\n`).join("");
}

/** What others wrote must not steer the terminal. */
function printable(text: string): string {
  return text.replaceAll(/\n/g, "\n            ").replaceAll(/[^\P{C}\n]|[\p{Zl}\p{Zp}]/gu, "\uFFFD");
}

async function read(what: string, path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new RecordError("path/malformed", `expected a file for ${what}: ${(error as Error).message}`);
  }
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  try {
    for await (const piece of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(piece as Buffer);
  } catch (error) {
    throw new RecordError("path/malformed", `expected a ZIP for --package: ${(error as Error).message}`);
  }
  return hash.digest("hex");
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const message = error instanceof RecordError ? `${error.code}: ${error.message}` : (error as Error).message;
  process.stderr.write(`Can't check: ${message}\n`);
  if (process.argv.includes("--json")) process.stdout.write(`${JSON.stringify({ verdict: "unreadable", error: message })}\n`);
  process.exitCode = 2;
}
