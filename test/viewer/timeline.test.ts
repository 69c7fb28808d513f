import { describe, expect, test } from "vitest";
import type { EntryKind } from "../../record/entry.ts";
import type { HandoffSession } from "../../record/handoff.ts";
import { timelineHtml } from "../../viewer/timeline/timeline.ts";
import { HIDDEN } from "../../viewer/words.ts";
import { hostileLines } from "./hostile.ts";
import { readStrict } from "./html.ts";
import { handoffOf, idOf, Recording } from "./record.ts";

/** One entry of every kind, each text of which is `text`. */
function everyKind(text: string): Recording {
  const r = new Recording(1, "2026-03-09T08:00:00.000Z");
  const all = (...fields: string[]) => Object.fromEntries(fields.map((field) => [field, text]));
  r.add(
    0,
    "opened",
    {
      format: "caisey-session/1",
      session: r.id,
      group: idOf("grp", 1),
      endpoint: idOf("end", 1),
      endpointKey: "k",
      mode: "imported",
    },
    all("subject", "organization", "client", "endpoint", "source"),
  );
  r.add(1, "joined", { participant: "p0", role: "technician" }, all("name"));
  r.add(1, "context", { part: "os", columns: ["name", "value"], status: "ok" }, all("value"));
  r.add(1, "context", { part: "disks", columns: [], status: "failed" }, all("value"));
  const asked = r.add(1, "approval.asked", { by: "p0" }, all("command", "reason"));
  r.add(1, "approval.answered", { asked, by: "p0", answer: "approved" }, all("word"));
  const command = r.add(1, "command", { by: "p0", shell: "bash", consent: "answered", answered: 5 }, all("command", "directory"));
  r.add(1, "output", { command, stream: "stdout", newline: true }, all("output"));
  r.add(1, "chat", { by: "p0" }, all("message"));
  r.add(1, "output", { command, stream: "stderr", newline: false, replaced: 1 }, all("output"));
  r.add(
    1,
    "finished",
    { command, exit: 0, end: "exited", duration: 1, cut: { stdout: 0, stderr: 0 } },
    { raw: `${"a".repeat(64)} 1\n${"b".repeat(64)} 1` },
  );
  r.add(1, "note", { by: "p0", about: command }, all("note"));
  r.add(1, "gap", { from: "2026-03-09T08:00:00.000Z", to: "2026-03-09T08:00:01.000Z", cause: "not-recorded" }, all("detail"));
  r.add(1, "closed", { by: "p0", outcome: "resolved" }, all("summary", "todo"));
  return r;
}

/** The first page of a session's timeline, whether the session is whole or not. */
function htmlOf({ id, entries }: Recording, mode: "live" | "imported" = "live", part = 0): string {
  const session = { session: id, title: "t", mode, entries: entries.length } as HandoffSession;
  return timelineHtml({ handoff: handoffOf([session]), session, entries, digests: entries.map(() => "d".repeat(64)), part });
}

const NAMES = new Set(
  (
    "a,a href,a title,b,br,button,button type,button class,button data-digest,code,code class,dd,dd id,details,details class,details open,div,div class,div tabindex,div role,div aria-label,dl,dt," +
    "h3,h4,li,li class,li id,p,p class,pre,q,span,span class,span id,span title,span data-n,summary,table,table class,tbody,td,td class,td colspan,th,th class,th scope," +
    "thead,time,time datetime,tr,tr class,tr id,ul,ul class"
  ).split(","),
);

describe("timelineHtml", () => {
  test("lets no text of any entry become markup", () => {
    const texts = hostileLines();
    const whole = texts.join("\n").toWellFormed();
    for (const text of [whole, ...texts.slice(0, 40).map((line) => line.toWellFormed())]) {
      const { names, links } = readStrict(htmlOf(everyKind(text)));
      expect([...names].filter((name) => !NAMES.has(name))).toEqual([]);
      expect(links.filter((link) => !/^#e\d+$/.test(link))).toEqual([]);
    }
  });

  test("shows every text of every kind", () => {
    const r = everyKind("x");
    for (const [seq, { entry, text }] of r.entries.entries()) {
      for (const field of Object.keys(text)) {
        const word = `shown-${seq}-${field}`;
        const changed = new Recording(1, "2026-03-09T08:00:00.000Z");
        for (const [i, { entry: one, text: texts }] of r.entries.entries()) {
          const { kind, seq: _, at: __, seen: ___, text: ____, ...fields } = one;
          const values = Object.fromEntries(Object.keys(texts).map((name) => [name, i === seq && name === field ? word : "x"]));
          changed.add(0, kind as EntryKind, fields, values);
        }
        expect(readStrict(htmlOf(changed)).text, `${entry.kind} ${field}`).toContain(word);
      }
    }
  });

  test("gives every entry and every line one address", () => {
    const r = everyKind("one\ntwo\nthree");
    const { ids } = readStrict(htmlOf(r));
    expect(new Set(ids).size).toBe(ids.length);
    for (const { entry } of r.entries) expect(ids).toContain(`e${entry.seq}`);
    expect(ids).toEqual(expect.arrayContaining(["e7.1", "e7.3", "e4.reason.2", "e6.directory.1", "e13.todo.3", "e2.3"]));
  });

  test("says of each hidden line that it is hidden and why, and marks what stands in its place", () => {
    const r = new Recording(1, "2026-03-09T08:00:00.000Z");
    for (const reason of Object.keys(HIDDEN) as (keyof typeof HIDDEN)[]) {
      r.add(
        0,
        "chat",
        { by: "p0" },
        { message: "secret-a\nsecret-b" },
        {
          message: [
            { line: 0, reason },
            { line: 1, reason, shown: "masked <b>" },
          ],
        },
      );
    }
    const html = htmlOf(r);
    const { text } = readStrict(html);
    expect(text).not.toContain("secret");
    for (const reason of Object.values(HIDDEN)) expect(text).toContain(`Hidden ${reason} masked <b>`);
  });

  test("folds long output, and still holds all of it", () => {
    const r = new Recording(1, "2026-03-09T08:00:00.000Z");
    r.run(0, "seq 500", Array.from({ length: 500 }, (_, i) => `line ${i + 1}`).join("\n"));
    const html = htmlOf(r);
    expect(html).toContain("<summary>484 more lines</summary>");
    expect(readStrict(html).ids).toEqual(expect.arrayContaining(["e1.1", "e1.500"]));
    expect(readStrict(html).text).toContain("line 500\n");
  });

  test("shows claimed times for imported sessions and recorded ones for live sessions", () => {
    const imported = new Recording(1, "2025-01-02T03:04:05.000Z", true);
    imported.add(0, "chat", { by: "p0" }, { message: "m" });
    const show = (mode: "live" | "imported") => htmlOf(imported, mode);
    expect(show("imported")).toContain("2 Jan 2025");
    expect(show("live")).toContain("20 Nov 2026");
  });

  test("says what is cut, what could not be decoded, and how a command ended", () => {
    const r = new Recording(1, "2026-03-09T08:00:00.000Z");
    const command = r.add(0, "command", { by: "p0", shell: "bash", consent: "read-only" }, { command: "yes" });
    r.add(0, "output", { command, stream: "stdout", newline: false, replaced: 3 }, { output: "y" });
    r.add(
      0,
      "finished",
      {
        command,
        exit: null,
        end: "time-limit",
        duration: 600_000,
        cut: { stdout: 1_500_000, stderr: 0 },
      },
      { raw: `${"a".repeat(64)} 2000000\n${"b".repeat(64)} 0` },
    );
    const { text } = readStrict(htmlOf(r));
    expect(text).toContain("3 characters shown as \uFFFD");
    expect(text).toContain("stopped at the time limit, no exit code, 10 min, 2.0 MB");
    expect(text).toContain("1.5 MB at the end of the output are not in the record");
  });
});
