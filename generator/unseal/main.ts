#!/usr/bin/env node
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { encodeDisclosure } from "../../record/disclosure.ts";
import { sessionId } from "../../record/entry.ts";
import { RecordError } from "../../record/error.ts";
import { codeOf, told } from "../told.ts";
import { openPackage } from "../verify/open.ts";
import { type Asked, findHiddenLine } from "./hidden-line.ts";
import { parseServerUrl, requestDisclosure } from "./request.ts";

const HELP = `Usage: npm run unseal -- <package.zip or unzipped folder> --entry <session>/<number> --line N
         --url ADDRESS --token-file FILE --reason "…" [--field NAME] [--out FILE] [--json]

Reveals one hidden line of a package out of the records of the MSP that made it: asks its server for the line, checks that it has the
digest that the package has in its place, and writes it to a file. Whoever holds the package can prove it with
npm run verify -- <package> --disclosure FILE

  --entry SESSION/NUMBER  session id and number of the entry, as the package's pages show them
  --line N                number of the line, from 1, as the pages and citations count. In the records, and in the file
                          that is written, lines count from 0
  --field NAME            which text of the entry, such as command or output, when this line is hidden in several
  --url ADDRESS           the MSP's Caisey server
  --token-file FILE       a file with a session token of somebody who may reveal lines (org:records:unseal)
  --reason TEXT           why; it stands in the audit trail with the name of whoever asks
  --out FILE              where to write it; SESSION-NUMBER-FIELD-N.disclosure if not given. Never overwrites
  --json                  print one line: {"disclosure": file, "session", "entry", "field", "line", "digest"}

Exit status: 0 revealed and written, 1 refused or not proven, 2 the input can't be read or the server can't be reached.
`;

/** Runs the command. @returns the exit status. */
async function main(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      entry: { type: "string" },
      line: { type: "string" },
      field: { type: "string" },
      url: { type: "string" },
      "token-file": { type: "string" },
      reason: { type: "string" },
      out: { type: "string" },
      json: { type: "boolean" },
      help: { type: "boolean" },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const [path, ...rest] = positionals;
  if (path === undefined || rest.length > 0) throw usage("one package: a ZIP or a folder");
  const asked = parsePlace(values.entry, values.line, values.field);
  const reason = values.reason?.trim();
  if (!reason) throw usage("a reason: --reason");
  const url = parseServerUrl(values.url ?? "");
  const token = await readToken(values["token-file"]);

  const opened = await openPackage(path);
  try {
    const { handoff, place } = await findHiddenLine(opened.reader, asked);
    const { session, seq, field, line, digest } = place;
    const out = values.out ?? `${session}-${seq}-${field}-${line + 1}.disclosure`;
    // Known before the server is asked: what it reveals stands in its audit trail, and should be there to be read.
    if (existsSync(out)) throw new RecordError("path/malformed", "expected a file for the disclosure that is not there yet: --out");
    const disclosure = await requestDisclosure({ url, token }, handoff, place, reason);
    await writeNew(out, encodeDisclosure(disclosure));
    const said = values.json
      ? JSON.stringify({ disclosure: out, session, entry: seq, field, line: line + 1, digest })
      : `Line ${line + 1} of ${field} in entry ${seq} of ${session}: proven by its digest ${digest}\nWritten to ${out}`;
    process.stdout.write(`${said}\n`);
    return 0;
  } finally {
    await opened.close();
  }
}

/** @throws RecordError `path/malformed`. */
function parsePlace(entry: string | undefined, line: string | undefined, field: string | undefined): Asked {
  const [session, seq, ...rest] = (entry ?? "").split("/");
  if (!sessionId.safeParse(session).success || !/^[0-9]{1,9}$/.test(seq ?? "") || rest.length > 0) {
    throw usage("--entry SESSION/NUMBER");
  }
  if (!/^[1-9][0-9]{0,8}$/.test(line ?? "")) throw usage("--line with a number from 1");
  return { session: session as string, seq: Number(seq), field, line: Number(line) - 1 };
}

async function readToken(path: string | undefined): Promise<string> {
  if (path === undefined) throw usage("--token-file FILE");
  let token: string;
  try {
    token = (await readFile(path, "utf8")).trim();
  } catch (error) {
    throw new RecordError("path/malformed", `expected a file for --token-file: ${(error as Error).message}`);
  }
  // What is not a token would come back in the words of some error.
  if (!/^[\w-]+\.[\w-]+\.[\w-]+$/.test(token))
    throw new RecordError("path/malformed", "expected one token in the file of --token-file");
  return token;
}

/** The revealed line is for whoever asked: the file is theirs alone, and takes no other's place. */
async function writeNew(path: string, bytes: Uint8Array): Promise<void> {
  try {
    await writeFile(path, bytes, { flag: "wx", mode: 0o600 });
  } catch (error) {
    throw new RecordError("path/malformed", `expected to write the disclosure: ${(error as Error).message}`);
  }
}

function usage(expected: string): RecordError {
  return new RecordError("path/malformed", `expected ${expected}. See --help`);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const refused = codeOf(error)?.startsWith("unseal/") ?? false;
  const message = refused ? (error as Error).message : told(error);
  process.stderr.write(`${refused ? "Not revealed" : "Can't reveal"}: ${message}\n`);
  if (process.argv.includes("--json")) process.stdout.write(`${JSON.stringify({ disclosure: null, error: message })}\n`);
  process.exitCode = refused ? 1 : 2;
}
