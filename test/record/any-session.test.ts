import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nodeHashes } from "../../generator/verify/hashes.ts";
import { fromUtf8, toHex, utf8 } from "../../record/bytes.ts";
import { sessionPath } from "../../record/path.ts";
import { encodeRaw } from "../../record/raw-output.ts";
import type { SessionRedaction } from "../../record/session-redaction.ts";
import { parseSessionText } from "../../record/session-text.ts";
import { hiddenReason, lineSalts, splitLines, visibleLines } from "../../record/text.ts";
import { verifyRecords } from "../../record/verify-records.ts";
import { anyLine } from "./arbitraries.ts";
import { seedOf } from "./keys.ts";
import { runs } from "./runs.ts";
import {
  ENDPOINTS,
  LIVE,
  ORGANIZATION,
  type RecordedSession,
  recordSession,
  type SampleEntry,
  type SampleSession,
  SESSIONS,
} from "./sample.ts";

const ID = SESSIONS[0];
const TRUSTED = [{ principal: "org", publicKey: ORGANIZATION.key.publicKey }];
const anyWords = fc.array(anyLine, { minLength: 1, maxLength: 4 }).map((lines) => lines.join("\n"));
const sha256 = (content: string) => createHash("sha256").update(content).digest();

/** A few entries of one act, the first being number `at`. */
type Act = (at: number) => SampleEntry[];

const run = fc.tuple(anyWords, anyWords, anyWords, fc.boolean(), fc.boolean()).map(
  ([command, stdout, stderr, asks, isSplit]): Act =>
    (at) => {
      const asked: SampleEntry[] = asks
        ? [
            { fields: { kind: "approval.asked", by: "p0" }, text: { command, reason: stderr } },
            { fields: { kind: "approval.answered", asked: at, by: "p1", answer: "approved" }, text: { word: stdout } },
          ]
        : [];
      const own = at + asked.length;
      const consent = asks ? { consent: "answered", answered: at + 1 } : { consent: "read-only" };
      const piece = (stream: string, output: string): SampleEntry => ({
        fields: { kind: "output", command: own, stream, newline: true },
        text: { output },
      });
      const pieces = isSplit
        ? [piece("stdout", stdout), piece("stderr", stderr), piece("stdout", stdout)]
        : [piece("stderr", stderr)];
      const whole = isSplit ? `${stdout}\n${stdout}\n` : "";
      const of = (content: string) => ({ sha256: sha256(content), bytes: Buffer.byteLength(content) });
      return [
        ...asked,
        { fields: { kind: "command", by: "p0", shell: "bash", ...consent }, text: { command, directory: stderr } },
        ...pieces,
        {
          fields: { kind: "finished", command: own, exit: 0, end: "exited", duration: 1, cut: { stdout: 0, stderr: 0 } },
          text: { raw: encodeRaw(of(whole), of(`${stderr}\n`)) },
        },
      ];
    },
);
const said = fc.tuple(fc.constantFrom("p0", "p1"), anyWords).map(
  ([by, message]): Act =>
    () => [{ fields: { kind: "chat", by }, text: { message } }],
);
const remark = anyWords.map(
  (note): Act =>
    (at) => [{ fields: { kind: "note", by: "p0", about: at - 1 }, text: { note } }],
);

const anySession = fc.array(fc.oneof(run, said, remark), { maxLength: 4 }).map((acts): SampleSession => {
  const entries: SampleEntry[] = [
    LIVE.entries[0] as SampleEntry,
    { fields: { kind: "joined", participant: "p0", role: "technician" }, text: { name: "Dana Reyes" } },
    { fields: { kind: "joined", participant: "p1", role: "person" }, text: { name: "Kim Lee" } },
  ];
  for (const act of acts) entries.push(...act(entries.length));
  const closed: SampleEntry = { fields: { kind: "closed", by: "p0", outcome: "resolved" }, text: { summary: "done" } };
  return { id: ID, endpoint: ENDPOINTS[0], mode: "live", witnessed: true, entries: [...entries, closed] };
});

interface Line {
  seq: number;
  field: string;
  line: number;
  content: string;
}
const linesOf = ({ entries }: SampleSession): Line[] =>
  entries.flatMap(({ text = {} }, seq) =>
    Object.entries(text).flatMap(([field, content]) =>
      splitLines(content).map((one, line) => ({ seq, field, line, content: one })),
    ),
  );

const redacted = anySession.chain((session) => {
  const hide = fc.record(
    { place: fc.constantFrom(...linesOf(session)), reason: fc.constantFrom(...hiddenReason.options), shown: anyLine },
    { requiredKeys: ["place", "reason"] },
  );
  return fc.array(hide, { maxLength: 6 }).map((all) => ({
    session,
    hide: all.map(({ place: { seq, field, line }, ...how }): SessionRedaction => ({ seq, field, line, ...how })),
  }));
});

const verified = ({ files }: RecordedSession) => {
  const piecesOf = async function* (file: "entries.jsonl" | "text.jsonl") {
    yield files.get(sessionPath(ID, file)) as Uint8Array;
  };
  const own = {
    entries: piecesOf("entries.jsonl"),
    text: piecesOf("text.jsonl"),
    checkpoint: files.get(sessionPath(ID, "checkpoint")) as Uint8Array,
  };
  return verifyRecords([{ session: ID, files: own }], { trusted: TRUSTED, hashes: nodeHashes });
};
const textsOf = ({ files }: RecordedSession) =>
  fromUtf8(files.get(sessionPath(ID, "text.jsonl")) as Uint8Array)
    .split("\n")
    .slice(0, -1)
    .map((line) => parseSessionText(utf8(line)));

describe("any session, with any of its lines hidden", () => {
  test("verifies, has the same entries and the same root, and shows all that is not hidden", async () => {
    await fc.assert(
      fc.asyncProperty(redacted, async ({ session, hide }) => {
        const open = await recordSession(session, 0);
        const less = await recordSession({ ...session, hide }, 0);
        for (const file of ["entries.jsonl", "checkpoint"] as const)
          expect(less.files.get(sessionPath(ID, file))).toEqual(open.files.get(sessionPath(ID, file)));

        const report = await verified(less);
        expect(report.findings.filter((one) => one.status === "failed")).toEqual([]);
        expect(report.verdicts).toEqual({ intact: "holds", origin: "holds", time: "holds", complete: "unknown" });

        const original = new Map(linesOf(session).map((one) => [`${one.seq} ${one.field} ${one.line}`, one.content]));
        const asked = new Set(hide.map((one) => `${one.seq} ${one.field} ${one.line}`));
        for (const { seq, field, text } of textsOf(less)) {
          for (const [line, { text: shown, hidden }] of visibleLines(text).entries()) {
            const place = `${seq} ${field} ${line}`;
            // What is hidden beyond what was asked for is a line of `raw`, for the sake of an output.
            if (hidden === undefined) expect([place, shown, asked.has(place)]).toEqual([place, original.get(place), false]);
            else expect([place, asked.has(place) || field === "raw"]).toEqual([place, true]);
            original.delete(place);
          }
        }
        expect([...original]).toEqual([]);
        expect(report.hiddenLines).toBe(report.hidden.length);
      }),
      runs(40),
    );
  });

  test("holds nothing by which a guess at a hidden line could be confirmed", async () => {
    let hidden = 0;
    await fc.assert(
      fc.asyncProperty(redacted, async ({ session, hide }) => {
        const recorded = await recordSession({ ...session, hide }, 0);
        const all = [...recorded.files.values()].map(fromUtf8).join("\n");
        const asked = new Set(hide.map((one) => `${one.seq} ${one.field} ${one.line}`));
        for (const { seq, field, line } of hide) {
          const content = session.entries[seq]?.text?.[field] as string;
          const seed = seedOf(`${ID}/${seq}/${field}`);
          const salt = lineSalts(seed, splitLines(content).length)[line] as Uint8Array;
          const own = splitLines(content)[line] as string;
          for (const secret of [seed, salt]) {
            expect(all).not.toContain(toHex(secret));
            expect(all).not.toContain(Buffer.from(secret).toString("base64"));
          }
          // What is shown in another place needs no guess, nor does nothing at all: a stream without output shows the hash of that.
          const isShown = linesOf(session).some((one) => one.content === own && !asked.has(`${one.seq} ${one.field} ${one.line}`));
          if (!isShown && own !== "")
            for (const guess of [own, `${own}\n`]) expect(all).not.toContain(sha256(guess).toString("hex"));
          hidden++;
        }
        // Nor its length: of a stream with a hidden line neither hash nor length is shown.
        for (const { seq, field } of hide) {
          const { command, stream } = (session.entries[seq] as SampleEntry).fields as { command?: number; stream?: string };
          if (field !== "output") continue;
          const end = session.entries.findIndex(({ fields }) => fields.kind === "finished" && fields.command === command);
          const raw = textsOf(recorded).find((one) => one.seq === end && one.field === "raw");
          expect(raw && visibleLines(raw.text)[stream === "stdout" ? 0 : 1]?.hidden).toBeDefined();
        }
      }),
      runs(40),
    );
    expect(hidden).toBeGreaterThan(40);
  });

  test("fails with any bit of its files flipped", async () => {
    const flip = fc.record({
      file: fc.constantFrom("entries.jsonl", "text.jsonl", "checkpoint"),
      where: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      bit: fc.nat(7),
    });
    await fc.assert(
      fc.asyncProperty(redacted, fc.array(flip, { minLength: 5, maxLength: 10 }), async ({ session, hide }, flips) => {
        const recorded = await recordSession({ ...session, hide }, 0);
        for (const { file, where, bit } of flips) {
          const path = sessionPath(ID, file as "checkpoint");
          const bytes = recorded.files.get(path) as Uint8Array;
          const at = Math.floor(where * bytes.length);
          const files = new Map(recorded.files).set(path, bytes.with(at, (bytes[at] as number) ^ (1 << bit)));
          const { verdicts } = await verified({ ...recorded, files });
          const whole = verdicts.intact === "holds" && verdicts.origin === "holds" && verdicts.time === "holds";
          // A masked rendering is asserted only: what stands in its place is covered by the package's signature alone, as is the reason.
          if (whole) expect([file, isAsserted(bytes, at)]).toEqual(["text.jsonl", true]);
        }
      }),
      runs(25),
    );
  });
});

/** Whether a place in the texts' file belongs to a masked rendering or a reason. */
function isAsserted(bytes: Uint8Array, at: number): boolean {
  const text = Buffer.from(bytes).toString("latin1");
  return [...text.matchAll(/"(?:shown|reason)":"(?:[^"\\]|\\.)*"/g)].some(
    ({ index, 0: { length } }) => index <= at && at < index + length,
  );
}
