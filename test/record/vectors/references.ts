import { LIVE, type SampleEntry, type SampleSession, samplePackage } from "../sample.ts";
import { bare, type Draft, drafts, type Row } from "./base.ts";

const WRONG = "session/reference-wrong";
const HASH = "ab".repeat(32);

const opened = LIVE.entries[0] as SampleEntry;
const joined = (participant: string, role: string): SampleEntry => ({
  fields: { kind: "joined", participant, role },
  text: { name: "Dana Reyes" },
});
const asked = (by = "p0"): SampleEntry => ({ fields: { kind: "approval.asked", by }, text: { command: "x", reason: "y" } });
const answered = (to: number, more: object = { by: "p1", answer: "approved" }): SampleEntry => ({
  fields: { kind: "approval.answered", asked: to, ...more },
});
const command = (more: object): SampleEntry => ({
  fields: { kind: "command", by: "p0", shell: "bash", ...more },
  text: { command: "x" },
});
const allowed = (by: number) => command({ consent: "answered", answered: by });
const reading = command({ consent: "read-only" });
const output = (of: number): SampleEntry => ({
  fields: { kind: "output", command: of, stream: "stdout", newline: true },
  text: { output: "z" },
});
const finished = (of: number): SampleEntry => ({
  fields: { kind: "finished", command: of, exit: 0, end: "exited", duration: 1, cut: { stdout: 0, stderr: 0 } },
  text: { raw: `${HASH} 2\n${HASH} 0` },
});
const note = (about: number, by = "p0"): SampleEntry => ({ fields: { kind: "note", by, about }, text: { note: "n" } });
const chat = (by: string): SampleEntry => ({ fields: { kind: "chat", by }, text: { message: "m" } });

/** What every session below begins with: entries 0 to 2. */
const TECHNICIAN = joined("p0", "technician");
const PERSON = joined("p1", "person");

function session(entries: readonly SampleEntry[], end: object = { by: "p0" }): SampleSession {
  const closed: SampleEntry = { fields: { kind: "closed", outcome: "resolved", ...end } };
  return { ...LIVE, entries: [opened, TECHNICIAN, PERSON, ...entries, closed], hide: [] };
}

/** Entries that point at others, rightly and wrongly. The first of each list is entry 3. */
export function referenceVectors(): Draft[] {
  const of = (entries: readonly SampleEntry[], end?: object) => async () => bare(await samplePackage([session(entries, end)]));
  const whole = [asked(), answered(3), allowed(4), output(5), finished(5)];
  const rows: Row[] = [
    ["whole", "A question, its answer, the command, its output and end, and a note about it.", "verified", of([...whole, note(5)])],
    ["standing", "A policy answers, and nobody.", "verified", of([asked(), answered(3, { answer: "standing" }), allowed(4)])],
    ["unfinished", "A command has no end: sight was lost of it.", "verified", of([reading, output(3)])],
    [
      "two-at-once",
      "Two commands run at once.",
      "verified",
      of([reading, reading, output(3), finished(4), output(3), finished(3)]),
    ],
    ["approval-unused", "An approval is followed by no command.", "verified", of([asked(), answered(3)])],
    ["closed-by-person", "The person at the machine ends the session.", "verified", of([], { by: "p1" })],
    ["chat-by-nobody", "A message is by somebody who has not joined.", WRONG, of([chat("p2")])],
    ["chat-before-joining", "A message is by somebody who joins later.", WRONG, of([chat("p2"), joined("p2", "agent")])],
    ["note-by-nobody", "A note is by somebody who has not joined.", WRONG, of([note(0, "p9")])],
    ["closed-by-nobody", "Somebody who has not joined ends the session.", WRONG, of([], { by: "p2" })],
    ["joined-twice", "Somebody joins as one who is there.", WRONG, of([joined("p1", "person")])],
    ["asked-by-person", "The person at the machine asks.", WRONG, of([asked("p1")])],
    ["answered-by-technician", "The technician answers.", WRONG, of([asked(), answered(3, { by: "p0", answer: "approved" })])],
    ["answered-nothing", "An answer is to an entry that is no question.", WRONG, of([answered(1)])],
    ["answered-itself", "An answer is to itself.", WRONG, of([asked(), answered(4)])],
    ["answered-later", "An answer is to a question that comes later.", WRONG, of([answered(4), asked()])],
    [
      "answered-twice",
      "A question is answered twice.",
      WRONG,
      of([asked(), answered(3, { by: "p1", answer: "denied" }), answered(3)]),
    ],
    ["command-by-person", "The person at the machine runs a command.", WRONG, of([command({ by: "p1", consent: "read-only" })])],
    [
      "command-denied",
      "A command runs by an answer that denies it.",
      WRONG,
      of([asked(), answered(3, { by: "p1", answer: "denied" }), allowed(4)]),
    ],
    [
      "command-expired",
      "A command runs by an answer that nobody gave.",
      WRONG,
      of([asked(), answered(3, { answer: "expired" }), allowed(4)]),
    ],
    [
      "command-stopped",
      "A command runs although the session was stopped.",
      WRONG,
      of([asked(), answered(3, { by: "p1", answer: "stopped" }), allowed(4)]),
    ],
    ["command-by-question", "A command runs by a question.", WRONG, of([asked(), allowed(3)])],
    [
      "command-by-used-approval",
      "Two commands run by one approval.",
      WRONG,
      of([asked(), answered(3), allowed(4), finished(5), allowed(4)]),
    ],
    ["command-without-answer", "A command that needs an answer names none.", WRONG, of([command({ consent: "answered" })])],
    [
      "command-read-only-answered",
      "A command that needs no answer names one.",
      WRONG,
      of([asked(), answered(3), command({ consent: "read-only", answered: 4 })]),
    ],
    ["output-of-nothing", "Output is of an entry that is no command.", WRONG, of([output(2)])],
    ["output-late", "Output comes after the end of its command.", WRONG, of([reading, finished(3), output(3)])],
    ["finished-nothing", "An entry that is no command ends.", WRONG, of([finished(1)])],
    ["finished-twice", "A command ends twice.", WRONG, of([reading, finished(3), finished(3)])],
    ["finished-beyond", "A command ends that there is not.", WRONG, of([finished(99)])],
    ["note-about-itself", "A note is about itself.", WRONG, of([note(3)])],
    ["note-about-later", "A note is about an entry that comes later.", WRONG, of([note(4)])],
  ];
  return drafts("reference", rows);
}
