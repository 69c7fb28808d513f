import { utf8 } from "../../../record/bytes.ts";
import { encodeVerifierKey, SIGNATURE_TYPE } from "../../../record/key.ts";
import { testKey } from "../keys.ts";
import { change, ENDPOINTS, editedHandoff, type Files, ORGANIZATION } from "../sample.ts";
import { type Base, type Draft, drafts, ENTRIES, edit, type Json, linesOf, relog, TEXT, value } from "./base.ts";

const MALFORMED = "session/entry-malformed";
const ROOT = Buffer.alloc(32).toString("base64");
const ORDER = "session/entry-order";

/** Faults of the entries of a session, whose tree, checkpoint and signatures were made over them as they are. */
export function entryVectors({ one: files }: Base): Draft[] {
  const lines = (by: (lines: string[]) => string[]) => () => relog(edit(files, ENTRIES, by));
  const line = (seq: number, by: (line: string) => string) => lines((all) => all.with(seq, by(all[seq] as string)));
  const entry = (seq: number, by: (entry: Json) => unknown) => line(seq, (text) => value(text, by));
  const raw = (by: (bytes: Buffer) => Uint8Array) => () => relog(change(files, ENTRIES, (bytes) => by(Buffer.from(bytes))));

  return drafts("entry", [
    ["kind-unknown", "An entry is of a kind that the format has not.", MALFORMED, entry(1, (one) => ({ ...one, kind: "left" }))],
    ["kind-missing", "An entry has no kind.", MALFORMED, entry(1, ({ kind: _, ...one }) => one)],
    ["field-unknown", "An entry has a field that the format has not.", MALFORMED, entry(2, (one) => ({ ...one, color: "red" }))],
    [
      "field-of-another-kind",
      "An entry has a field of another kind of entry.",
      MALFORMED,
      entry(1, (one) => ({ ...one, outcome: "resolved" })),
    ],
    [
      "field-proto",
      "An entry has a field by the name __proto__.",
      MALFORMED,
      line(1, (one) => one.replace("{", '{"__proto__":{},')),
    ],
    ["field-missing", "A command does not say by whom.", MALFORMED, entry(2, ({ by: _, ...one }) => one)],
    ["field-null", "A field that may be missing is there and null.", MALFORMED, entry(2, (one) => ({ ...one, answered: null }))],
    ["field-type", "The number of an entry is a string.", MALFORMED, entry(2, (one) => ({ ...one, seq: "2" }))],
    ["value-unknown", "A role is none of those that the format has.", MALFORMED, entry(1, (one) => ({ ...one, role: "guest" }))],
    ["number-negative", "A duration is negative.", MALFORMED, entry(4, (one) => ({ ...one, duration: -1 }))],
    ["number-unsafe", "A number is larger than 2^53-1.", MALFORMED, line(4, (one) => one.replace(":120,", ":9007199254740993,"))],
    ["number-fraction", "A number has a fraction.", MALFORMED, line(4, (one) => one.replace(":120,", ":120.5,"))],
    ["number-minus-zero", "A number is written as -0.", MALFORMED, line(4, (one) => one.replace('"exit":0', '"exit":-0'))],
    ["number-exponent", "A number is written with an exponent.", MALFORMED, line(4, (one) => one.replace(":120,", ":12e1,"))],
    [
      "number-decimal-point",
      "A whole number is written with a point.",
      MALFORMED,
      line(4, (one) => one.replace(":120,", ":120.0,")),
    ],
    ["participant-form", "A participant's number has a leading zero.", MALFORMED, entry(2, (one) => ({ ...one, by: "p00" }))],
    ["participant-large", "A participant's number has five digits.", MALFORMED, entry(2, (one) => ({ ...one, by: "p10000" }))],
    ["columns-form", "The name of a column is in capitals.", MALFORMED, entry(1, (one) => context(one, ["Name"]))],
    [
      "columns-many",
      "A part of the machine's state has 13 columns.",
      MALFORMED,
      entry(1, (one) => context(one, Array(13).fill("x"))),
    ],
    [
      "time-without-milliseconds",
      "A time has no milliseconds.",
      MALFORMED,
      entry(1, (one) => ({ ...one, at: "2026-11-20T08:00:01Z" })),
    ],
    ["time-offset", "A time is not in UTC.", MALFORMED, entry(1, (one) => ({ ...one, at: "2026-11-20T09:00:01.000+01:00" }))],
    ["time-no-such-day", "A time is on 30 February.", MALFORMED, entry(1, (one) => ({ ...one, at: "2026-02-30T08:00:01.000Z" }))],
    [
      "time-lower-case",
      "A time is written in lower case.",
      MALFORMED,
      entry(1, (one) => ({ ...one, at: "2026-11-20t08:00:01.000z" })),
    ],
    ["time-seen", "The time of the reporter's clock is none.", MALFORMED, entry(1, (one) => ({ ...one, seen: "yesterday" }))],
    [
      "id-alphabet",
      "The id of the session has a letter that ids do not have.",
      MALFORMED,
      entry(0, (one) => ({ ...one, session: "ses_000000000000000i" })),
    ],
    [
      "id-case",
      "The id of the client group is in capitals.",
      MALFORMED,
      entry(0, (one) => ({ ...one, group: "GRP_0000000000000001" })),
    ],
    ["format-unknown", "The session is of version 2.", MALFORMED, entry(0, (one) => ({ ...one, format: "caisey-session/2" }))],
    [
      "commitment-zero-lines",
      "A commitment is to a text of no lines.",
      MALFORMED,
      entry(1, (one) => ({ ...one, text: committed(0) })),
    ],
    ["commitment-case", "The root of a text is in capitals.", MALFORMED, entry(1, (one) => ({ ...one, text: committed(1, "AB") }))],
    [
      "commitment-short",
      "The root of a text has 31 bytes.",
      MALFORMED,
      entry(1, (one) => ({ ...one, text: committed(1, "ab", 31) })),
    ],
    [
      "commitment-missing",
      "An entry does not commit to a text that it must have.",
      MALFORMED,
      entry(2, (one) => ({ ...one, text: {} })),
    ],
    [
      "commitment-unknown",
      "An entry commits to a text that its kind has not.",
      MALFORMED,
      entry(1, (one) => ({ ...one, text: { ...one.text, color: one.text.name } })),
    ],
    ["log-missing", "A session does not say what the client's log was.", MALFORMED, entry(0, ({ log: _, ...one }) => one)],
    [
      "log-size",
      "The size of the client's log is negative.",
      MALFORMED,
      entry(0, (one) => ({ ...one, log: { root: ROOT, size: -1 } })),
    ],
    [
      "log-root-hexadecimal",
      "The root of the client's log is in hexadecimal.",
      MALFORMED,
      entry(0, (one) => ({ ...one, log: { root: "ab".repeat(32), size: 0 } })),
    ],
    [
      "log-root-not-canonical",
      "The base64 of the log's root has bits that count for nothing.",
      MALFORMED,
      entry(0, (one) => ({ ...one, log: { root: ROOT.replace("A=", "B="), size: 0 } })),
    ],
    [
      "raw-three-lines",
      "The text of hashes and lengths has three lines.",
      MALFORMED,
      entry(4, (one) => ({ ...one, text: { raw: { ...(one.text.raw as object), lines: 3 } } })),
    ],
    ["not-json", "A line is no JSON.", MALFORMED, line(4, (one) => one.slice(1))],
    ["not-object", "A line is a list.", MALFORMED, line(4, (one) => `[${one}]`)],
    ["nesting", "A line is nested a hundred thousand times.", MALFORMED, line(4, () => "[".repeat(100_000) + "]".repeat(100_000))],
    ["not-canonical-space", "A line has a space that need not be.", MALFORMED, line(4, (one) => one.replace(",", ", "))],
    ["not-canonical-order", "The keys of a line are in another order.", MALFORMED, line(1, (one) => swapKeys(one))],
    [
      "not-canonical-order-within",
      "The keys within an object are in another order.",
      MALFORMED,
      line(4, (one) => swapStreams(one)),
    ],
    [
      "not-canonical-escape",
      "A letter is written as an escape.",
      MALFORMED,
      line(1, (one) => one.replace('"joined"', '"j\\u006fined"')),
    ],
    [
      "not-canonical-slash",
      "A slash is escaped.",
      MALFORMED,
      line(0, (one) => one.replace("caisey-session/1", "caisey-session\\/1")),
    ],
    [
      "duplicate-key",
      "A key is there twice with the same value.",
      MALFORMED,
      line(1, (one) => one.replace('"kind"', '"kind":"joined","kind"')),
    ],
    [
      "duplicate-key-differs",
      "A key is there twice, and only the last one says what the entry must say.",
      MALFORMED,
      line(4, (one) => one.replace('"exit"', '"exit":1,"exit"')),
    ],
    [
      "lone-surrogate",
      "A string has half of a surrogate pair.",
      MALFORMED,
      line(0, (one) => one.replace('"endpointKey":"', '"endpointKey":"\\ud800')),
    ],
    [
      "not-utf8",
      "A line is not UTF-8.",
      MALFORMED,
      raw((bytes) => replaced(bytes, '"joined"', Buffer.from('"joined\xff"', "latin1"))),
    ],
    [
      "byte-order-mark",
      "The file begins with a byte order mark.",
      MALFORMED,
      raw((bytes) => Buffer.concat([utf8("\ufeff"), bytes])),
    ],
    ["crlf", "The lines end with CR LF.", MALFORMED, lines((all) => all.map((one) => `${one}\r`))],
    ["blank-line", "There is a blank line between two entries.", MALFORMED, lines((all) => all.toSpliced(3, 0, ""))],
    ["blank-line-at-end", "There is a blank line after the last entry.", MALFORMED, lines((all) => [...all, ""])],
    ["no-newline", "The last line does not end with a newline.", MALFORMED, () => unended(files)],
    [
      "empty",
      "There are no entries.",
      "complete/not-closed",
      () => relog(new Map(files).set(ENTRIES, new Uint8Array()).set(TEXT, new Uint8Array())),
      ["session/identity-differs"],
    ],
    ["seq-gap", "A number is left out.", ORDER, () => renumbered(files, (seq) => (seq > 2 ? seq + 1 : seq))],
    ["seq-from-one", "The numbers begin with 1.", ORDER, () => renumbered(files, (seq) => seq + 1)],
    ["seq-twice", "Two entries have the same number.", ORDER, () => renumbered(files, (seq) => (seq > 3 ? seq - 1 : seq))],
    [
      "seq-swapped",
      "Two entries are in each other's place.",
      ORDER,
      lines((all) => all.with(3, all[4] as string).with(4, all[3] as string)),
    ],
    ["opened-twice", "The entry `opened` is there a second time.", MALFORMED, () => openedTwice(files)],
    ["opened-missing", "The entry `opened` is missing.", MALFORMED, () => withoutOpened(files)],
    ["closed-missing", "The entry `closed` is missing.", "complete/not-closed", () => withoutClosed(files)],
    ["closed-not-last", "An entry comes after `closed`.", MALFORMED, () => afterClosed(files)],
    [
      "other-session",
      "The first entry names another session.",
      "session/identity-differs",
      entry(0, (one) => ({ ...one, session: "ses_0000000000000009" })),
    ],
    [
      "other-group",
      "The first entry names another client.",
      "session/identity-differs",
      entry(0, (one) => ({ ...one, group: "grp_0000000000000009" })),
    ],
    [
      "other-endpoint",
      "The first entry names another machine.",
      "session/identity-differs",
      entry(0, (one) => ({ ...one, endpoint: ENDPOINTS[1] })),
    ],
    [
      "other-endpoint-key",
      "The first entry names another key of the machine, which cosigned.",
      "session/identity-differs",
      () => otherKey(files),
    ],
  ]);
}

/** An entry made into one of the machine's state. */
function context({ participant: _, role: __, ...one }: Json, columns: string[]): unknown {
  return { ...one, kind: "context", part: "os", status: "ok", columns, text: { value: one.text.name } };
}

function committed(lines: number, byte = "ab", bytes = 32) {
  return { name: { lines, root: byte.repeat(bytes) } };
}

function swapKeys(line: string): string {
  const { seq, ...rest } = JSON.parse(line) as Json;
  return JSON.stringify({ seq, ...rest });
}

function swapStreams(line: string): string {
  return line.replace('"cut":{"stderr":0,"stdout":0}', '"cut":{"stdout":0,"stderr":0}');
}

function replaced(bytes: Buffer, from: string, to: Buffer): Buffer {
  const at = bytes.indexOf(from);
  return Buffer.concat([bytes.subarray(0, at), to, bytes.subarray(at + from.length)]);
}

async function unended(files: Files): Promise<Files> {
  return change(await relog(files), ENTRIES, (bytes) => bytes.subarray(0, -1));
}

/** Entries and texts under other numbers, references with them. */
function renumbered(files: Files, to: (seq: number) => number): Promise<Files> {
  return relog(
    edit(
      edit(files, ENTRIES, (all) => all.map((one) => value(one, (entry) => moved(entry, to)))),
      TEXT,
      textsTo(to),
    ),
  );
}

function textsTo(to: (seq: number) => number): (all: string[]) => string[] {
  return (all) => all.map((one) => value(one, (text) => ({ ...text, seq: to(text.seq) })));
}

function moved(entry: Json, to: (seq: number) => number): unknown {
  const references = Object.entries(entry).filter(([name, of]) => REFERENCES.has(name) && typeof of === "number");
  return { ...entry, ...Object.fromEntries(references.map(([name, of]) => [name, to(of as number)])) };
}
const REFERENCES = new Set(["seq", "asked", "answered", "command"]);

function openedTwice(files: Files): Promise<Files> {
  const down = (seq: number) => seq + 1;
  const again = edit(files, ENTRIES, ([first, ...rest]) => [
    first as string,
    value(first, (one) => ({ ...one, seq: 1 })),
    ...rest.map((one) => value(one, (entry) => moved(entry, down))),
  ]);
  return relog(
    edit(again, TEXT, (all) => [
      ...all.slice(0, 4),
      ...all.slice(0, 4).map((one) => value(one, (text) => ({ ...text, seq: 1 }))),
      ...textsTo(down)(all.slice(4)),
    ]),
  );
}

function withoutOpened(files: Files): Promise<Files> {
  const up = (seq: number) => seq - 1;
  const less = edit(files, ENTRIES, (all) => all.slice(1).map((one) => value(one, (entry) => moved(entry, up))));
  return relog(edit(less, TEXT, (all) => textsTo(up)(all.slice(4))));
}

function withoutClosed(files: Files): Promise<Files> {
  const less = edit(files, ENTRIES, (all) => all.slice(0, -1));
  return relog(edit(less, TEXT, (all) => all.slice(0, -2)));
}

function afterClosed(files: Files): Promise<Files> {
  const seq = linesOf(files, ENTRIES).length;
  const of = (line: string | undefined) => value(line, (one) => ({ ...one, seq, participant: "p1" }));
  const more = edit(files, ENTRIES, (all) => [...all, of(all[1])]);
  return relog(edit(more, TEXT, (all) => [...all, value(all[4], (text) => ({ ...text, seq }))]));
}

function otherKey(files: Files): Promise<Files> {
  const witness = testKey(`${ORGANIZATION.key.name}/${ENDPOINTS[0]}`, SIGNATURE_TYPE.cosignature, "another key of the machine");
  const changed = edit(files, ENTRIES, (all) =>
    all.with(
      0,
      value(all[0], (one) => ({ ...one, endpointKey: encodeVerifierKey(witness.key) })),
    ),
  );
  // handoff.json still names the machine's right key.
  return relog(
    editedHandoff(changed, (handoff) => handoff),
    { witness },
  );
}
