import { mkdir, open, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { fileSpool } from "../../generator/node-spool.ts";
import type { Handoff, HandoffSession } from "../../record/handoff.ts";
import type { SessionEntry } from "../../viewer/page.ts";
import { assets, createSearchIndex, render } from "../../viewer/renderer.ts";
import { Random } from "./random.ts";
import { makeStep } from "./step.ts";

const STEPS_PER_SESSION = 30;
const OUTCOMES = ["resolved", "workaround", "unresolved", "informational"] as const;

/** The part of a package that search needs: its page, styles and scripts, and its files. */
export interface SearchPackage {
  /** Bytes of the index as gzip has them, texts not counted. */
  gzBytes: number;
  /** What each step says, if it was to be kept. */
  texts: string[];
  seconds: number;
}

/** Writes a folder with `steps` commands, each with what it printed: the same for the same number. */
export async function writeSearchPackage(folder: string, steps: number, keep: boolean): Promise<SearchPackage> {
  const handoff = handoffOf(steps);
  const index = createSearchIndex(handoff, () => fileSpool(folder));
  const made: SearchPackage = { gzBytes: 0, texts: [], seconds: 0 };
  const write = async ({ path, bytes }: { path: string; bytes: Uint8Array }) => {
    if (path.startsWith("data/search/") && !path.includes("texts-")) made.gzBytes += gzipSync(bytes).length;
    await mkdir(join(folder, dirname(path)), { recursive: true });
    const file = await open(join(folder, path), "w");
    await file.writeFile(bytes);
    await file.close();
  };
  for (const file of assets) await write(file);
  for (const page of ["search", "help"] as const) {
    await writeFile(join(folder, `data/${page}.html`), await render({ page, handoff }));
  }
  const random = new Random(5);
  for (const [number, session] of handoff.sessions.entries()) {
    const entries: SessionEntry[] = [];
    for (let i = 0; i < Math.min(STEPS_PER_SESSION, steps - number * STEPS_PER_SESSION); i++) {
      const { command, output } = makeStep(random);
      if (keep) made.texts.push(`${command}\n${output}`);
      const at = session.opened;
      entries.push(
        {
          entry: {
            kind: "command",
            seq: 2 * i + 1,
            at,
            by: "p0",
            shell: "powershell",
            consent: "read-only",
            text: {},
          } as unknown as SessionEntry["entry"],
          text: { command: { seed: "", lines: [command] } },
        },
        {
          entry: {
            kind: "output",
            seq: 2 * i + 2,
            at,
            command: 2 * i + 1,
            stream: "stdout",
            newline: true,
            text: {},
          } as unknown as SessionEntry["entry"],
          text: { output: { seed: "", lines: output.split("\n") } },
        },
      );
    }
    const start = performance.now();
    const files = await index.addSession(session, entries);
    made.seconds += (performance.now() - start) / 1000;
    for (const file of files) await write(file);
  }
  const files = index.finish()[Symbol.asyncIterator]();
  for (;;) {
    const start = performance.now();
    const next = await files.next();
    made.seconds += (performance.now() - start) / 1000;
    if (next.done) {
      await index.close?.();
      return made;
    }
    await write(next.value);
  }
}

function handoffOf(steps: number): Handoff {
  const at = (session: number) =>
    new Date(Date.UTC(2026, 0, 5) + (session * 26_000_000_000) / Math.ceil(steps / STEPS_PER_SESSION)).toISOString();
  const id = (prefix: string, number: number) => `${prefix}_${String(number).padStart(16, "0")}`;
  const session = (_: unknown, number: number): HandoffSession => ({
    session: id("ses", number),
    endpoint: id("end", number % 40),
    leaf: number,
    title: `Ticket ${number}`,
    tags: [],
    opened: at(number),
    closed: at(number),
    mode: "live",
    outcome: OUTCOMES[number % 4] ?? "resolved",
    entries: 2 * STEPS_PER_SESSION,
    commands: STEPS_PER_SESSION,
    approvals: 0,
    redactedLines: 0,
    note: "",
    todo: [],
    reviewedBy: "Dana Reyes",
    reviewedAt: at(number),
  });
  const sessions = Array.from({ length: Math.ceil(steps / STEPS_PER_SESSION) }, session);
  return {
    format: "caisey-package/1",
    handoff: id("hnd", 1),
    created: "2026-11-20T10:30:00.000Z",
    generator: { version: "0.1.0", viewer: "0".repeat(64) },
    from: { organization: "Northwind IT", key: "unused" },
    to: { name: "Contoso IT" },
    client: { group: id("grp", 1), name: "Acme Accounting" },
    period: { from: at(0), to: at(sessions.length) },
    letter: "",
    endpoints: Array.from({ length: 40 }, (_, number) => ({
      endpoint: id("end", number),
      name: `ACME-WS${100 + number}`,
      key: "unused",
    })),
    sessions,
    log: { size: sessions.length, omitted: [] },
  };
}
