import { createHash } from "node:crypto";
import { acme } from "../../fixtures/story/acme.ts";
import { readContext } from "../../fixtures/story/machine.ts";
import type { Run, Sensitive, StorySession } from "../../fixtures/story/session.ts";
import { story } from "../../fixtures/story/story.ts";
import type { PackageSource } from "../../generator/source.ts";
import { SESSION_FORMAT } from "../../record/entry.ts";
import { CONTEXT } from "../../viewer/words.ts";
import { makeSample, type Sample, type SampleEntry, type SampleSession } from "../generator/sample-source.ts";

const PARTS = Object.keys(CONTEXT) as (keyof typeof CONTEXT)[];
const told = story.filter(({ client }) => client === acme);
const machines = [...new Set(told.map(({ machine }) => machine))];

/** The year of the sample client as a package, without a server: what the pages look like with records of a real kind. */
export async function storyPackage(): Promise<Sample> {
  const { source, signer } = await makeSample(told.map(sessionOf));
  const handoff: PackageSource["handoff"] = {
    ...source.handoff,
    created: "2026-11-20T10:30:00.000Z",
    period: { from: told[0]?.start ?? "", to: "2026-11-20T00:00:00.000Z" },
    letter:
      "Dear colleagues,\n\nthis is everything we recorded for Acme Accounting in the last twelve months. Fifty people, one office; the print server was the weak spot until September, the SQL Server is fine since its restore in May.\n\nPlease begin with what is still open. The Outlook sign-in came back twice before the policy was found; watch it.\n\nKind regards\nElena Marsh, Northwind IT",
    endpoints: source.handoff.endpoints.map((one, i) => ({ ...one, name: machines[i]?.name ?? one.name })),
  };
  return { source: { ...source, handoff }, signer };
}

function sessionOf(session: StorySession): SampleSession {
  const clock = { now: Date.parse(session.start) };
  const entries: SampleEntry[] = [];
  const hide = (text: Record<string, string>) => hidden(text, session.sensitive ?? []);
  const add = (after: number, fields: SampleEntry["fields"], text: Record<string, string> = {}): number => {
    clock.now += after;
    entries.push({ fields, text, hide: hide(text), at: new Date(clock.now).toISOString() });
    return entries.length - 1;
  };
  add(
    0,
    { kind: "opened", format: SESSION_FORMAT, mode: "live" },
    {
      subject: session.subject,
      organization: session.client.organization.name,
      client: session.client.name,
      endpoint: session.machine.name,
    },
  );
  add(500, { kind: "joined", participant: "p0", role: "technician" }, { name: session.technician.name });
  add(500, { kind: "joined", participant: "p1", role: "person" }, { name: session.person });
  for (const part of PARTS) {
    const reading = readContext(session.machine, part, new Date(clock.now), session.stopped);
    if (reading.status === "failed") add(350, { kind: "context", part, columns: [], status: "failed" }, { value: reading.reason });
    else {
      const value = reading.rows.map((row) => row.join("\t")).join("\n");
      add(350, { kind: "context", part, columns: reading.columns, status: "ok" }, { value });
    }
  }
  let directory = session.directory ?? session.machine.directory;
  let command = 0;
  for (const step of session.steps) {
    if (step.kind === "chat")
      add(step.after, { kind: "chat", by: step.by === "technician" ? "p0" : "p1" }, { message: step.message });
    else if (step.kind === "note")
      add(step.after, { kind: "note", by: "p0", ...(step.about ? { about: command } : {}) }, { note: step.note });
    else if (step.kind === "gap") {
      const from = new Date(clock.now + step.after).toISOString();
      const to = new Date(clock.now + step.after + step.ms).toISOString();
      add(step.after + step.ms, { kind: "gap", from, to, cause: step.cause }, { detail: step.detail });
    } else {
      command = runEntries(step, session, directory, step.after, add) ?? command;
      directory = step.directory ?? directory;
    }
  }
  const { outcome, summary, todo = [] } = session.close;
  add(20_000, { kind: "closed", by: "p0", outcome }, { summary, ...(todo.length > 0 ? { todo: todo.join("\n") } : {}) });
  return {
    title: session.subject,
    note: summary,
    todo: [...todo],
    tags: [...session.tags],
    endpoint: machines.indexOf(session.machine),
    entries,
  };
}

function runEntries(
  run: Run,
  session: StorySession,
  directory: string,
  before: number,
  add: (after: number, fields: SampleEntry["fields"], text?: Record<string, string>) => number,
): number | undefined {
  let consent: Record<string, unknown> = { consent: "read-only" };
  let after = before;
  if (run.asks) {
    const asked = add(after, { kind: "approval.asked", by: "p0" }, { command: run.command, reason: run.reason });
    const { answer, word, ms } = run.answer;
    const answered = add(ms, { kind: "approval.answered", asked, by: "p1", answer }, word === undefined ? {} : { word });
    if (answer !== "approved") return undefined;
    consent = { consent: "answered", answered };
    after = 300;
  }
  const { command } = run;
  const seq = add(after, { kind: "command", by: "p0", shell: session.machine.shell, ...consent }, { command, directory });
  for (const [stream, text] of [
    ["stdout", run.out],
    ["stderr", run.err],
  ] as const) {
    if (text === "") continue;
    const newline = text.endsWith("\n");
    add(run.ms / 2, { kind: "output", command: seq, stream, newline }, { output: newline ? text.slice(0, -1) : text });
  }
  const raw = [run.out, run.err].map((text) => `${createHash("sha256").update(text).digest("hex")} ${Buffer.byteLength(text)}`);
  const cut = { stdout: 0, stderr: 0 };
  add(100, { kind: "finished", command: seq, exit: run.exit, end: run.end, duration: run.ms, cut }, { raw: raw.join("\n") });
  return seq;
}

/** Lines that hold something sensitive, with only that part masked. */
function hidden(text: Record<string, string>, sensitive: readonly Sensitive[]): NonNullable<SampleEntry["hide"]> {
  const found = Object.entries(text).map(([field, value]) => {
    const lines = value.split("\n").flatMap((line, i) => {
      const here = sensitive.filter((one) => line.includes(one.text));
      const [first] = here;
      if (first === undefined) return [];
      return [
        {
          line: i,
          reason: first.reason,
          shown: here.reduce((rest, one) => rest.replaceAll(one.text, "\u2022\u2022\u2022\u2022\u2022"), line),
        },
      ];
    });
    return [field, lines] as const;
  });
  return Object.fromEntries(found.filter(([, lines]) => lines.length > 0));
}
