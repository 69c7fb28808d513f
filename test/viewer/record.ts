import { createHash } from "node:crypto";
import type { Entry, EntryKind } from "../../record/entry.ts";
import type { Handoff, HandoffSession } from "../../record/handoff.ts";
import { FactCounter } from "../../record/session-facts.ts";
import { commitText, makeText, type Redaction, redactText, type TextValue } from "../../record/text.ts";
import type { SessionEntry } from "../../viewer/page.ts";

/** An id whose 16 characters are the number in decimal. */
export function idOf(prefix: "ses" | "grp" | "end" | "hnd", number: number): string {
  return `${prefix}_${String(number).padStart(16, "0")}`;
}

/** Collects the entries of one session in memory, numbered and with commitments, as a recorder would. */
export class Recording {
  readonly entries: SessionEntry[] = [];
  readonly id: string;
  #clock: number;
  readonly #imported: boolean;

  constructor(number: number, opened: string, imported = false) {
    this.id = idOf("ses", number);
    this.#clock = Date.parse(opened);
    this.#imported = imported;
  }

  /** Adds an entry `after` milliseconds; gives its number. */
  add(
    after: number,
    kind: EntryKind,
    fields: Record<string, unknown>,
    text: Record<string, string> = {},
    hide: Record<string, Redaction[]> = {},
  ): number {
    this.#clock += after;
    const seq = this.entries.length;
    const time = new Date(this.#clock).toISOString();
    const at = this.#imported ? new Date(Date.UTC(2026, 10, 20, 8, 0, 0, seq)).toISOString() : time;
    const values: Record<string, TextValue> = {};
    for (const [field, value] of Object.entries(text)) {
      const seed = createHash("sha256").update(`${this.id}/${seq}/${field}`).digest();
      values[field] = redactText(makeText(value, seed), hide[field] ?? []);
    }
    const commitments = Object.fromEntries(Object.entries(values).map(([field, value]) => [field, commitText(value)]));
    this.entries.push({ entry: { seq, at, seen: time, kind, ...fields, text: commitments } as unknown as Entry, text: values });
    return seq;
  }

  /** A command that asks nobody, with its output and end. */
  run(after: number, command: string, output: string, exit = 0): number {
    const seq = this.add(
      after,
      "command",
      { by: "p0", shell: "powershell", consent: "read-only" },
      { command, directory: "C:\\Windows\\system32" },
    );
    this.printed(seq, output, exit);
    return seq;
  }

  printed(command: number, output: string, exit = 0, hide: Redaction[] = []): void {
    if (output !== "") this.add(400, "output", { command, stream: "stdout", newline: true }, { output }, { output: hide });
    const sha256 = (content: string) => createHash("sha256").update(content).digest("hex");
    const raw = `${sha256(output)} ${Buffer.byteLength(output)}\n${sha256("")} 0`;
    this.add(
      300,
      "finished",
      { command, exit, end: "exited", duration: 712, cut: { stdout: 0, stderr: 0 } },
      { raw },
      hide.length > 0 ? { raw: [{ line: 0, reason: "other" }] } : {},
    );
  }

  /** How handoff.json states this session. */
  stated(more: Partial<HandoffSession> & { title: string; endpoint: string; leaf: number }): HandoffSession {
    const counter = new FactCounter();
    for (const { entry, text } of this.entries) counter.add(entry, text);
    const facts = counter.result();
    if (facts === undefined) throw new Error("expected a session from opened to closed");
    return {
      session: this.id,
      tags: [],
      note: "",
      todo: [],
      reviewedBy: "Dana Reyes",
      reviewedAt: "2026-11-21T15:20:00.000Z",
      ...facts,
      ...more,
    };
  }
}

/** A handoff of these sessions, with names that pages show. */
export function handoffOf(sessions: HandoffSession[], more: Partial<Handoff> = {}): Handoff {
  const endpoints = [...new Set(sessions.map(({ endpoint }) => endpoint))];
  const names = ["ACME-SRV01", "ACME-SQL01", "ACME-WS014", "ACME-WS022", "ACME-NAS01"];
  return {
    format: "caisey-package/1",
    handoff: idOf("hnd", 42),
    created: "2026-11-22T09:30:00.000Z",
    generator: { version: "0.1.0", viewer: "0".repeat(64) },
    from: { organization: "Northwind IT", key: "caisey.local/org_northwind+a280479f+AepKbGPinFIKvvVQexMuxfmVR3auvr57kkIe6mkURtIs" },
    to: { name: "Contoso IT" },
    client: { group: idOf("grp", 1), name: "Acme Accounting" },
    period: { from: "2025-12-01T00:00:00.000Z", to: "2026-11-22T00:00:00.000Z" },
    letter: "",
    endpoints: endpoints.map((endpoint, i) => ({ endpoint, name: names[i] ?? `ACME-WS${100 + i}`, key: "unused" })),
    sessions,
    log: { size: sessions.length, omitted: [] },
    ...more,
  };
}
