import { createReadStream, openSync, readSync } from "node:fs";
import { mkdir, open, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { PackageSource, SessionSource } from "../../generator/source.ts";
import { SESSION_FORMAT } from "../../record/entry.ts";
import type { Recorded } from "../../record/wire.ts";
import {
  handOver,
  type RecordedSession,
  recordSession,
  type SampleEntry,
  type SampleSession,
  signer,
} from "../generator/sample-source.ts";
import { Random } from "./random.ts";
import { makeStep } from "./step.ts";

/** Entries of each session but the last. */
const ENTRIES = 100;
const NO_HASH = "0".repeat(64);

/** Lists the sessions, one a line. */
const LIST = "sessions.jsonl";
/** Their records, one session behind another. */
const RECORDS = "records.jsonl";

/** What of a session does not stand in the records; `length` is of these, in bytes. */
type Listed = Omit<RecordedSession, "recorded" | "checkpoint" | "leaf"> & { leaf: string; length: number };

/**
 * Writes sessions with `entries` entries in all to a folder, as a store gives them out: of each the checkpoint, then of each entry the committed
 * line and its texts, apart from each other; they belong together, to the roots and signatures. The same number gives the same corpus.
 */
export async function writeCorpus(folder: string, entries: number): Promise<void> {
  await mkdir(folder, { recursive: true });
  const lines: string[] = [];
  await using records = await open(join(folder, RECORDS), "w");
  for (let number = 0, left = entries; left > 0; number++, left -= ENTRIES) {
    const { recorded, checkpoint, leaf, ...session } = await recordSession(makeSession(number, Math.min(ENTRIES, left)), number);
    const rows = recorded.flatMap(({ line, text }) => [line, JSON.stringify(text)]);
    const stored = Buffer.from([JSON.stringify(checkpoint), ...rows].map((one) => `${one}\n`).join(""));
    await records.writeFile(stored);
    const listed: Listed = { ...session, leaf: Buffer.from(leaf).toString("hex"), length: stored.length };
    lines.push(`${JSON.stringify(listed)}\n`);
  }
  await writeFile(join(folder, LIST), lines.join(""));
}

/** A corpus as a source; a session is read from the disk when it is asked for, so that what this keeps is little. */
export async function openCorpus(folder: string) {
  const { listed, read } = await openRecords(folder);
  const session: PackageSource["session"] = async (id): Promise<SessionSource> => {
    const lines = linesOf(read(id));
    return { checkpoint: JSON.parse(lines.next().value as string), entries: () => entriesOf(lines) };
  };
  return { source: await handOver(listed, session), signer };
}

/** Writes the entries of a corpus to a folder, a file a session. */
export async function splitCorpus(corpus: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const { listed, read } = await openRecords(corpus);
  for (const { stated } of listed) {
    const stored = read(stated.session);
    await writeFile(join(folder, stated.session), stored.subarray(stored.indexOf(NEWLINE) + 1));
  }
}

/** The sessions, and how to read the records of each. */
async function openRecords(folder: string) {
  const listed: Omit<RecordedSession, "recorded" | "checkpoint">[] = [];
  const numbers = new Map<string, number>();
  /** Where each session begins, and the last one ends. */
  const starts = [0];
  for await (const line of createInterface(createReadStream(join(folder, LIST)))) {
    const { leaf, length, ...rest }: Listed = JSON.parse(line);
    numbers.set(rest.stated.session, listed.length);
    starts.push((starts.at(-1) as number) + length);
    listed.push({ ...rest, leaf: Uint8Array.from(Buffer.from(leaf, "hex")) });
  }
  // Open until the process ends.
  const records = openSync(join(folder, RECORDS), "r");
  const read = (session: string): Buffer => {
    const number = numbers.get(session) as number;
    const [start, end] = starts.slice(number, number + 2) as [number, number];
    const stored = Buffer.allocUnsafe(end - start);
    readSync(records, stored, 0, stored.length, start);
    return stored;
  };
  return { listed, read };
}

/** One by one. Of a whole session as text, one character beyond Latin-1 would make all of it twice as large. */
function* linesOf(stored: Buffer): Generator<string> {
  for (let at = 0, end: number; at < stored.length; at = end + 1) {
    end = stored.indexOf(NEWLINE, at);
    yield stored.toString("utf8", at, end);
  }
}

const NEWLINE = 0x0a;

/** @param lines a committed line and its texts in turn. */
async function* entriesOf(lines: Iterator<string>): AsyncGenerator<Recorded> {
  for (let line = lines.next(); line.done !== true; line = lines.next())
    yield { line: line.value, text: JSON.parse(lines.next().value) };
}

function makeSession(number: number, length: number): SampleSession {
  const random = new Random(number);
  const entries: SampleEntry[] = [
    {
      fields: { kind: "opened", format: SESSION_FORMAT, mode: "live" },
      text: { subject: `Ticket ${number}`, organization: "Northwind IT", client: "Acme Accounting", endpoint: "ACME-WS014" },
    },
    { fields: { kind: "joined", participant: "p0", role: "technician" }, text: { name: "Dana Reyes" } },
    { fields: { kind: "joined", participant: "p1", role: "person" }, text: { name: "Kim Lee" } },
  ];
  const last: SampleEntry = {
    fields: { kind: "closed", by: "p0", outcome: "resolved" },
    text: { summary: "Works again; watched for a day." },
  };
  while (entries.length < length - 1) {
    const step = stepEntries(random, entries.length);
    if (entries.length + step.length < length) entries.push(...step);
    else
      entries.push({
        fields: { kind: "chat", by: random.pick(["p0", "p1"]) },
        text: { message: `One moment, please. ${random.int(1000)}` },
      });
  }
  return {
    title: `Ticket ${number}: ${random.pick(["printing", "SQL Server", "sign-in", "updates", "disk space"])}`,
    note: "Looked at events and services, cleared what hung, and watched it.",
    tags: [random.pick(["printing", "database", "mail", "network"])],
    endpoint: number % 40,
    entries: [...entries, last],
  };
}

/** A command with what it printed; every tenth asks first. `at` is the place of its first entry. */
function stepEntries(random: Random, at: number): SampleEntry[] {
  const { command, output } = makeStep(random);
  const asks = random.int(10) === 0;
  const asking: SampleEntry[] = [
    { fields: { kind: "approval.asked", by: "p0" }, text: { command, reason: "To see why it hangs" } },
    { fields: { kind: "approval.answered", asked: at, by: "p1", answer: "approved" } },
  ];
  const place = at + (asks ? 2 : 0);
  const consent = asks ? { consent: "answered", answered: at + 1 } : { consent: "read-only" };
  const finished = {
    exit: 0,
    end: "exited",
    duration: random.int(4000),
    cut: { stdout: 0, stderr: 0 },
  };
  return [
    ...(asks ? asking : []),
    {
      fields: { kind: "command", by: "p0", shell: "powershell", ...consent },
      text: { command, directory: "C:\\WINDOWS\\system32" },
    },
    { fields: { kind: "output", command: place, stream: "stdout", newline: true }, text: { output } },
    {
      fields: { kind: "finished", command: place, ...finished },
      text: { raw: `${random.hex(64)} ${Buffer.byteLength(output)}\n${NO_HASH} 0` },
    },
  ];
}
