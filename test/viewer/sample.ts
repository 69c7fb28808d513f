import type { Handoff } from "../../record/handoff.ts";
import type { CertificatePage, Counts, SessionEntry } from "../../viewer/page.ts";
import { handoffOf, idOf, Recording } from "./record.ts";

export interface SamplePackage {
  handoff: Handoff;
  counts: Counts;
  entries: ReadonlyMap<string, readonly SessionEntry[]>;
}

const EVENTS = Array.from({ length: 60 }, (_, i) => {
  const id = i % 3 === 0 ? "7031 Error  " : "7036 Warning";
  return `2026-03-09 0${7 + (i % 3)}:${String((i * 7) % 60).padStart(2, "0")}:12  ${id}  The Print Spooler service ${i % 3 === 0 ? "terminated unexpectedly. It has done this 3 time(s)." : "entered the stopped state."}`;
}).join("\n");

const PROCESSES = Array.from(
  { length: 24 },
  (_, i) =>
    `${1000 + i * 36}\t${["svchost.exe", "spoolsv.exe", "lsass.exe", "explorer.exe"][i % 4]}\t${(i * 7.3).toFixed(1)} MB\tSYSTEM`,
).join("\n");

function spooler(): Recording {
  const r = new Recording(1, "2026-03-09T08:02:11.000Z");
  r.add(
    0,
    "opened",
    { format: "caisey-session/1", session: r.id, group: idOf("grp", 1), endpoint: idOf("end", 1), endpointKey: "k", mode: "live" },
    { subject: "Print spooler stops, third time", organization: "Northwind IT", client: "Acme Accounting", endpoint: "ACME-SRV01" },
  );
  r.add(900, "joined", { participant: "p0", role: "technician" }, { name: "Dana Reyes" });
  r.add(300, "joined", { participant: "p1", role: "person" }, { name: "Kim Lee" });
  r.add(
    200,
    "context",
    { part: "os", columns: ["name", "value"], status: "ok" },
    { value: "system\tMicrosoft Windows Server 2019 Standard\nbuild\t10.0.17763.5458\nuptime\t12 days" },
  );
  r.add(200, "context", { part: "processes", columns: ["pid", "name", "memory", "user"], status: "ok" }, { value: PROCESSES });
  r.add(
    200,
    "context",
    { part: "updates", columns: [], status: "failed" },
    { value: "Get-HotFix: the RPC server is unavailable (0x800706BA)" },
  );
  r.add(
    4000,
    "chat",
    { by: "p1" },
    { message: "Nobody in the office can print since this morning. The payroll run is at noon.\nIt is the same as last month 😕" },
  );
  r.add(
    21000,
    "chat",
    { by: "p0" },
    { message: "I'll look at the spooler first. You may see a question on your screen in a minute." },
  );
  r.run(
    9000,
    "Get-Service Spooler | Format-List Name, Status, StartType",
    "\nName      : Spooler\nStatus    : \u001b[31;1mStopped\u001b[0m\nStartType : \u001b[32mAutomatic\u001b[0m\n",
  );
  r.run(
    15000,
    "Get-WinEvent -LogName System -MaxEvents 60 |\n  Where-Object ProviderName -eq 'Service Control Manager' |\n  Format-Table -AutoSize",
    EVENTS,
  );
  const asked = r.add(
    30000,
    "approval.asked",
    { by: "p0" },
    {
      command:
        "Stop-Service Spooler -Force\nRemove-Item C:\\Windows\\System32\\spool\\PRINTERS\\* -Recurse\nRemove-Item C:\\Windows\\System32\\spool\\drivers\\x64\\3\\*.tmp\nStart-Service Spooler",
      reason: "Empty the queue and the driver cache. Documents that wait for printing are lost.",
    },
  );
  const answered = r.add(12000, "approval.answered", { asked, by: "p1", answer: "approved" }, { word: "ok, I told everybody" });
  const fix = r.add(
    800,
    "command",
    { by: "p0", shell: "powershell", consent: "answered", answered },
    {
      command:
        "Stop-Service Spooler -Force\nRemove-Item C:\\Windows\\System32\\spool\\PRINTERS\\* -Recurse\nRemove-Item C:\\Windows\\System32\\spool\\drivers\\x64\\3\\*.tmp\nStart-Service Spooler",
      directory: "C:\\Windows\\system32",
    },
  );
  r.add(
    500,
    "output",
    { command: fix, stream: "stderr", newline: true, replaced: 2 },
    {
      output: "Remove-Item : Cannot find path 'C:\\Windows\\System32\\spool\\drivers\\x64\\3\\*.tmp' because it does not exist.\r",
    },
  );
  r.add(300, "chat", { by: "p1" }, { message: "My test page came out \u202Egnp.tnirp\u202C!" });
  r.add(
    900,
    "finished",
    { command: fix, exit: 1, end: "exited", duration: 2211, cut: { stdout: 0, stderr: 0 } },
    { raw: `${"0".repeat(64)} 0\n${"a".repeat(64)} 104` },
  );
  const second = r.add(
    15000,
    "approval.asked",
    { by: "p0" },
    { command: "net user svc-print Winter2026! /add", reason: "Service account for the new queue" },
    { command: [{ line: 0, reason: "credential", shown: "net user svc-print ******** /add" }] },
  );
  r.add(40000, "approval.answered", { asked: second, by: "p1", answer: "denied" }, { word: "not without Robin" });
  const who = r.add(
    20000,
    "command",
    { by: "p0", shell: "powershell", consent: "read-only" },
    { command: "Get-ADUser -Filter * -Properties mail | Select Name, mail", directory: "C:\\Users\\dana" },
  );
  r.printed(who, "Kim Lee       kim.lee@acme.example\nRobin Okafor  robin@acme.example\nsvc-backup    -", 0, [
    { line: 0, reason: "personal-data" },
    { line: 1, reason: "personal-data", shown: "Person A      ******@acme.example" },
  ]);
  r.add(
    7000,
    "gap",
    { from: "2026-03-09T08:08:00.000Z", to: "2026-03-09T08:09:30.000Z", cause: "agent-offline" },
    { detail: "Wi-Fi of the server room" },
  );
  const long = r.add(
    1000,
    "command",
    { by: "p0", shell: "powershell", consent: "read-only" },
    { command: "Get-Content C:\\Windows\\Logs\\CBS\\CBS.log -Tail 4" },
  );
  r.add(
    500,
    "output",
    { command: long, stream: "stdout", newline: false },
    {
      output:
        "2016-09-28 04:30:31, Info  CBS  Loaded Servicing Stack v6.1.7601.23505 KB5034441 <script>alert('x')</script> & \"quotes\"\n\ttabbed\tcolumns\n\u001b]0;title\u0007after an OSC, \u001b[2Kafter an erase, zero\u200bwidth, soft\u00adhyphen, nbsp\u00a0here",
    },
  );
  r.add(
    200,
    "finished",
    {
      command: long,
      exit: null,
      end: "time-limit",
      duration: 600_000,
      cut: { stdout: 1_914_240, stderr: 0 },
    },
    { raw: `${"b".repeat(64)} 12400000\n${"0".repeat(64)} 0` },
  );
  r.add(
    60000,
    "note",
    { by: "p0", about: fix },
    {
      note: "The driver cache holds a damaged file (HP Universal 7.0.1). It comes back with each redeployment.\nReplace the package on the deployment share.",
    },
  );
  r.add(
    20000,
    "closed",
    { by: "p0", outcome: "resolved" },
    {
      summary: "Spooler runs; damaged driver file removed from the cache and from the deployment share.",
      todo: "Check on Monday that event 7031 has not come back\nAsk Robin about the service account",
    },
  );
  return r;
}

function short(number: number, opened: string, subject: string, outcome: string, imported = false): Recording {
  const r = new Recording(number, opened, imported);
  r.add(
    0,
    "opened",
    {
      format: "caisey-session/1",
      session: r.id,
      group: idOf("grp", 1),
      endpoint: idOf("end", 1 + (number % 4)),
      endpointKey: "k",
      mode: imported ? "imported" : "live",
    },
    {
      subject,
      organization: "Northwind IT",
      client: "Acme Accounting",
      endpoint: "x",
      ...(imported ? { source: "TeamLog export of 20 Nov 2026, case 1182" } : {}),
    },
  );
  r.add(900, "joined", { participant: "p0", role: "technician" }, { name: "Dana Reyes" });
  r.run(9000, "Get-Date", opened);
  r.add(900, "closed", { by: "p0", outcome }, { summary: `${subject}: looked at.` });
  return r;
}

/** A package that has one of everything that pages show; for screenshots and tests of whole pages. */
export function samplePackage(): SamplePackage {
  const first = spooler();
  const rest = [
    short(2, "2026-01-14T10:00:00.000Z", "Print spooler stops", "workaround"),
    short(3, "2026-02-11T14:30:00.000Z", "Print spooler stops again", "workaround"),
    short(4, "2025-12-18T09:00:00.000Z", "SQL Server database AcmeBooks marked suspect", "resolved", true),
    short(5, "2026-05-04T07:45:00.000Z", "Outlook asks for the password again and again", "resolved"),
    short(6, "2026-06-22T13:10:00.000Z", "VPN drops every hour from the branch office in Lyon", "unresolved"),
    short(7, "2026-08-03T08:20:00.000Z", "Quarterly check of backups", "informational"),
    short(8, "2026-10-12T16:05:00.000Z", "KB5034441 fails with 0x80070643", "workaround"),
  ];
  const print = ["printing", "spooler"];
  const sessions = [
    first.stated({
      title: "Print spooler stops, third time",
      endpoint: idOf("end", 1),
      leaf: 9,
      tags: print,
      note: "The spooler stopped for the third time in three months. A damaged driver file in the cache crashed it.\n\nIt was removed from the server **and** from the deployment share, so that it does not come back.",
      todo: ["Check on Monday that event 7031 has not come back", "Ask Robin Okafor about the service account for the new queue"],
    }),
    ...rest.map((r, i) => {
      const subject = r.entries[0]?.text.subject;
      const title = subject !== undefined && "lines" in subject ? (subject.lines[0] ?? "") : "";
      return r.stated({
        title,
        endpoint: idOf("end", 1 + ((i + 2) % 4)),
        leaf: i + 10,
        tags: i < 2 ? print : i === 6 ? ["updates"] : [],
        todo: i === 4 ? ["Provider has an open ticket (FR-20931); ask for the line test"] : [],
      });
    }),
  ];
  const letter =
    "Dear colleagues,\n\nthis is everything we recorded for Acme Accounting in the last twelve months. Fifty people, one office and a branch in Lyon; the file and print server is the weak spot, the SQL Server is fine since December.\n\nPlease start with the VPN: it is not solved, and the provider waits for an answer.\n\nKind regards\nDana Reyes, Northwind IT";
  const handoff = handoffOf(sessions, {
    letter,
    log: {
      size: 19,
      omitted: [0, 1, 2, 3, 4, 5, 6, 7, 8, 17, 18].map((leaf) => ({
        leaf,
        reason: leaf < 7 ? "outside-period" : leaf < 9 ? "privileged" : "not-selected",
      })),
    },
  });
  return {
    handoff,
    counts: { hidden: { credential: 1, "personal-data": 2, other: 1 }, gaps: 1, refused: 1, cut: 1_914_240, witnessed: 7 },
    entries: new Map([first, ...rest].map((r) => [r.id, r.entries])),
  };
}

/** The draft certification of a package, with roots and cosignatures made up. */
export function certificateOf({ handoff, counts, entries }: SamplePackage): CertificatePage {
  const sum = (of: "entries" | "commands" | "approvals" | "redactedLines") =>
    handoff.sessions.reduce((total, session) => total + session[of], 0);
  const imported = handoff.sessions.filter(({ mode }) => mode === "imported").length;
  return {
    page: "certificate",
    handoff,
    counts,
    totals: {
      live: handoff.sessions.length - imported,
      imported,
      machines: handoff.endpoints.length,
      entries: sum("entries"),
      commands: sum("commands"),
      approvals: sum("approvals"),
      hiddenLines: sum("redactedLines"),
    },
    sessions: handoff.sessions.map(({ session, mode, closed }, i) => ({
      session,
      root: String(i + 1).padStart(64, "0"),
      stored: { first: entries.get(session)?.[0]?.entry.at ?? closed, last: entries.get(session)?.at(-1)?.entry.at ?? closed },
      witnessed: mode === "imported" ? null : closed,
    })),
    log: { root: "c".repeat(64), stamped: true },
  };
}
