import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Block } from "../../viewer/search/block.ts";
import { BlockWriter } from "../../viewer/search/block-writer.ts";
import { encodeSessions, parseColumns } from "../../viewer/search/columns.ts";
import { DigitReader, DigitWriter } from "../../viewer/search/digits.ts";
import { encodeSearchScript } from "../../viewer/search/files.ts";
import { mergeRuns } from "../../viewer/search/merge.ts";
import { PostingList, Postings } from "../../viewer/search/postings.ts";
import { FIELDS, RunBuilder } from "../../viewer/search/run.ts";
import { ShardWriter } from "../../viewer/search/shard-writer.ts";
import { distanceTo } from "../../viewer/search/similar.ts";
import { lastUpTo } from "../../viewer/search/sorted.ts";
import { tokenize } from "../../viewer/search/tokenize.ts";
import { readVocabulary, VocabularyWriter } from "../../viewer/search/vocabulary.ts";
import { decodeWord, encodeWord } from "../../viewer/search/word.ts";

const decoder = new TextDecoder();

describe("digits", () => {
  test("numbers come back, and stand in a script's string as they are", () => {
    fc.assert(
      fc.property(fc.array(fc.maxSafeNat().map((number) => number % 2 ** 40)), (numbers) => {
        const writer = new DigitWriter(1);
        for (const number of numbers) writer.number(number);
        const bytes = writer.take();
        expect(JSON.stringify(decoder.decode(bytes))).toBe(`"${decoder.decode(bytes)}"`);
        const reader = new DigitReader(bytes);
        for (const number of numbers) expect(reader.number()).toBe(number);
        expect(reader.at).toBe(bytes.length);
      }),
    );
  });

  test("reading past the end or other bytes ends with an error", () => {
    expect(() => new DigitReader(new Uint8Array(0)).number()).toThrow(TypeError);
    expect(() => new DigitReader(Uint8Array.of(200)).number()).toThrow(TypeError);
  });
});

test("what is known of sessions and documents comes back", () => {
  const place = fc.option(fc.nat(100), { nil: undefined });
  const session = fc.record({
    documents: fc.array(fc.tuple(fc.nat(7), fc.nat(3000), fc.nat(10), fc.nat(100_000)), { maxLength: 5 }),
    ...{ machine: place, period: place, outcome: place, incident: place },
  });
  fc.assert(
    fc.property(fc.array(session), (sessions) => {
      const documents = sessions.flatMap((one) => one.documents);
      const rest = new DigitWriter();
      for (const number of documents.flat()) rest.number(number);
      const head = encodeSessions(sessions.map((one) => ({ ...one, documents: one.documents.length })));
      const columns = parseColumns(Buffer.concat([head, rest.take()]), sessions.length, documents.length);
      expect([...columns.sessionOf]).toEqual(sessions.flatMap((one, i) => one.documents.map(() => i)));
      for (const facet of ["machine", "period", "outcome", "incident"] as const)
        expect([...columns.facets[facet]]).toEqual(sessions.map((one) => one[facet] ?? -1));
      expect([...columns.kinds]).toEqual(documents.map(([kind]) => kind));
      expect(columns.lengths.map((field) => [...field])).toEqual([1, 2, 3].map((at) => documents.map((one) => one[at])));
    }),
  );
});

test("the last item up to a value is the one that a plain look finds", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(50)), fc.nat(60), (items, value) => {
      const sorted = items.sort((a, b) => a - b);
      expect(lastUpTo(sorted, value)).toBe(sorted.findLastIndex((item) => item <= value));
    }),
  );
});

test("words of any letters come back from their bytes, and beginnings stay beginnings", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 20 }), fc.nat(20), (word, length) => {
      const encoded = encodeWord(word);
      expect(decodeWord(encoded)).toBe(word);
      expect(encoded.startsWith(encodeWord(word.slice(0, length)))).toBe(true);
      expect(encoded).toMatch(/^[ -~]*$/);
    }),
  );
});

/** The same by maps: word to field to document to how often. */
function indexByMaps(documents: readonly (readonly string[])[]): Map<string, Map<number, number>[]> {
  const words = new Map<string, Map<number, number>[]>();
  for (const [document, fields] of documents.entries()) {
    for (const [field, text] of fields.entries()) {
      for (const word of tokenize(text)) {
        const found = words.get(encodeWord(word)) ?? FIELDS.map(() => new Map<number, number>());
        words.set(encodeWord(word), found);
        const of = found[field] as Map<number, number>;
        of.set(document, (of.get(document) ?? 0) + 1);
      }
    }
  }
  return words;
}

/** Bytes in pieces of these lengths, in turn. */
test("postings of more documents than are read at a time come in turns", () => {
  const writer = new DigitWriter();
  const documents = Array.from({ length: 10_000 }, (_, i) => 3 * i);
  for (const i of documents.keys()) {
    // Differences less 1, from document -1 on; an odd number says that there follows how often, from 2 on.
    writer.number(((i === 0 ? 0 : 2) << 1) | (i % 2));
    if (i % 2 === 1) writer.number(i % 100);
  }
  const bytes = writer.take();
  const list = new PostingList();
  const read: [number, number][] = [];
  let turns = 0;
  new Postings(documents.length, bytes, 0, bytes.length).read(list, () => {
    turns++;
    for (let i = 0; i < list.length; i++) read.push([list.documents[i] ?? -1, list.times[i] ?? 0]);
  });
  expect(turns).toBeGreaterThan(1);
  expect(read).toEqual(documents.map((document, i) => [document, i % 2 === 1 ? (i % 100) + 2 : 1]));
  expect(() => new Postings(9_999, bytes, 0, bytes.length).read(list, () => {})).toThrow(TypeError);
});

async function* inPieces(bytes: Uint8Array, lengths: readonly number[]): AsyncGenerator<Uint8Array> {
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const length = lengths[i % lengths.length] as number;
    yield bytes.slice(at, at + length);
    at += length;
  }
}

const text = fc
  .array(
    fc.oneof(
      fc.constantFrom("spooler", "Spool", "kb5034441", "a1", "Ärger", "東京", "192.168.1.20", "0x80070005"),
      fc.string({ unit: "grapheme", maxLength: 6 }),
    ),
    { maxLength: 12 },
  )
  .map((words) => words.join(" "));

test("runs merged to blocks hold what maps hold, wherever runs and pieces are parted", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(text, text, text), { maxLength: 30 }),
      fc.array(fc.nat(30), { maxLength: 4 }),
      fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 }),
      async (documents, cuts, lengths) => {
        const runs: AsyncIterable<Uint8Array>[] = [];
        const builder = new RunBuilder();
        const cut = () => {
          if (!builder.isEmpty) runs.push(inPieces(Buffer.concat([...builder.take()]), lengths));
        };
        for (const [document, fields] of documents.entries()) {
          if (cuts.includes(document)) cut();
          for (const [field, value] of fields.entries()) {
            const texts = document % 2 === 0 ? [value] : value.split(" ");
            expect(builder.add(document, field as 0 | 1 | 2, texts)).toBe(new Set(tokenize(value)).size);
          }
        }
        cut();
        const writer = new BlockWriter();
        for await (const words of mergeRuns(runs)) for (const word of words) expect(writer.add(word)).toBeUndefined();
        const list = new PostingList();
        const block = new Block(writer.take()?.bytes ?? new Uint8Array(0));
        const expected = indexByMaps(documents);
        const words = Array.from({ length: block.length }, (_, place) => block.word(place));
        expect(words).toEqual([...expected.keys()].sort((a, b) => (a < b ? -1 : 1)));
        for (const [place, word] of words.entries()) {
          expect(block.place(word)).toBe(place);
          const found = block.postings(place).map((postings) => {
            const of = new Map<number, number>();
            postings?.read(list, () => {
              for (let i = 0; i < list.length; i++) of.set(list.documents[i] ?? -1, list.times[i] ?? 0);
            });
            expect(of.size).toBe(postings?.documents ?? 0);
            return of;
          });
          expect(found).toEqual(expected.get(word));
        }
      },
    ),
    { numRuns: process.env.SLOW ? 2000 : 100 },
  );
});

test("a file of texts is the plain JSON of passages within JSON, in ASCII, also when it is gone on with", () => {
  const passage = fc.tuple(
    fc.nat(),
    fc.constantFrom("", "stderr"),
    fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom(
        "\ud800",
        "a\udc00\udc00",
        "\ud83d\ude00",
        '\x7f\t\\"\n',
        `${"plain text ".repeat(9)}"é`,
        `${"x".repeat(32_767)}😀y`,
      ),
    ),
  );
  const row = { id: "ses_0000000000000000", title: "Zürich", endpoint: 0, opened: "2026-03-01T00:00:00Z" };
  fc.assert(
    fc.property(fc.array(fc.array(passage), { minLength: 1 }), fc.nat(10), (documents, cut) => {
      let writer = new ShardWriter();
      writer.open(7, row);
      for (const [i, passages] of documents.entries()) {
        if (i === cut) writer = new ShardWriter(JSON.parse(JSON.stringify(writer.state())));
        writer.add(passages);
      }
      const shard = { session: 7, sessions: [row], documents: documents.map((passages) => JSON.stringify(passages)) };
      expect(decoder.decode(writer.take("texts-0"))).toBe(decoder.decode(encodeSearchScript("texts-0", shard)));
    }),
  );
});

test("words for typing errors are those of letters, and come back", async () => {
  const writer = new VocabularyWriter();
  const pieces: Uint8Array[] = [];
  const words = ["added", "addon", "kb5034441", "ärger", "spool", "spooler", "too", "verylongwordthatnobodywouldevertypeatall"];
  for (const word of words.map(encodeWord).sort()) {
    const bytes = new TextEncoder().encode(word);
    const piece = writer.add(bytes, bytes.length, 100);
    if (piece !== undefined) pieces.push(piece);
  }
  pieces.push(writer.rest());
  const back = readVocabulary(await writer.write(inPieces(Buffer.concat(pieces), [3])));
  expect(back.sort()).toEqual(["added", "addon", "spool", "spooler", "ärger"]);
});

test("distances are those of the plain definition", () => {
  const plain = (a: string, b: string): number =>
    a === "" || b === ""
      ? a.length + b.length
      : Math.min(plain(a.slice(1), b) + 1, plain(a, b.slice(1)) + 1, plain(a.slice(1), b.slice(1)) + (a[0] === b[0] ? 0 : 1));
  const short = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 6 });
  fc.assert(
    fc.property(short, short, fc.nat(4), (a, b, most) => {
      expect(distanceTo(a, most)(b)).toBe(Math.min(plain(a, b), most + 1));
    }),
  );
});
