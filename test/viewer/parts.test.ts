import { describe, expect, test } from "vitest";
import type { HandoffSession } from "../../record/handoff.ts";
import { recurringIn } from "../../viewer/machine.ts";
import { approvalRowHtml } from "../../viewer/parts/approval-row.ts";
import { changeRowHtml } from "../../viewer/parts/change-row.ts";
import { ledgerHtml } from "../../viewer/parts/ledger.ts";
import { historyHtml, lastSeenHtml, problemsHtml } from "../../viewer/parts/machine.ts";
import { recurrenceHtml } from "../../viewer/parts/recurring.ts";
import { sessionHeadHtml } from "../../viewer/parts/session-head.ts";
import { sessionRowsHtml } from "../../viewer/parts/session-rows.ts";
import type { ApprovalRow, ChangeRow, Excerpt, MachineChange, MachinePart, Recurrence } from "../../viewer/survey/rows.ts";
import { hostileLines } from "./hostile.ts";
import { readStrict } from "./html.ts";
import { handoffOf, idOf } from "./record.ts";

type Answered = NonNullable<ApprovalRow["answered"]>;

const [FIRST, SECOND, THIRD] = [idOf("ses", 1), idOf("ses", 2), idOf("ses", 3)];
const AT = "2026-01-10T08:00:01.000Z";

function session(number: number, more: Partial<HandoffSession> = {}): HandoffSession {
  const facts = { mode: "live", outcome: "resolved", opened: `2026-0${number}-10T08:00:00.000Z`, commands: 1, approvals: 0 };
  const typed = { title: `Title ${number}`, tags: [], note: "", todo: [] };
  return {
    session: idOf("ses", number),
    endpoint: idOf("end", 1),
    redactedLines: 0,
    ...facts,
    ...typed,
    ...more,
  } as HandoffSession;
}

const excerpt = (text: string): Excerpt => ({ lines: [{ text }, { text, hidden: "other" }], more: 2 });
const link = (seq: number) => ({ cite: `ACME-00000${seq}`, href: `sessions/${FIRST}.html#e${seq}` });

function answered(text: string, answer: Answered["answer"], more: Partial<Answered> = {}): Answered {
  return { entry: link(2), answer, by: text, after: 12_000, word: excerpt(text), ...more };
}

function approval(text: string, more: Partial<ApprovalRow> = {}): ApprovalRow {
  return { at: AT, asked: link(1), by: text, command: excerpt(text), reason: null, answered: null, ran: null, ...more };
}

function change(text: string, more: Partial<ChangeRow> = {}): ChangeRow {
  const allowed = { entry: link(2), answer: "approved", by: text } as const;
  return { at: AT, entry: link(3), by: text, command: excerpt(text), allowed, end: "exited", exit: 0, ...more };
}

function difference(text: string, more: Partial<MachineChange> = {}): MachineChange {
  const lists = { added: [text], removed: [text], changed: [{ name: text, before: text, after: text }], more: 0 };
  return { session: SECOND, since: FIRST, part: "software", href: link(4).href, ...lists, ...more };
}

function part(text: string, more = 0): MachinePart {
  const rows = [[text], [text, "running", "beyond"]];
  return { part: "services", session: FIRST, href: link(5).href, columns: [text, "state"], rows, more };
}

function recurrence(text: string, sessions: readonly string[], terms = 1): Recurrence {
  const places = sessions.map((one) => ({ session: one, href: `sessions/${one}.html#e6` }));
  const term = { kind: "message", name: text, count: 1234, last: { session: FIRST, href: link(6).href } } as const;
  const countIn = (own: ReadonlySet<string>) => sessions.filter((one) => own.has(one)).length;
  return { sessions: sessions.length, places, terms: Array.from({ length: terms }, () => term), countIn };
}

/** Every part, each text of which is `text`. */
function everyPart(text: string): string {
  const said = { title: text, tags: [text, text], note: text, todo: [text] };
  const typed: Partial<HandoffSession> = { ...said, mode: "imported", approvals: 1, redactedLines: 1 };
  const sessions = [session(1, typed), session(2, { ...typed, outcome: "unresolved" })];
  const made = handoffOf(sessions);
  const handoff = { ...made, endpoints: made.endpoints.map((one) => ({ ...one, name: text })) };
  const ran = { entry: link(3), end: "exited", exit: 1 } as const;
  const approvals = [approval(text), approval(text, { reason: excerpt(text), answered: answered(text, "approved"), ran })];
  const closings = { [FIRST]: excerpt(text) };
  return [
    ledgerHtml(handoff, [{ session: FIRST, rows: approvals }], approvalRowHtml),
    ledgerHtml(handoff, [{ session: SECOND, rows: [change(text)] }], changeRowHtml),
    sessionRowsHtml(handoff, sessions),
    recurrenceHtml(handoff, recurrence(text, [FIRST, SECOND], 14), closings, { root: "../", heading: "h3" }),
    problemsHtml(sessions, closings),
    historyHtml(handoff, sessions.toReversed(), [difference(text, { more: 3 })]),
    lastSeenHtml(handoff, part(text, 4)),
  ].join("");
}

/** What is read, its white space as one space. */
function textOf(html: string): string {
  return readStrict(html).text.replace(/\s+/g, " ").trim();
}

describe("parts of pages about all sessions", () => {
  test("let no text become markup, wherever it stands", () => {
    const known = new Set([...readStrict(everyPart("\u0007\u00a0")).names]);
    const texts = hostileLines().map((line) => line.toWellFormed());
    for (const text of [texts.join(" "), texts.join("\n"), ...texts.slice(0, 60)]) {
      const { ids, links, names } = readStrict(everyPart(text));
      // What a text may become: the marks of characters, and the colours of a command.
      expect([...names].filter((name) => !known.has(name))).toEqual([]);
      expect(links.filter((one) => !/^(\.\.\/)?(sessions|machines)\/(ses|end)_\d{16}\.html(#e\d)?$/.test(one))).toEqual([]);
      expect(ids).toEqual([FIRST, SECOND]);
    }
  });

  test("show every text as it is", () => {
    const count = (text: string) => readStrict(everyPart(text)).text.split(text).length - 1;
    expect(count("<b>&amp;'\"`$&")).toBe(count("plain"));
  });

  test("let no number or address of an entry become markup either", () => {
    const odd = { cite: "<i>&", href: "\"'><i>" };
    const ran = { entry: odd, end: "exited", exit: 0 } as const;
    const approved = answered("", "approved", { entry: odd });
    const allowed = { entry: odd, answer: "approved", by: null } as const;
    for (const html of [
      approvalRowHtml(approval("", { at: '"><i>', asked: odd, answered: approved, ran })),
      changeRowHtml(change("", { ...ran, at: '"><i>', allowed })),
    ]) {
      const { links, names, text } = readStrict(html);
      expect(new Set(links)).toEqual(new Set([odd.href]));
      expect(names).not.toContain("i");
      expect(text).toContain(odd.cite);
    }
  });

  test("a session's heading says that it was imported, and what else there is to say", () => {
    const handoff = handoffOf([session(1), session(2, { mode: "imported" })]);
    expect(textOf(sessionHeadHtml(handoff, FIRST))).toBe("Title 1 10 Jan 2026 ACME-SRV01 Resolved");
    expect(textOf(sessionHeadHtml(handoff, SECOND, "<b>said</b>"))).toBe("Title 2 10 Feb 2026 ACME-SRV01 Resolved imported said");
    expect(() => sessionHeadHtml(handoff, THIRD)).toThrow(TypeError);
  });

  test("a session's row counts only what there is", () => {
    const sessions = [
      session(1),
      session(2, { commands: 1234, approvals: 2, redactedLines: 1, mode: "imported", tags: ["a", "b"] }),
    ];
    expect(textOf(sessionRowsHtml(handoffOf(sessions), sessions))).toBe(
      "10 Jan 2026 Title 1 ACME-SRV01 1 command Resolved " +
        "10 Feb 2026 Title 2 ACME-SRV01 1,234 commands 2 approvals 1 hidden line imported ab Resolved",
    );
  });
});

describe("the row of an approval", () => {
  const ran = (end: NonNullable<ApprovalRow["ran"]>["end"], exit: number | null) => ({ entry: link(3), end, exit });
  const yes = answered("Kim", "approved", { word: null });

  test.each<[string, string, Partial<ApprovalRow>]>([
    ["none", "No answer is in the record.", {}],
    ["none", "No answer is in the record. Ran as ACME-000003, exit code 0", { ran: ran("exited", 0) }],
    ["no", "Denied by Kim ACME-000002, 12 s later", { answered: answered("Kim", "denied", { word: null }) }],
    ["no", "Not answered in time ACME-000002, 12 s later", { answered: answered("", "expired", { by: null, word: null }) }],
    ["yes", "Approved by Kim ACME-000002, 12 s later No command was started on it.", { answered: yes }],
    ["yes", "Allowed by standing consent", { answered: answered("", "standing", { by: null, word: null }), ran: ran("exited", 3) }],
    ["yes", "12 s later Ran as ACME-000003, exit code 3", { answered: yes, ran: ran("exited", 3) }],
    ["yes", "12 s later Ran as ACME-000003, exit code none", { answered: yes, ran: ran("exited", null) }],
    ["yes", "12 s later Ran as ACME-000003; lost sight of", { answered: yes, ran: ran("lost", null) }],
    ["yes", "12 s later Ran as ACME-000003; how it ended is not in the record", { answered: yes, ran: ran(null, null) }],
  ])("is one of %j: %s", (name, said, more) => {
    const html = approvalRowHtml(approval("Dana", more));
    expect(html).toMatch(new RegExp(`^<li class="${name}">`));
    expect(textOf(html)).toContain(said);
  });

  test("holds the command, the reason and the word of the answer, also where a line is hidden", () => {
    const words = { reason: excerpt("why"), answered: answered("Kim", "denied", { word: excerpt("not now") }) };
    expect(textOf(approvalRowHtml(approval("Dana", words)))).toBe(
      "ACME-000001 08:00:01 Dana Hidden other reason Dana 2 more lines Asked by Dana: why Hidden other reason why \u2026 " +
        "Denied by Kim not now Hidden other reason not now \u2026 ACME-000002, 12 s later",
    );
    expect(textOf(approvalRowHtml(approval("Dana", { command: { lines: [], more: 0 } })))).toBe(
      "ACME-000001 08:00:01 Asked by Dana No answer is in the record.",
    );
  });
});

test.each<[string, string, Partial<ChangeRow>]>([
  ["yes", "exit code 0 Started by Kim; approved by Kim", {}],
  ["no", "exit code 2 Started by Kim; approved by Kim", { exit: 2 }],
  ["no", "exit code none Started by Kim; approved by Kim", { exit: null }],
  ["no", "stopped at the time limit Started by Kim; approved by Kim", { end: "time-limit", exit: null }],
  ["none", "how it ended is not in the record Started by Kim", { end: null, exit: null, allowed: null }],
  ["yes", "exit code 0 Started by Kim; allowed by standing consent", { allowed: { entry: link(2), answer: "standing", by: null } }],
])("the row of a change is one of %j: %s", (name, said, more) => {
  const html = changeRowHtml(change("Kim", more));
  expect(html).toMatch(new RegExp(`^<li class="${name}">`));
  expect(textOf(html)).toBe(`ACME-000003 08:00:01 Kim Hidden other reason Kim 2 more lines ${said}`);
});

describe("what recurs", () => {
  const ended = (outcomes: HandoffSession["outcome"][], closings = {}) => {
    const handoff = handoffOf(outcomes.map((outcome, i) => session(i + 1, { outcome })));
    const found = recurrence("spooler", [THIRD, FIRST, SECOND]);
    return textOf(recurrenceHtml(handoff, found, closings, { root: "", heading: "h2" }))
      .split(/Title \d ACME-SRV01 \w+ /)
      .at(-1);
  };
  const words = { [SECOND]: excerpt("x"), [FIRST]: { lines: [{ text: "a new driver" }], more: 0 } };

  test("says what ended it, in the order of time", () => {
    expect(ended(["unresolved", "informational", "unresolved"])).toBe("Nothing ended it: no session with it was resolved.");
    expect(ended(["resolved", "informational", "informational"], words)).toBe(
      "What ended it: a new driver After that it is only mentioned, on 10 Mar 2026.",
    );
    expect(ended(["unresolved", "resolved", "workaround"], words)).toBe(
      "What helped in the end: the record has no summary of that. It does not come up again after 10 Mar 2026.",
    );
    expect(ended(["resolved", "informational", "unresolved"], words)).toBe(
      "It came back after 10 Jan 2026, when this helped: a new driver",
    );
    expect(ended(["resolved", "informational", "unresolved"])).toBe("It came back after 10 Jan 2026");
  });

  test("on some sessions is what comes up in two of them, the first of it", () => {
    const sessions = [session(1), session(2)];
    const all = [[FIRST, THIRD], [FIRST, SECOND], [SECOND], [SECOND, FIRST, THIRD], [FIRST, SECOND, THIRD]].map((of) =>
      recurrence("", of),
    );
    expect(recurringIn(all, sessions, 9)).toEqual([all[1], all[3], all[4]]);
    expect(recurringIn(all, sessions, 2)).toEqual([all[1], all[3]]);
  });
});

describe("a machine's lists", () => {
  test("say of a problem what its last words were, or else the first line of the note", () => {
    const sessions = [session(1, { note: "\n the note\nmore" }), session(2, { note: "not this", todo: ["call"] }), session(3)];
    expect(textOf(problemsHtml(sessions, { [SECOND]: { lines: [{ text: "the end" }], more: 0 } }))).toBe(
      "Title 1 10 Jan 2026 Resolved the note Title 2 10 Feb 2026 Resolved the end call Title 3 10 Mar 2026 Resolved",
    );
  });

  test("say what changed in each session, and why nothing is said of the first", () => {
    const sessions = [session(3), session(2), session(1)];
    const changes = [difference("a"), difference("b", { part: "os", added: [], removed: [], more: 1234 })];
    expect(textOf(historyHtml(handoffOf(sessions), sessions, changes))).toBe(
      "10 Mar 2026 Title 3 No difference seen. " +
        "10 Feb 2026 Title 2 Installed software since 10 Jan 2026 new: a gone: a a: a a " +
        "Operating system since 10 Jan 2026 b: b b and 1,234 more " +
        "10 Jan 2026 Title 1 The first session on this machine in the package: there is nothing before it to compare with.",
    );
  });

  test("show a part as it was last seen with a cell for each column", () => {
    const handoff = handoffOf([session(1)]);
    const html = lastSeenHtml(handoff, part("name"));
    expect(textOf(html)).toMatch(/^Services 2 rows, 10 Jan 2026 .* in its session$/);
    expect(html).toContain("<tbody><tr><td>name</td><td></td></tr><tr><td>name</td><td>running</td></tr></tbody>");
    expect(textOf(lastSeenHtml(handoff, part("name", 1000)))).toMatch(/^Services 1,002 rows, .* and 1,000 more; in its session$/);
  });
});
