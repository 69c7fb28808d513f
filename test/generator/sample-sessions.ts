import { SESSION_FORMAT } from "../../record/entry.ts";
import type { SampleEntry, SampleSession } from "./sample-source.ts";

const HASH = "0".repeat(64);

const opened = (subject: string): SampleEntry => ({
  fields: { kind: "opened", format: SESSION_FORMAT, mode: "live" },
  text: { subject, organization: "Northwind IT", client: "Acme Accounting", endpoint: "ACME-WS014" },
});
const joined = (participant: string, role: string, name: string): SampleEntry => ({
  fields: { kind: "joined", participant, role },
  text: { name },
});

/** A short session with an approval, a redacted password, and texts that spreadsheets and markup would trip over. */
const printing: SampleSession = {
  title: '=HYPERLINK("http://evil.example","Printing stopped")',
  note: "Cleared the queue.\n- driver replaced",
  todo: ["Order toner; ask Kim"],
  tags: ["printing", "recurs"],
  endpoint: 14,
  entries: [
    opened("Printing stopped"),
    joined("p0", "technician", 'Dana "D" Reyes'),
    joined("p1", "person", "@Kim Lee"),
    {
      fields: { kind: "context", part: "os", columns: ["name", "value"], status: "ok" },
      text: { value: "os\tWindows 11\nbuild\t26100" },
    },
    {
      fields: { kind: "approval.asked", by: "p0" },
      text: { command: "net user kim Hunter2! /add\nRestart-Service Spooler", reason: "+ the queue hangs" },
      hide: { command: [{ line: 0, reason: "credential", shown: "net user kim ******** /add" }] },
    },
    { fields: { kind: "approval.answered", asked: 4, by: "p1", answer: "approved" }, text: { word: "-go on" } },
    {
      fields: { kind: "command", by: "p0", shell: "powershell", consent: "answered", answered: 5 },
      text: { command: "net user kim Hunter2! /add\nRestart-Service Spooler", directory: "C:\\Users\\kim" },
      hide: { command: [{ line: 0, reason: "credential", shown: "net user kim ******** /add" }] },
    },
    {
      fields: { kind: "output", command: 6, stream: "stdout", newline: true },
      text: {
        output: "The command completed successfully.\n\u001b[31mEvent 7031\u001b[0m <script>alert(1)</script>\nümläut \u{1f5a8}",
      },
      hide: { output: [{ line: 0, reason: "other" }] },
    },
    {
      fields: {
        kind: "finished",
        command: 6,
        exit: -1073741819,
        end: "exited",
        duration: 1234,
        cut: { stdout: 0, stderr: 0 },
      },
      text: { raw: `${HASH} 90\n${HASH} 0` },
    },
    { fields: { kind: "chat", by: "p1" }, text: { message: "thanks" } },
    { fields: { kind: "closed", by: "p0", outcome: "resolved" }, text: { summary: "done" } },
  ],
};

const quiet: SampleSession = {
  title: "Nothing to do",
  endpoint: 2,
  entries: [opened("Check"), { fields: { kind: "closed", outcome: "resolved" } }],
};

export const SAMPLE_SESSIONS: readonly SampleSession[] = [printing, quiet];
