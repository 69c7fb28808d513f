#!/usr/bin/env node
import "../node-small-heap.ts";
import { existsSync } from "node:fs";
import { parseArgs } from "node:util";
import { RecordError } from "../../record/error.ts";
import { parseVerifierKey } from "../../record/key.ts";
import * as viewer from "../../viewer/renderer.ts";
import { GeneratorError } from "../error.ts";
import { writePackage } from "../node.ts";
import { NodeCrew } from "../node-crew.ts";
import { packageSource } from "../rebuild/package-source.ts";
import type { PackageSource } from "../source.ts";
import { codeOf, told } from "../told.ts";
import { openPackage } from "../verify/open.ts";
import { fileSigner, keptSigner } from "./signer.ts";

const HELP = `Usage: npm run package -- --from <export> --out <package.zip or folder> [--key FILE] [--replace] [--json]

Makes a package from an export without a server: the same generator, so the same records give the same bytes.

  --from EXPORT  the records of a handoff, data/records/, in a folder or a ZIP; a whole package is one too
  --out PATH     a ZIP when it ends in .zip, else a folder. Not there yet; it appears when it is complete
  --key FILE     sign with this key: Ed25519, PKCS #8 in PEM, the one that the records name. Without it the signature
                 and time stamp that lie with the export are used, and must hold for what is made
  --replace      a ZIP that is there already is replaced when the new one is complete; a folder never is
  --json         print one line: {"out", "sessions", "bytes"}

Exit status: 0 made, 1 not signed or not allowed, 2 the input can't be read or the output can't be written, 130 interrupted.
`;

/** Runs the command. @returns the exit status. */
async function main(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      from: { type: "string" },
      out: { type: "string" },
      key: { type: "string" },
      replace: { type: "boolean" },
      json: { type: "boolean" },
      help: { type: "boolean" },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const { from, out } = values;
  if (from === undefined || out === undefined) throw new RecordError("path/malformed", "expected --from and --out. See --help");
  if (/\.zip$/i.test(out) && !values.replace && existsSync(out)) {
    throw new GeneratorError("output/exists", `expected a ZIP that is not there yet, or --replace, got ${JSON.stringify(out)}`);
  }
  const interruption = new AbortController();
  const interrupt = () => interruption.abort();
  process.once("SIGINT", interrupt);
  process.once("SIGTERM", interrupt);
  const crew = new NodeCrew();
  const opened = await openPackage(from);
  try {
    const { source, handoff } = await packageSource(opened.reader);
    const signer = values.key === undefined ? await keptSigner(opened.reader, handoff) : await fileSigner(values.key);
    const bar = process.stderr.isTTY && !values.json ? new ProgressBar(handoff.sessions.length) : undefined;
    let bytes = 0;
    let begun = 0;
    const counted: PackageSource = {
      ...source,
      session(id) {
        begun++;
        return source.session(id);
      },
    };
    await writePackage(counted, signer, out, {
      viewer,
      crew,
      signal: interruption.signal,
      onProgress(written) {
        bytes = written;
        bar?.show(begun, bytes);
      },
    });
    bar?.clear();
    const { name } = parseVerifierKey(handoff.from.key);
    if (values.json) process.stdout.write(`${JSON.stringify({ out, sessions: handoff.sessions.length, bytes })}\n`);
    else process.stdout.write(`${out}: ${handoff.sessions.length} sessions, ${megabytes(bytes)} written, signed by ${name}\n`);
    return 0;
  } catch (error) {
    if (!interruption.signal.aborted) throw error;
    process.stderr.write("\nInterrupted. Nothing is left behind.\n");
    return 130;
  } finally {
    process.off("SIGINT", interrupt);
    process.off("SIGTERM", interrupt);
    await crew.close();
    await opened.close();
  }
}

/** One line that grows from left to right, drawn again and again. */
class ProgressBar {
  readonly #total: number;
  #drawn = 0;

  constructor(total: number) {
    this.#total = total;
  }

  show(done: number, bytes: number): void {
    if (performance.now() - this.#drawn < 100) return;
    this.#drawn = performance.now();
    const filled = Math.floor((30 * done) / Math.max(1, this.#total));
    const bar = `${"#".repeat(filled)}${".".repeat(30 - filled)}`;
    process.stderr.write(`\r[${bar}] session ${done} of ${this.#total}, ${megabytes(bytes)}\x1b[K`);
  }

  clear(): void {
    process.stderr.write("\r\x1b[K");
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

/** Refusals, as against input that can't be read. */
const REFUSED: ReadonlySet<string> = new Set(["output/exists", "signer/missing", "signer/other-bytes", "signer/other-key"]);

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const code = codeOf(error);
  process.stderr.write(`${told(error)}\n`);
  process.exitCode = code !== undefined && REFUSED.has(code) ? 1 : 2;
}
