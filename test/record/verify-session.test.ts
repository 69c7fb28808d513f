import { beforeAll, describe, expect, test } from "vitest";
import { nodeHashes } from "../../generator/verify/hashes.ts";
import { fromUtf8, toHex, utf8 } from "../../record/bytes.ts";
import { cosign, encodeCheckpoint, groupOrigin, openCheckpoint, sessionOrigin, signCheckpoint } from "../../record/checkpoint.ts";
import { encodeEntry, parseEntry } from "../../record/entry.ts";
import type { Finding } from "../../record/finding.ts";
import { encodeLeaves, groupLeaf, parseLeaves } from "../../record/group.ts";
import type { Handoff } from "../../record/handoff.ts";
import { encodeVerifierKey, SIGNATURE_TYPE, verifierKey } from "../../record/key.ts";
import { encodeNote, parseNote } from "../../record/note.ts";
import { GROUP_CHECKPOINT, GROUP_LEAVES, sessionPath } from "../../record/path.ts";
import { encodeSessionText, parseSessionText } from "../../record/session-text.ts";
import { makeText, redactText } from "../../record/text.ts";
import { rootOf, Tree } from "../../record/tree.ts";
import { verifyPackage } from "../../record/verify.ts";
import { seedOf, type TestKey, testKey } from "./keys.ts";
import {
  changeText,
  ENDPOINTS,
  editedHandoff,
  type Files,
  GROUP,
  IMPORTED,
  LIVE,
  linesFile,
  ORGANIZATION,
  readerOf,
  recordSession,
  type SampleSession,
  SESSIONS,
  samplePackage,
  seal,
  witnessOf,
} from "./sample.ts";

let files: Files;
beforeAll(async () => {
  files = await samplePackage();
});

const ENTRIES = sessionPath(SESSIONS[0], "entries.jsonl");
const TEXT = sessionPath(SESSIONS[0], "text.jsonl");
const CHECKPOINT = sessionPath(SESSIONS[0], "checkpoint");

/** What a verification says to files whose lists and signature were made anew by whoever holds the key. */
async function resealed(changed: Files, key: TestKey = ORGANIZATION) {
  const report = await verifyPackage(readerOf(await seal(changed, key)), { hashes: nodeHashes });
  return { report, codes: failuresOf(report.findings) };
}

function failuresOf(findings: readonly Finding[]): string[] {
  return [...new Set(findings.filter((one) => one.status === "failed").map((one) => one.code))].sort();
}

const linesOf = (path: string, from = files) =>
  fromUtf8(from.get(path) as Uint8Array)
    .split("\n")
    .slice(0, -1);
/** The package with the lines of one file changed. */
const edit = (path: string, by: (lines: string[]) => string[]) =>
  changeText(files, path, (text) => `${by(text.split("\n").slice(0, -1)).join("\n")}\n`);
const editHandoff = (by: (handoff: Handoff) => Handoff, from = files): Files => editedHandoff(from, by);
const editSession = (by: (session: Handoff["sessions"][number]) => Handoff["sessions"][number]) =>
  editHandoff((handoff) => ({ ...handoff, sessions: handoff.sessions.map((one, i) => (i === 0 ? by(one) : one)) }));
/** The package with one entry changed, its line written anew. */
const editEntry = (seq: number, by: (entry: ReturnType<typeof parseEntry>) => unknown) =>
  edit(ENTRIES, (lines) =>
    lines.with(seq, fromUtf8(encodeEntry(by(parseEntry(utf8(lines[seq] as string))) as ReturnType<typeof parseEntry>))),
  );
const editText = (index: number, by: (text: ReturnType<typeof parseSessionText>) => ReturnType<typeof parseSessionText>) =>
  edit(TEXT, (lines) => lines.with(index, fromUtf8(encodeSessionText(by(parseSessionText(utf8(lines[index] as string)))))));

test("the sample, sealed again, is the sample", async () => {
  expect([...(await seal(files))].sort()).toEqual([...files].sort());
  expect((await resealed(files)).codes).toEqual([]);
});

describe("a dishonest MSP that changes entries", () => {
  test.each<[string, () => Files, string[]]>([
    ["a time", () => editEntry(4, (entry) => ({ ...entry, at: "2026-11-20T08:00:09.000Z" })), ["session/root-differs"]],
    ["an answer", () => editEntry(3, (entry) => ({ ...entry, answer: "standing" })), ["session/root-differs"]],
    ["an exit code", () => editEntry(6, (entry) => ({ ...entry, exit: 1 })), ["session/root-differs"]],
    [
      "the outcome",
      () => editEntry(7, (entry) => ({ ...entry, outcome: "workaround" })),
      ["session/facts-differ", "session/root-differs"],
    ],
    [
      "who the machine is",
      () => editEntry(0, (entry) => ({ ...entry, endpoint: ENDPOINTS[1] })),
      ["session/identity-differs", "session/root-differs"],
    ],
    [
      "which client it is",
      () => editEntry(0, (entry) => ({ ...entry, group: "grp_0000000000000002" })),
      ["session/identity-differs", "session/root-differs"],
    ],
    ["white space only", () => edit(ENTRIES, (lines) => lines.with(4, ` ${lines[4]}`)), ["session/entry-malformed"]],
    [
      "the order of keys only",
      () => edit(ENTRIES, (lines) => lines.with(1, `${JSON.stringify({ seq: 1, ...JSON.parse(lines[1] as string) })}`)),
      ["session/entry-malformed"],
    ],
    ["into something else", () => edit(ENTRIES, (lines) => lines.with(4, "{}")), ["session/entry-malformed"]],
    [
      "with a field more",
      () => edit(ENTRIES, (lines) => lines.with(1, lines[1]?.replace("{", '{"!":1,') ?? "")),
      ["session/entry-malformed"],
    ],
    ["into a blank line", () => edit(ENTRIES, (lines) => lines.with(4, "")), ["session/entry-malformed"]],
    [
      "by swapping two",
      () => edit(ENTRIES, (lines) => lines.with(2, lines[3] as string).with(3, lines[2] as string)),
      ["session/entry-order"],
    ],
    ["by dropping one", () => edit(ENTRIES, (lines) => lines.toSpliced(3, 1)), ["session/entry-order"]],
    ["by doubling one", () => edit(ENTRIES, (lines) => lines.toSpliced(3, 0, lines[3] as string)), ["session/entry-order"]],
    ["by dropping the first", () => edit(ENTRIES, (lines) => lines.slice(1)), ["session/entry-order"]],
    [
      "by adding one after the end",
      () => edit(ENTRIES, (lines) => [...lines, fromUtf8(encodeEntry({ ...parseEntry(utf8(lines[1] as string)), seq: 8 }))]),
      ["session/entry-malformed"],
    ],
    [
      "by cutting off the end, with its texts",
      () => {
        const cut = edit(ENTRIES, (lines) => lines.slice(0, -1));
        return new Map(cut).set(TEXT, linesFile(linesOf(TEXT).slice(0, -2).map(utf8)));
      },
      ["complete/not-closed", "session/root-differs"],
    ],
    [
      "by cutting off the end, without its texts",
      () => edit(ENTRIES, (lines) => lines.slice(0, -1)),
      ["complete/not-closed", "session/root-differs", "session/text-extra"],
    ],
    ["by cutting the last line", () => changeText(files, ENTRIES, (text) => text.slice(0, -9)), ["session/entry-malformed"]],
    [
      "by leaving nothing",
      () => new Map(files).set(ENTRIES, new Uint8Array()).set(TEXT, new Uint8Array()),
      ["complete/not-closed", "session/identity-differs", "session/root-differs"],
    ],
  ])("%s", async (_, changed, codes) => {
    const { report, codes: found } = await resealed(changed());
    expect(found).toEqual(codes);
    expect(report.sessions[0]?.holds).toBe(false);
    expect(report.sessions[1]?.holds).toBe(true);
    for (const one of report.findings.filter(({ status }) => status === "failed")) expect(one.subject).toBe(SESSIONS[0]);
  });
});

describe("a dishonest MSP that changes texts", () => {
  const other = (text: ReturnType<typeof parseSessionText>) => ({ ...text, text: makeText("something else", seedOf("other")) });
  test.each<[string, () => Files, string[]]>([
    ["an open one", () => editText(4, other), ["session/text-differs"]],
    [
      "one letter of a line",
      () => edit(TEXT, (lines) => lines.map((line) => line.replace("Dana Reyes", "Dana Reyez"))),
      ["session/text-differs"],
    ],
    [
      "a line that is shown beside a hidden one",
      () => edit(TEXT, (lines) => lines.map((line) => line.replace("completed successfully", "completed with errors"))),
      ["session/text-differs"],
    ],
    [
      "a hidden line's digest",
      () => edit(TEXT, (lines) => lines.map((line) => line.replace(/"digest":"../, '"digest":"00'))),
      ["session/text-differs"],
    ],
    ["by dropping one", () => edit(TEXT, (lines) => lines.toSpliced(4, 1)), ["session/text-missing"]],
    ["by dropping the last", () => edit(TEXT, (lines) => lines.slice(0, -1)), ["session/text-missing"]],
    ["by dropping all", () => new Map(files).set(TEXT, new Uint8Array()), ["session/text-missing"]],
    ["by adding one at the end", () => edit(TEXT, (lines) => [...lines, lines.at(-1) as string]), ["session/text-extra"]],
    ["by adding one in between", () => edit(TEXT, (lines) => lines.toSpliced(5, 0, lines[4] as string)), ["session/text-extra"]],
    [
      "by swapping two",
      () => edit(TEXT, (lines) => lines.with(4, lines[5] as string).with(5, lines[4] as string)),
      ["session/text-missing"],
    ],
    ["into something else", () => edit(TEXT, (lines) => lines.with(4, "{}")), ["session/text-malformed"]],
    ["by cutting the last line", () => changeText(files, TEXT, (text) => text.slice(0, -9)), ["session/text-malformed"]],
    ["by moving one to another entry", () => editText(4, (text) => ({ ...text, seq: 2 })), ["session/text-missing"]],
    [
      "by showing an invented line for a hidden one",
      () =>
        edit(TEXT, (lines) =>
          lines.map((line) => {
            const parsed = parseSessionText(utf8(line));
            if (parsed.seq !== 2 || parsed.field !== "command" || !("items" in parsed.text)) return line;
            return fromUtf8(encodeSessionText({ ...parsed, text: makeText("whoami", seedOf("invented")) }));
          }),
        ),
      ["session/facts-differ", "session/text-differs"],
    ],
  ])("%s", async (_, changed, codes) => {
    const { report, codes: found } = await resealed(changed());
    expect(found).toEqual(codes);
    expect(report.sessions.map(({ holds }) => holds)).toEqual([false, true]);
  });

  test("hiding one more line and saying so is no fault, hiding it and not saying so is", async () => {
    const hide = () => editText(4, (text) => ({ ...text, text: redactText(text.text, [{ line: 0, reason: "personal-data" }]) }));
    expect((await resealed(hide())).codes).toEqual(["session/facts-differ"]);
    const stated = editHandoff((handoff) => {
      const [first, ...rest] = handoff.sessions;
      return { ...handoff, sessions: [{ ...(first as Handoff["sessions"][number]), redactedLines: 5 }, ...rest] };
    }, hide());
    expect((await resealed(stated)).codes).toEqual([]);
  });

  test("showing the hash of an output that has a hidden line is a fault", async () => {
    const other = { seq: 6, field: "raw", line: 1, reason: "other" } as const;
    const shown = makeText(`${"ab".repeat(32)} 64\n${"cd".repeat(32)} 0`, seedOf(`${SESSIONS[0]}/6/raw`));
    const changed = edit(TEXT, (lines) =>
      lines.map((line) => {
        const parsed = parseSessionText(utf8(line));
        return parsed.field === "raw" ? fromUtf8(encodeSessionText({ ...parsed, text: redactText(shown, [other]) })) : line;
      }),
    );
    expect((await resealed(changed)).codes).toEqual(["complete/hash-shown"]);

    // No output comes after its command's end: what was shown of it could not be hidden any more.
    const [opened, joined, asked, answered, command, output, finished, closed] = LIVE.entries as SampleSession["entries"][number][];
    const late = [opened, joined, asked, answered, command, finished, output, closed] as SampleSession["entries"];
    const lateFirst = { ...LIVE, entries: late, hide: [{ seq: 6, field: "output", line: 0, reason: "credential" }] } as const;
    expect((await resealed(await samplePackage([lateFirst, IMPORTED], []))).codes).toEqual(["session/reference-wrong"]);
  });
});

describe("a dishonest MSP that describes a session otherwise than it is", () => {
  test.each<[string, () => Files, string[]]>([
    ["its commands", () => editSession((one) => ({ ...one, commands: 7 })), ["session/facts-differ"]],
    ["its approvals", () => editSession((one) => ({ ...one, approvals: 0 })), ["session/facts-differ"]],
    ["its entries", () => editSession((one) => ({ ...one, entries: 9 })), ["session/facts-differ"]],
    ["its hidden lines", () => editSession((one) => ({ ...one, redactedLines: 0 })), ["session/facts-differ"]],
    ["its outcome", () => editSession((one) => ({ ...one, outcome: "unresolved" })), ["session/facts-differ"]],
    ["its times", () => editSession((one) => ({ ...one, opened: "2026-01-01T00:00:00.000Z" })), ["session/facts-differ"]],
    ["how it came to be", () => editSession((one) => ({ ...one, mode: "imported" })), ["session/facts-differ"]],
    ["its machine", () => editSession((one) => ({ ...one, endpoint: ENDPOINTS[1] })), ["session/identity-differs"]],
    [
      "its machine's key",
      () => editHandoff((handoff) => ({ ...handoff, endpoints: handoff.endpoints.map((one) => ({ ...one, key: "other" })) })),
      ["session/identity-differs"],
    ],
    ["no machine at all", () => editHandoff((handoff) => ({ ...handoff, endpoints: [] })), ["session/identity-differs"]],
    [
      "its client",
      () => editHandoff((handoff) => ({ ...handoff, client: { ...handoff.client, group: "grp_0000000000000009" } })),
      ["group/root-differs", "session/identity-differs"],
    ],
    ["its place in the log", () => editSession((one) => ({ ...one, leaf: 2 })), ["complete/unaccounted", "group/leaf-differs"]],
    [
      "a place that there is not",
      () => editSession((one) => ({ ...one, leaf: 99 })),
      ["complete/unaccounted", "group/leaf-differs"],
    ],
    [
      "it twice",
      () =>
        editHandoff((handoff) => ({
          ...handoff,
          sessions: [...handoff.sessions, handoff.sessions[0] as Handoff["sessions"][number]],
        })),
      ["handoff/malformed"],
    ],
    [
      "not at all, and leaves its records",
      () => editHandoff((handoff) => ({ ...handoff, sessions: handoff.sessions.slice(1) })),
      ["complete/unaccounted", "records/unlisted"],
    ],
  ])("%s", async (_, changed, codes) => expect((await resealed(changed())).codes).toEqual(codes));

  test("a session whose records are not there", async () => {
    for (const path of [ENTRIES, TEXT, CHECKPOINT]) {
      const less = new Map(files);
      less.delete(path);
      expect((await resealed(less)).codes).toEqual(["records/missing"]);
    }
  });

  test("title, tags and note are the MSP's own words", async () => {
    const own = editSession((one) => ({ ...one, title: "Nothing happened", tags: [], note: "", todo: ["x"] }));
    expect((await resealed(own)).codes).toEqual([]);
  });
});

describe("checkpoints", () => {
  const noteWith = async (
    by: (note: ReturnType<typeof parseNote>) => ReturnType<typeof parseNote> | Promise<ReturnType<typeof parseNote>>,
  ) => new Map(files).set(CHECKPOINT, encodeNote(await by(parseNote(files.get(CHECKPOINT) as Uint8Array))));
  const body = () => openCheckpoint(files.get(CHECKPOINT) as Uint8Array, ORGANIZATION.key);

  test.each<[string, () => Promise<Files>, string[]]>([
    [
      "a signature of the organisation that does not hold",
      () =>
        noteWith((note) => ({
          ...note,
          signatures: note.signatures.map((one, i) => (i === 0 ? { ...one, signature: new Uint8Array(64) } : one)),
        })),
      ["origin/checkpoint-signature"],
    ],
    [
      "no signature of the organisation",
      () => noteWith((note) => ({ ...note, signatures: note.signatures.slice(1) })),
      ["origin/checkpoint-signature"],
    ],
    [
      "a cosignature that does not hold",
      () =>
        noteWith((note) => ({
          ...note,
          signatures: note.signatures.map((one, i) => (i === 1 ? { ...one, signature: new Uint8Array(72) } : one)),
        })),
      ["time/cosignature-bad"],
    ],
    [
      "a cosignature with another time",
      () =>
        noteWith((note) => ({
          ...note,
          signatures: note.signatures.map((one, i) => (i === 1 ? { ...one, signature: one.signature.with(7, 1) } : one)),
        })),
      ["time/cosignature-bad"],
    ],
    [
      "the cosignature of another session",
      async () => {
        const { files: others } = await recordSession({ ...LIVE, id: SESSIONS[2] }, 2);
        const line = parseNote(others.get(sessionPath(SESSIONS[2], "checkpoint")) as Uint8Array).signatures[1];
        return noteWith((note) => ({ ...note, signatures: [note.signatures[0], line] as typeof note.signatures }));
      },
      ["time/cosignature-bad"],
    ],
    ["something that is no note", async () => new Map(files).set(CHECKPOINT, utf8("hello\n")), ["session/checkpoint-malformed"]],
    ["nothing", async () => new Map(files).set(CHECKPOINT, new Uint8Array()), ["session/checkpoint-malformed"]],
    [
      "a signed text that is no checkpoint",
      () =>
        noteWith(async () => ({
          text: "hello\n",
          signatures: [
            { name: ORGANIZATION.key.name, id: ORGANIZATION.key.id, signature: await ORGANIZATION.sign(utf8("hello\n")) },
          ],
        })),
      ["session/checkpoint-malformed"],
    ],
    [
      "the checkpoint of another session of the same client",
      async () => new Map(files).set(CHECKPOINT, files.get(sessionPath(SESSIONS[1], "checkpoint")) as Uint8Array),
      ["group/leaf-differs", "session/identity-differs", "session/root-differs"],
    ],
    [
      "the group's checkpoint",
      async () => new Map(files).set(CHECKPOINT, files.get(GROUP_CHECKPOINT) as Uint8Array),
      ["group/leaf-differs", "session/identity-differs", "session/root-differs"],
    ],
    [
      "a checkpoint of fewer entries, signed anew",
      async () => {
        const { checkpoint } = body();
        const tree = new Tree();
        for (const line of linesOf(ENTRIES).slice(0, 3)) tree.append(utf8(line));
        const shorter = { ...checkpoint, size: 3, root: tree.root() };
        return new Map(files).set(CHECKPOINT, await signCheckpoint(shorter, ORGANIZATION.key, ORGANIZATION.sign));
      },
      ["group/leaf-differs", "session/root-differs"],
    ],
  ])("with %s", async (_, changed, codes) => expect((await resealed(await changed())).codes).toEqual(codes));

  test("without the witness's line, a session is not witnessed, and nothing is wrong", async () => {
    const { report, codes } = await resealed(await noteWith((note) => ({ ...note, signatures: note.signatures.slice(0, 1) })));
    expect(codes).toEqual([]);
    expect(report.sessions[0]?.witnessed).toBeUndefined();
    expect(report.findings.map(({ code, subject }) => [code, subject])).toContainEqual(["time/not-witnessed", SESSIONS[0]]);
  });

  test("signatures by strangers are passed over", async () => {
    const stranger = testKey("stranger", SIGNATURE_TYPE.cosignature);
    const line = await cosign(encodeCheckpoint(body().checkpoint), stranger.key, 5, stranger.sign);
    const more = new Map(files).set(CHECKPOINT, utf8(fromUtf8(files.get(CHECKPOINT) as Uint8Array) + line));
    expect((await resealed(more)).codes).toEqual([]);
  });
});

describe("the witness", () => {
  /** A package whose first session names this key as its machine's, cosigned with it. */
  async function witnessedBy(key: TestKey): Promise<Files> {
    const encoded = encodeVerifierKey(key.key);
    const recorded = await recordSession(LIVE, 0);
    const lines = recorded.lines.with(0, encodeEntry({ ...(recorded.entries[0] as object), endpointKey: encoded } as never));
    return rerecorded(lines, key, encoded);
  }

  /** The sample with other entries in its first session, everything signed and put into the log anew. */
  async function rerecorded(lines: readonly Uint8Array[], witness: TestKey | undefined, endpointKey?: string): Promise<Files> {
    const tree = new Tree();
    for (const line of lines) tree.append(line);
    const head = { origin: sessionOrigin(ORGANIZATION.key.name, SESSIONS[0]), size: tree.size, root: tree.root() };
    const text = encodeCheckpoint(head);
    const line = witness === undefined ? "" : await cosign(text, witness.key, 1_795_000_000, witness.sign);
    const note = utf8(fromUtf8(await signCheckpoint(head, ORGANIZATION.key, ORGANIZATION.sign)) + line);
    const leaves = parseLeaves(files.get(GROUP_LEAVES) as Uint8Array).with(0, groupLeaf(text));
    const group = { origin: groupOrigin(ORGANIZATION.key.name, GROUP), size: leaves.length, root: rootOf(leaves) };
    const changed = new Map(files)
      .set(ENTRIES, linesFile(lines))
      .set(CHECKPOINT, note)
      .set(GROUP_LEAVES, utf8(encodeLeaves(leaves)))
      .set(GROUP_CHECKPOINT, await signCheckpoint(group, ORGANIZATION.key, ORGANIZATION.sign));
    if (endpointKey === undefined) return changed;
    return editHandoff(
      (handoff) => ({ ...handoff, endpoints: handoff.endpoints.map((one, i) => (i === 0 ? { ...one, key: endpointKey } : one)) }),
      changed,
    );
  }

  test("a session recorded anew after the fact holds, but has lost its witness", async () => {
    const lines = linesOf(ENTRIES).map(utf8);
    const changed = lines.with(6, encodeEntry({ ...parseEntry(lines[6] as Uint8Array), exit: 1 } as never));
    const { report, codes } = await resealed(await rerecorded(changed, undefined));
    expect(codes).toEqual([]);
    expect(report.sessions[0]?.witnessed).toBeUndefined();
    expect(report.verdicts.time).toBe("unknown");
    // The old cosignature does not save it.
    const kept = parseNote(files.get(CHECKPOINT) as Uint8Array).signatures[1];
    const anew = await rerecorded(changed, undefined);
    const note = parseNote(anew.get(CHECKPOINT) as Uint8Array);
    anew.set(CHECKPOINT, encodeNote({ ...note, signatures: [...note.signatures, kept as (typeof note.signatures)[number]] }));
    expect((await resealed(anew)).codes).toEqual(["time/cosignature-bad"]);
  });

  test("a machine with a key of its own witnesses", async () => {
    const own = testKey(`${ORGANIZATION.key.name}/${ENDPOINTS[0]}`, SIGNATURE_TYPE.cosignature, "another key of the machine");
    const { report, codes } = await resealed(await witnessedBy(own));
    expect(codes).toEqual([]);
    expect(report.sessions[0]?.witnessed).toBe(1_795_000_000);
  });

  test("the organisation can't be the witness of its own session", async () => {
    const name = `${ORGANIZATION.key.name}/${ENDPOINTS[0]}`;
    const self = { ...ORGANIZATION, key: verifierKey(name, SIGNATURE_TYPE.cosignature, ORGANIZATION.key.publicKey) };
    expect((await resealed(await witnessedBy(self))).codes).toEqual(["time/cosignature-bad"]);
  });

  test("a key that is no witness's does not witness", async () => {
    const log = testKey(`${ORGANIZATION.key.name}/${ENDPOINTS[0]}`, SIGNATURE_TYPE.log);
    expect((await resealed(await witnessedBy(log))).codes).toEqual(["time/cosignature-bad"]);
  });

  test("is known by the key that the first entry names", () => {
    const opened = parseEntry(utf8(linesOf(ENTRIES)[0] as string));
    expect(opened).toMatchObject({ endpointKey: encodeVerifierKey(witnessOf(ENDPOINTS[0]).key) });
    expect(toHex(witnessOf(ENDPOINTS[0]).key.id)).toHaveLength(8);
  });
});

describe("the group log", () => {
  const leaves = () => parseLeaves(files.get(GROUP_LEAVES) as Uint8Array);
  const logOf = async (list: readonly Uint8Array[], { key = ORGANIZATION, group = GROUP } = {}) => {
    const head = { origin: groupOrigin(key.key.name, group), size: list.length, root: rootOf(list) };
    return new Map(files)
      .set(GROUP_LEAVES, utf8(encodeLeaves(list)))
      .set(GROUP_CHECKPOINT, await signCheckpoint(head, key.key, key.sign));
  };

  test.each<[string, () => Promise<Files> | Files, string[]]>([
    ["with another leaf for a session", async () => logOf(leaves().with(0, new Uint8Array(32))), ["group/leaf-differs"]],
    [
      "with two leaves in each other's place",
      async () =>
        logOf(
          leaves()
            .with(0, leaves()[1] as Uint8Array)
            .with(1, leaves()[0] as Uint8Array),
        ),
      ["group/leaf-differs"],
    ],
    ["with a leaf more, that nothing accounts for", async () => logOf([...leaves(), new Uint8Array(32)]), ["complete/unaccounted"]],
    ["with a leaf less", async () => logOf(leaves().slice(0, -1)), ["complete/unaccounted"]],
    ["with no leaf", async () => logOf([]), ["complete/unaccounted", "group/leaf-differs"]],
    [
      "whose leaves are others than those signed",
      () => new Map(files).set(GROUP_LEAVES, utf8(encodeLeaves(leaves().with(2, new Uint8Array(32))))),
      ["group/root-differs"],
    ],
    [
      "whose leaves are cut short",
      () => new Map(files).set(GROUP_LEAVES, (files.get(GROUP_LEAVES) as Uint8Array).subarray(1)),
      ["group/malformed"],
    ],
    ["of another client", async () => logOf(leaves(), { group: "grp_0000000000000002" }), ["group/root-differs"]],
    [
      "of another organisation",
      async () => logOf(leaves(), { key: testKey("caisey.local/org_other", SIGNATURE_TYPE.log) }),
      ["origin/checkpoint-signature"],
    ],
    [
      "whose checkpoint is a session's",
      () => new Map(files).set(GROUP_CHECKPOINT, files.get(CHECKPOINT) as Uint8Array),
      ["group/root-differs"],
    ],
    ["whose checkpoint is no note", () => new Map(files).set(GROUP_CHECKPOINT, utf8("hello")), ["group/malformed"]],
    [
      "that leaves out a session without saying so",
      () => editHandoff((handoff) => ({ ...handoff, log: { ...handoff.log, omitted: [] } })),
      ["complete/unaccounted"],
    ],
    [
      "of which a session is said to be left out that is there",
      () =>
        editHandoff((handoff) => ({
          ...handoff,
          log: { ...handoff.log, omitted: [...handoff.log.omitted, { leaf: 0, reason: "privileged" }] },
        })),
      ["complete/unaccounted"],
    ],
    [
      "of which a session is left out twice, instead of another",
      () =>
        editHandoff((handoff) => ({
          ...handoff,
          log: { ...handoff.log, omitted: [...handoff.log.omitted, ...handoff.log.omitted] },
        })),
      ["complete/unaccounted"],
    ],
    [
      "whose size is said to be another",
      () => editHandoff((handoff) => ({ ...handoff, log: { ...handoff.log, size: 9 } })),
      ["complete/unaccounted"],
    ],
  ])("%s", async (_, changed, codes) => expect((await resealed(await changed())).codes).toEqual(codes));

  test("without its files", async () => {
    for (const path of [GROUP_LEAVES, GROUP_CHECKPOINT]) {
      const less = new Map(files);
      less.delete(path);
      expect((await resealed(less)).codes).toEqual(["group/malformed"]);
    }
  });
});

describe("a foreign session", () => {
  test("of another client of the same organisation is found", async () => {
    const foreign = await recordSession(LIVE, 0, { group: "grp_0000000000000002" });
    expect((await resealed(new Map([...files, ...foreign.files]))).codes).toEqual([
      "group/leaf-differs",
      "session/identity-differs",
    ]);
  });

  test("of another organisation is found", async () => {
    const other = testKey("caisey.local/org_other", SIGNATURE_TYPE.log);
    const foreign = await recordSession(LIVE, 0, { key: other });
    expect((await resealed(new Map([...files, ...foreign.files]))).codes).toEqual(["origin/checkpoint-signature"]);
  });

  test("that lies there beside the others is found", async () => {
    const stray = await recordSession({ ...LIVE, id: "ses_0000000000000009" }, 0);
    const { report, codes } = await resealed(new Map([...files, ...stray.files]));
    expect(codes).toEqual(["records/unlisted"]);
    expect(
      report.findings
        .filter(({ status }) => status === "failed")
        .map(({ subject }) => subject)
        .sort(),
    ).toEqual([...stray.files.keys()].sort());
  });

  test("or anything else that lies among the records is found", async () => {
    for (const path of ["data/records/x", "data/records/sessions/ses_1.checkpoint", "data/records/keys/x.note"]) {
      expect((await resealed(new Map(files).set(path, utf8("x")))).codes).toEqual(["records/unlisted"]);
    }
  });
});
