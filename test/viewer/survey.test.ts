import { describe, expect, test } from "vitest";
import type { HandoffSession } from "../../record/handoff.ts";
import { citation, lineCitation } from "../../viewer/citation.ts";
import { incidents } from "../../viewer/incidents.ts";
import type { Page } from "../../viewer/page.ts";
import { createSurvey } from "../../viewer/survey/survey.ts";
import { partOf, splitSession } from "../../viewer/timeline/split.ts";
import { handoffOf, idOf, Recording } from "./record.ts";

const END = idOf("end", 1);
const COUNTS = { hidden: {}, gaps: 0, refused: 0, cut: 0, witnessed: 0 };

/** A session on one machine, with what a command printed and what its machine was like. */
function session(number: number, output: string, software: string, more: Partial<HandoffSession> = {}) {
  const r = new Recording(number, `2026-0${number}-10T08:00:00.000Z`);
  r.add(0, "opened", { format: "caisey-session/1", mode: "live" }, { subject: "s", organization: "o", client: "c", endpoint: "e" });
  r.add(1, "joined", { participant: "p0", role: "technician" }, { name: "Dana Reyes" });
  r.add(1, "context", { part: "software", columns: ["name", "version"], status: "ok" }, { value: software });
  r.run(1, "Get-WinEvent", output);
  r.add(1, "closed", { by: "p0", outcome: more.outcome ?? "workaround" }, { summary: `done ${number}` });
  return { r, stated: r.stated({ title: `Session ${"abc"[number]}`, endpoint: END, leaf: number, ...more }) };
}

function surveyOf(sessions: ReturnType<typeof session>[], stopAfter?: number) {
  const handoff = handoffOf(sessions.map(({ stated }) => stated));
  let survey = createSurvey(handoff);
  const pages = sessions.flatMap(({ r, stated }, i) => {
    const made = survey.addSession(stated, r.entries);
    if (i === stopAfter) survey = createSurvey(handoff, JSON.parse(JSON.stringify(survey.state())));
    return made;
  });
  return { handoff, pages: [...pages, ...survey.finish(COUNTS)] };
}

/** Pages with what is made only when it is asked for. */
function inFull(pages: readonly Page[]) {
  return pages.map((page) => {
    if (!("recurring" in page)) return page;
    const recurring = page.recurring.map(({ sessions, places, terms }) => ({
      ...{ sessions, places },
      terms: terms.map(({ kind, name, count, last }) => ({ kind, name, count, last })),
    }));
    return { ...page, recurring };
  });
}

const story = () => [
  session(1, "Event 7031: The Print Spooler service terminated (0xc0000005)", "Driver\t1.0\nOffice\t16"),
  session(2, "event id 7031 again, 0xC0000005", "Driver\t1.0\nOffice\t16"),
  session(3, "all is well", "Driver\t2.0\nTeams\t1", { outcome: "resolved" }),
];

describe("a survey", () => {
  test("finds what comes up in more than one session, however it is written", () => {
    const { pages } = surveyOf(story());
    const page = pages.find((one) => one.page === "recurring");
    if (page?.page !== "recurring") throw new Error("expected the page");
    expect(page.recurring).toHaveLength(1);
    expect(page.recurring[0]?.terms.map(({ kind, name, count }) => [kind, name, count])).toEqual([
      ["event", "7031", 2],
      ["code", "0xc0000005", 2],
    ]);
  });

  test("finds names on any line of a long output, whatever letters stand before them", () => {
    const output = (line: string) =>
      `\u0130stanbul \u0130\n\n${line}\nall is well\n\u0130: KB5034441, then systemctl  restart cups`;
    const { handoff, pages } = surveyOf([
      session(1, output("7031 Error"), "a\t1"),
      session(2, output("event id: 7031 error"), "a\t1"),
    ]);
    const page = pages.find((one) => one.page === "recurring");
    if (page?.page !== "recurring") throw new Error("expected the page");
    expect(page.recurring[0]?.terms.map(({ kind, name, count }) => [kind, name, count])).toEqual([
      ["event", "7031", 2],
      ["update", "KB5034441", 2],
      ["service", "cups", 2],
    ]);
    expect(page.recurring[0]?.places[0]?.href).toBe(`sessions/${handoff.sessions[0]?.session}.html#e4.3`);
  });

  test("tells what changed on a machine since the part was read before", () => {
    const { pages } = surveyOf(story());
    const page = pages.find((one) => one.page === "machine");
    if (page?.page !== "machine") throw new Error("expected the page");
    expect(page.machine.changes).toMatchObject([
      { session: idOf("ses", 3), since: idOf("ses", 2), part: "software", added: ["Teams, 1"], removed: ["Office, 16"] },
    ]);
    expect(page.machine.changes[0]?.changed).toEqual([{ name: "Driver", before: "1.0", after: "2.0" }]);
  });

  test("goes on from its state as if it had not been stopped", () => {
    const sessions = [
      ...story(),
      ...Array.from({ length: 30 }, (_, i) => session(2, `Event ID 7031, error ${i}`, "a\t1", { title: `${i}` })),
    ];
    const whole = inFull(surveyOf(sessions).pages);
    for (const stop of [0, 1, 2, 30]) expect(inFull(surveyOf(sessions, stop).pages)).toEqual(whole);
  });

  test("keeps a bounded amount of sessions that have nothing in common", () => {
    const sizes = [40, 80].map((count) => {
      const handoff = handoffOf([]);
      const survey = createSurvey(handoff);
      for (let i = 1; i <= count; i++) {
        const own = Array.from({ length: 150 }, (_, k) => `0x8${(i * 1000 + k).toString(16).padStart(7, "0")}`).join("\n");
        const { r, stated } = session(1, own, "a\t1");
        survey.addSession({ ...stated, session: idOf("ses", i) }, r.entries);
      }
      return JSON.stringify(survey.state()).length;
    });
    expect(sizes[1]).toBeLessThan(3_000_000);
  });
});

test("incidents are sessions with two tags in common, or titles that differ in numbers only", () => {
  const make = (number: number, title: string, tags: string[]) => session(number, "x", "a\t1", { title, tags }).stated;
  const found = incidents(
    handoffOf([
      make(1, "Printing", ["printing", "spooler"]),
      make(2, "No paper", ["spooler", "printing", "again"]),
      make(3, "Sign-in", ["again", "outlook"]),
      make(4, "Backup of 1 May failed", []),
      make(5, "Backup of 12 May failed", []),
    ]),
  );
  expect(found.map(({ tags, sessions }) => [tags, sessions.map(({ title }) => title)])).toEqual([
    [[], ["Backup of 1 May failed", "Backup of 12 May failed"]],
    [
      ["printing", "spooler"],
      ["Printing", "No paper"],
    ],
  ]);
});

test("citation numbers count entries through the sessions, under the client's name", () => {
  const { handoff } = surveyOf(story());
  expect(citation(handoff, idOf("ses", 1), 0)).toBe("ACME-000001");
  expect(citation(handoff, idOf("ses", 2), 3)).toBe(`ACME-${String((handoff.sessions[0]?.entries ?? 0) + 4).padStart(6, "0")}`);
  expect(lineCitation(handoff, idOf("ses", 1), "command", 3, "directory", 0)).toBe("ACME-000004.directory.1");
  const other = { ...handoff, client: { ...handoff.client, name: "\u00c9lan & S\u00f6hne" } };
  expect(citation(other, idOf("ses", 1), 0)).toBe("ELAN-000001");
});

test("a long session is split at entries and within long texts, and every line has one page", () => {
  const r = new Recording(1, "2026-03-09T08:00:00.000Z");
  r.run(0, "seq", Array.from({ length: 5_000 }, (_, i) => `line ${i}`).join("\n"));
  for (let i = 0; i < 900; i++) r.add(0, "chat", { by: "p0" }, { message: "one\ntwo" });
  const starts = splitSession(r.entries);
  expect(starts.length).toBeGreaterThan(4);
  expect(starts[0]).toEqual({ seq: 0, line: 0 });
  for (const [part, { seq, line }] of starts.entries()) {
    expect(partOf(starts, seq, line)).toBe(part);
    if (line > 0) expect(partOf(starts, seq, line - 1)).toBe(part - 1);
    else if (seq > 0) expect(partOf(starts, seq - 1, Number.MAX_SAFE_INTEGER)).toBe(part - 1);
  }
});
