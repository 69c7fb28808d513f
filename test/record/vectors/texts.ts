import { fromUtf8, utf8 } from "../../../record/bytes.ts";
import { encodeSessionText, parseSessionText, type SessionText } from "../../../record/session-text.ts";
import { commitText, makeText, redactText } from "../../../record/text.ts";
import { seedOf } from "../keys.ts";
import { change, editedHandoff, type Files, SECRET } from "../sample.ts";
import { type Base, type Draft, drafts, ENTRIES, edit, type Json, relog, SESSION, TEXT, value } from "./base.ts";

const DIFFERS = "session/text-differs";
const MALFORMED = "session/text-malformed";
const MISSING = "session/text-missing";
const EXTRA = "session/text-extra";

/** Which line of the file has which text. */
const NAME = 4;
const COMMAND = 5;
const OUTPUT = 6;
const RAW = 7;
const TODO = 9;

interface Item {
  salt?: string;
  line?: string;
  digest?: string;
  reason?: string;
  shown?: string;
}
type Items = Json & { items: Item[] };
type Open = Json & { seed: string; lines: string[] };

/** Faults of the texts of a session, whose entries are as they were committed. */
export function textVectors({ one: files }: Base): Draft[] {
  const lines = (by: (lines: string[]) => string[]) => () => edit(files, TEXT, by);
  const line = (at: number, by: (line: string) => string) => lines((all) => all.with(at, by(all[at] as string)));
  const open = (at: number, by: (text: Open) => unknown) => line(at, (one) => value(one, (text) => by(text as Open)));
  const item = (at: number, i: number, by: (item: Item) => unknown) =>
    line(at, (one) =>
      value(one, (text) => ({ ...text, items: (text as Items).items.with(i, by((text as Items).items[i] as Item) as Item) })),
    );
  const parsed = (at: number, by: (text: SessionText) => SessionText) =>
    line(at, (one) => fromUtf8(encodeSessionText(by(parseSessionText(utf8(one))))));

  return drafts("text", [
    [
      "seed-wrong",
      "The seed of a text is another.",
      DIFFERS,
      open(NAME, (text) => ({ ...text, seed: Buffer.alloc(32, 7).toString("base64") })),
    ],
    ["line-changed", "A line was changed.", DIFFERS, open(NAME, (text) => ({ ...text, lines: ["Dana Reyez"] }))],
    ["line-dropped", "A line was taken away.", DIFFERS, open(TODO, (text) => ({ ...text, lines: text.lines.slice(1) }))],
    ["line-added", "A line was added.", DIFFERS, open(TODO, (text) => ({ ...text, lines: [...text.lines, "x"] }))],
    [
      "line-order",
      "Two lines are in each other's place.",
      DIFFERS,
      open(TODO, (text) => ({ ...text, lines: text.lines.toReversed() })),
    ],
    [
      "line-normalized",
      "A line is another Unicode form of what was committed.",
      DIFFERS,
      open(NAME, (text) => ({ ...text, lines: ["Dana Reye\uff53"] })),
    ],
    [
      "shown-line-changed",
      "A line that is shown beside a hidden one was changed.",
      DIFFERS,
      item(OUTPUT, 1, (one) => ({ ...one, line: "It failed." })),
    ],
    [
      "salt-wrong",
      "The salt of a shown line is another.",
      DIFFERS,
      item(OUTPUT, 1, (one) => ({ ...one, salt: Buffer.alloc(16).toString("base64") })),
    ],
    [
      "digest-wrong",
      "The digest of a hidden line is another.",
      DIFFERS,
      item(OUTPUT, 0, (one) => ({ ...one, digest: "ab".repeat(32) })),
    ],
    [
      "of-other-place",
      "A text is that of another field.",
      DIFFERS,
      lines((all) =>
        all.with(
          0,
          value(all[1], (text) => ({ ...text, field: "client" })),
        ),
      ),
    ],
    ["missing", "A text in the middle is missing.", MISSING, lines((all) => all.toSpliced(NAME, 1))],
    ["missing-last", "The last text is missing.", MISSING, lines((all) => all.slice(0, -1))],
    ["missing-all", "All texts are missing.", MISSING, () => new Map(files).set(TEXT, new Uint8Array())],
    ["order", "The texts of two entries are in each other's place.", MISSING, lines((all) => swapped(all, NAME, NAME + 1))],
    ["order-within", "Two texts of one entry are in each other's place.", MISSING, lines((all) => swapped(all, 0, 1))],
    ["extra", "A text is there twice.", EXTRA, lines((all) => all.toSpliced(NAME, 0, all[NAME] as string))],
    [
      "extra-last",
      "A text comes after the last one.",
      EXTRA,
      lines((all) => [...all, value(all.at(-1), (text) => ({ ...text, seq: 6 }))]),
    ],
    [
      "extra-field",
      "A text is there of a field to which the entry does not commit.",
      EXTRA,
      lines((all) =>
        all.toSpliced(
          4,
          0,
          value(all[3], (text) => ({ ...text, field: "source" })),
        ),
      ),
    ],
    [
      "item-without-salt",
      "A shown line beside a hidden one has no salt.",
      MALFORMED,
      item(OUTPUT, 1, ({ salt: _, ...one }) => one),
    ],
    [
      "item-salt-short",
      "A salt has 15 bytes.",
      MALFORMED,
      item(OUTPUT, 1, (one) => ({ ...one, salt: Buffer.alloc(15).toString("base64") })),
    ],
    [
      "item-digest-case",
      "A digest is in capitals.",
      MALFORMED,
      item(OUTPUT, 0, (one) => ({ ...one, digest: one.digest?.toUpperCase() })),
    ],
    [
      "item-digest-short",
      "A digest has 31 bytes.",
      MALFORMED,
      item(OUTPUT, 0, (one) => ({ ...one, digest: one.digest?.slice(2) })),
    ],
    ["item-reason-missing", "A hidden line has no reason.", MALFORMED, item(OUTPUT, 0, ({ reason: _, ...one }) => one)],
    [
      "item-reason-unknown",
      "A line is hidden for a reason that the format has not.",
      MALFORMED,
      item(OUTPUT, 0, (one) => ({ ...one, reason: "secret" })),
    ],
    [
      "item-both",
      "A line is hidden and shown at once.",
      MALFORMED,
      item(OUTPUT, 0, (one) => ({ ...one, line: "x", salt: Buffer.alloc(16).toString("base64") })),
    ],
    [
      "item-shown-two-lines",
      "The rendering of a hidden line has two lines.",
      MALFORMED,
      item(OUTPUT, 0, (one) => ({ ...one, shown: "a\nb" })),
    ],
    [
      "items-none",
      "A text has an empty list of items.",
      MALFORMED,
      open(NAME, ({ seed: _, lines: __, ...text }) => ({ ...text, items: [] })),
    ],
    ["items-all-shown", "A text without hidden lines comes as items.", MALFORMED, () => allShown(files)],
    [
      "seed-beside-items",
      "The seed of a text with a hidden line is there too.",
      MALFORMED,
      open(OUTPUT, (text) => ({ ...text, seed: seedBase64("3/output") })),
    ],
    ["seed-missing", "A text has lines without a seed.", MALFORMED, open(NAME, ({ seed: _, ...text }) => text)],
    [
      "seed-short",
      "A seed has 31 bytes.",
      MALFORMED,
      open(NAME, (text) => ({ ...text, seed: Buffer.alloc(31).toString("base64") })),
    ],
    [
      "seed-not-canonical",
      "The base64 of a seed has bits that count for nothing.",
      MALFORMED,
      open(NAME, (text) => ({
        ...text,
        seed: text.seed.replace(/.=$/, (end) => `${String.fromCharCode(end.charCodeAt(0) + 1)}=`),
      })),
    ],
    [
      "seed-without-padding",
      "The base64 of a seed has no padding.",
      MALFORMED,
      open(NAME, (text) => ({ ...text, seed: text.seed.slice(0, -1) })),
    ],
    ["lines-none", "A text has no lines.", MALFORMED, open(NAME, (text) => ({ ...text, lines: [] }))],
    [
      "line-with-newline",
      "A line has a newline in it.",
      MALFORMED,
      open(TODO, (text) => ({ ...text, lines: [text.lines.join("\n")] })),
    ],
    ["field-unknown", "A text has a field that the format has not.", MALFORMED, open(NAME, (text) => ({ ...text, color: "red" }))],
    ["field-missing", "A text does not say of which field it is.", MALFORMED, open(NAME, ({ field: _, ...text }) => text)],
    ["lone-surrogate", "A line has half of a surrogate pair.", MALFORMED, line(NAME, (one) => one.replace("Dana", "D\\udc00na"))],
    ["not-canonical-space", "A line has a space that need not be.", MALFORMED, line(NAME, (one) => one.replace(",", ", "))],
    ["not-canonical-order", "The keys of a line are in another order.", MALFORMED, line(NAME, (one) => reordered(one))],
    ["duplicate-key", "A key is there twice.", MALFORMED, line(NAME, (one) => one.replace('"lines"', '"lines":["x"],"lines"'))],
    ["not-json", "A line is no JSON.", MALFORMED, line(NAME, () => "hello")],
    ["blank-line", "There is a blank line between two texts.", MALFORMED, lines((all) => all.toSpliced(NAME, 0, ""))],
    [
      "no-newline",
      "The last line does not end with a newline.",
      MALFORMED,
      () => change(files, TEXT, (bytes) => bytes.subarray(0, -1)),
    ],
    ["raw-no-bytes", "A hash stands without the number of bytes.", MALFORMED, () => otherRaw(files, `${CD}`)],
    ["raw-zero", "A number of bytes has a leading zero.", MALFORMED, () => otherRaw(files, `${CD} 00`)],
    ["raw-large", "A number of bytes is larger than 2^53-1.", MALFORMED, () => otherRaw(files, `${CD} 9007199254740992`)],
    ["raw-case", "A hash of raw output is in capitals.", MALFORMED, () => otherRaw(files, `${CD.toUpperCase()} 0`)],
    ["raw-largest", "A number of bytes is 2^53-1.", "verified", () => otherRaw(files, `${CD} 9007199254740991`)],
    [
      "hash-shown",
      "The hash of an output is shown although a line of it is hidden.",
      "complete/hash-shown",
      parsed(RAW, (text) => ({ ...text, text: redactText(raw(), [{ line: 1, reason: "other" }]) })),
    ],
    [
      "hash-shown-whole",
      "Both hashes are shown although a line of one output is hidden.",
      "complete/hash-shown",
      () => rawOpen(files),
    ],
    [
      "hidden-more",
      "A line more is hidden than handoff.json says.",
      "session/facts-differ",
      parsed(NAME, (text) => ({ ...text, text: redactText(text.text, [{ line: 0, reason: "personal-data" }]) })),
    ],
  ]);
}

const CD = "cd".repeat(32);

/** The session recorded with another second line of `raw`, the one that is shown. */
function otherRaw(files: Files, second: string): Promise<Files> {
  const made = makeText(`${"ab".repeat(32)} 64\n${second}`, seedOf(`${SESSION}/4/raw`));
  const text = redactText(made, [{ line: 0, reason: "credential" }]);
  const committed = edit(files, ENTRIES, (all) =>
    all.with(
      4,
      value(all[4], (one) => ({ ...one, text: { raw: commitText(made) } })),
    ),
  );
  return relog(edit(committed, TEXT, (all) => all.with(RAW, fromUtf8(encodeSessionText({ seq: 4, field: "raw", text })))));
}

function swapped(lines: string[], a: number, b: number): string[] {
  return lines.with(a, lines[b] as string).with(b, lines[a] as string);
}

function seedBase64(place: string): string {
  return Buffer.from(seedOf(`${SESSION}/${place}`)).toString("base64");
}

function reordered(line: string): string {
  const { seq, ...rest } = JSON.parse(line) as Json;
  return JSON.stringify({ seq, ...rest });
}

function raw() {
  return makeText(`${"ab".repeat(32)} 64\n${"cd".repeat(32)} 0`, seedOf(`${SESSION}/4/raw`));
}

const lessHidden = (files: Files, lines: number) =>
  editedHandoff(files, (handoff) => ({
    ...handoff,
    sessions: handoff.sessions.map((one, i) => (i === 0 ? { ...one, redactedLines: one.redactedLines - lines } : one)),
  }));

function rawOpen(files: Files): Files {
  const shown = fromUtf8(encodeSessionText({ seq: 4, field: "raw", text: raw() }));
  return lessHidden(
    edit(files, TEXT, (all) => all.with(RAW, shown)),
    1,
  );
}

/** A hidden command in the open again, but not as a text with nothing hidden travels. */
function allShown(files: Files): Files {
  const text = makeText(`net user svc ${SECRET} /add\nx`, seedOf(`${SESSION}/2/command`));
  const items = redactText(text, [{ line: 1, reason: "other" }]);
  const shown = "items" in items ? items.items.slice(0, 1) : [];
  const line = fromUtf8(encodeSessionText({ seq: 2, field: "command", text: { items: shown } }));
  return lessHidden(
    edit(files, TEXT, (all) => all.with(COMMAND, line)),
    1,
  );
}
