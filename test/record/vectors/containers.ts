import { concat, utf8 } from "../../../record/bytes.ts";
import { HANDOFF, README, TAG_MANIFEST } from "../../../record/path.ts";
import type { Files } from "../sample.ts";
import { extraField, makeZip, u32, u64, type ZipPart, type ZipTail } from "../zip-maker.ts";
import { type Base, type Draft, deflate, partsOf, type Row, zipOf } from "./base.ts";

const MALFORMED = "container/malformed";
const HIDDEN = "container/hidden-bytes";
const DIFFERS = "container/entry-differs";
const ENCRYPTED = "container/encrypted";
const LINK = "container/not-a-file";
const UNSAFE = "container/path-unsafe";
const TWICE = "container/path-twice";
const UNREADABLE = "file/unreadable";
const MISSING = "file/missing";
const EXTRA = "file/extra";

const END = u32(0x06054b50);
const MARK = 0xffffffff;
const STRANGE = extraField(0x4141, utf8("hidden"));
const TIMES = extraField(0x5455, new Uint8Array(5));

/** Faults of the ZIP itself; the files are those of a package without a fault. */
export function containerVectors({ small }: Base): Draft[] {
  const zip = (by: (parts: ZipPart[]) => ZipPart[] | Promise<ZipPart[]>, tail?: ZipTail) => async () =>
    makeZip(await by(await partsOf(small)), tail);
  type Change = (part: ZipPart) => Partial<ZipPart> | Promise<Partial<ZipPart>>;
  const changed = (name: string, by: Change) =>
    zip((parts) => Promise.all(parts.map(async (one) => (one.name === name ? { ...one, ...(await by(one)) } : one))));
  /** Changed in README.txt, which is stored, or in handoff.json, which is deflated. */
  const stored = (by: Partial<ZipPart>) => changed(README, () => by);
  const deflated = (by: Change) => changed(HANDOFF, by);
  const tail = (of: ZipTail) => zip((parts) => parts, of);
  const more = (...of: ZipPart[]) => zip((parts) => [...parts, ...of]);
  const bytes = (by: (zip: Uint8Array) => Uint8Array) => async () => by(await zipOf(small));
  const readme = small.get(README) as Uint8Array;
  const packed = (part: ZipPart) => part.packed as Uint8Array;

  const paths = (
    [
      ["parent", "leads out of the folder", "../evil.txt"],
      ["parent-within", "leads out of the folder further in", "x/../../evil.txt"],
      ["dot", "has a part that is a dot", "x/./evil.txt"],
      ["double-slash", "has two slashes in a row", "x//evil.txt"],
      ["absolute", "begins with a slash", "/etc/passwd"],
      ["drive", "names a drive", "C:/evil.txt"],
      ["drive-relative", "names a drive without a folder", "C:evil.txt"],
      ["backslash", "has a backslash", "data\\evil.txt"],
      ["server", "names a server's share", "//server/share/evil.txt"],
      ["stream", "names a stream of another file", "README.txt:evil"],
      ["reserved", "is one that Windows keeps for itself", "aux"],
      ["reserved-extension", "is one that Windows keeps for itself, with an extension", "x/Com1.txt"],
      ["trailing-dot", "ends with a dot", "evil.txt."],
      ["trailing-space", "ends with a space", "evil.txt "],
      ["hidden", "begins with a dot", ".evil"],
      ["nul", "has a NUL", "evil.txt\u0000.exe"],
      ["newline", "has a newline", "evil\n.txt"],
      ["turned", "has a character that turns writing round", "evil\u202etxt.exe"],
      ["not-ascii", "has a letter that is not ASCII", "\u00e9vil.txt"],
      ["empty", "is empty", ""],
      ["long", "has 201 characters", `${"a".repeat(197)}.txt`],
    ] as const
  ).map(([name, what, path]): Row => [`path-${name}`, `A name ${what}.`, UNSAFE, more(of(path)), [EXTRA]]);

  const rows: Row[] = [
    ...paths,
    ["path-not-utf8", "A name is not UTF-8.", UNSAFE, more({ ...of("x"), name: Uint8Array.of(0x61, 0xff) }), [EXTRA]],
    ["path-latin1", "A name is in Latin-1.", UNSAFE, more({ ...of("x"), name: Uint8Array.of(0xe9), flags: 0 }), [EXTRA]],
    ["path-twice", "A file is there twice.", TWICE, more({ name: README, data: readme })],
    ["path-twice-differs", "A file is there twice with other content.", TWICE, more({ name: README, data: utf8("evil\n") })],
    ["path-case", "Two names are equal up to case.", TWICE, more(of("readme.TXT")), [EXTRA]],
    ["path-case-folder", "Two names are equal up to the case of their folder.", TWICE, more(of("DATA/index.html")), [EXTRA]],
    ["path-unicode", "Two names are equal up to Unicode form.", TWICE, more(of("caf\u00e9"), of("cafe\u0301")), [UNSAFE, EXTRA]],
    ["path-width", "Two names are equal up to the width of their letters.", TWICE, more(of("b"), of("\uff42")), [UNSAFE, EXTRA]],
    ["path-file-and-folder", "A file has the name of a folder.", TWICE, more(of("data")), [EXTRA]],
    [
      "folder",
      "An empty folder is an entry of its own.",
      "verified",
      more({ name: "data/", data: new Uint8Array(), external: 0x10 }),
    ],
    ["folder-with-content", "A folder has content.", HIDDEN, more({ name: "x/", data: utf8("hidden"), external: 0x10 })],
    [
      "folder-path",
      "The name of a folder leads out of the folder.",
      UNSAFE,
      more({ name: "../", data: new Uint8Array(), external: 0x10 }),
    ],
    ["symbolic-link", "A file is a symbolic link.", LINK, stored({ external: 0o120777 * 0x10000 })],
    [
      "symbolic-link-dos",
      "A file is a symbolic link and said to come from DOS.",
      LINK,
      stored({ external: 0o120777 * 0x10000, versionMadeBy: 20 }),
    ],
    ["device", "A file is a device.", LINK, stored({ external: 0o060644 * 0x10000 })],
    ["pipe", "A file is a pipe.", LINK, stored({ external: 0o010644 * 0x10000 })],
    ["dos-folder", "A file is said to be a folder.", LINK, stored({ external: 0x10 })],
    ["dos-label", "A file is said to be the label of a disk.", LINK, stored({ external: 0x08 })],
    ["encrypted", "A file is encrypted.", ENCRYPTED, stored({ flags: 0x801 }), [UNREADABLE]],
    ["encrypted-strongly", "A file is encrypted the strong way.", ENCRYPTED, stored({ flags: 0x841 }), [UNREADABLE]],
    ["encrypted-directory", "The names of the files are encrypted.", ENCRYPTED, stored({ flags: 0x2800 }), [UNREADABLE]],
    [
      "encrypted-locally",
      "Only the local header says that a file is encrypted.",
      DIFFERS,
      stored({ local: { flags: 0x801 } }),
      [MISSING],
    ],
    ["flag-patch", "The data of a file are a patch.", DIFFERS, stored({ flags: 0x820 })],
    ["flag-unknown", "A flag is set that has no meaning.", DIFFERS, stored({ flags: 0x8800 })],
    ["entry-disk", "A file is on another disk.", DIFFERS, stored({ disk: 1 })],
    ["local-name", "The local header has another name.", DIFFERS, stored({ local: { name: utf8("README.exe") } }), [MISSING]],
    [
      "local-name-longer",
      "The local header has a longer name.",
      DIFFERS,
      stored({ local: { name: utf8("README.txt.exe") } }),
      [MISSING],
    ],
    ["local-flags", "The local header has other flags.", DIFFERS, stored({ local: { flags: 0 } }), [MISSING]],
    [
      "local-method",
      "The local header has another method.",
      DIFFERS,
      deflated(() => ({ local: { method: 0 } })),
      [MISSING, "handoff/malformed", "bag/count-differs"],
    ],
    ["local-crc", "The local header has another CRC-32.", DIFFERS, stored({ local: { crc: 1 } }), [MISSING]],
    ["local-size", "The local header has another size.", DIFFERS, stored({ local: { size: 1 } }), [MISSING]],
    ["local-packed", "The local header has another packed size.", DIFFERS, stored({ local: { compressed: 1 } }), [MISSING]],
    ["local-time", "The local header has another time.", DIFFERS, stored({ local: { time: 1 } }), [MISSING]],
    [
      "local-version",
      "The local header asks for another version, which changes nothing.",
      "verified",
      stored({ local: { versionNeeded: 45 } }),
    ],
    [
      "offset-wrong",
      "The directory says that a file is elsewhere.",
      DIFFERS,
      stored({ central: { offset: 1 } }),
      [HIDDEN, MISSING],
    ],
    [
      "offset-beyond",
      "The directory says that a file is after the directory.",
      DIFFERS,
      stored({ central: { offset: 100_000 } }),
      [HIDDEN, MISSING],
    ],
    ["overlap", "A file lies within another one.", HIDDEN, overlapping(small), [EXTRA]],
    [
      "overlap-same",
      "Two names have the same place.",
      DIFFERS,
      more({ ...of("more.txt"), central: { offset: 0 } }),
      [HIDDEN, EXTRA],
    ],
    ["entry-comment", "A file has a comment.", HIDDEN, stored({ comment: utf8("hidden") })],
    ["extra-unknown", "A file has an extra field that nobody knows.", HIDDEN, stored({ extra: STRANGE })],
    [
      "extra-unknown-locally",
      "A local header has an extra field that nobody knows.",
      HIDDEN,
      stored({ local: { extra: STRANGE } }),
    ],
    [
      "extra-unicode-name",
      "A file has a second name in an extra field.",
      HIDDEN,
      stored({ extra: extraField(0x7075, concat(Uint8Array.of(1), u32(0), utf8("evil.exe"))) }),
    ],
    ["extra-long", "An extra field for times has 100 bytes.", HIDDEN, stored({ extra: extraField(0x5455, new Uint8Array(100)) })],
    ["extra-no-field", "The extra bytes of a file are no field.", HIDDEN, stored({ extra: utf8("xyz") })],
    ["extra-twice", "An extra field is there twice.", DIFFERS, stored({ extra: concat(TIMES, TIMES) })],
    [
      "extra-times",
      "A file has its time in an extra field, as many programs write it.",
      "verified",
      stored({ extra: TIMES, local: { extra: TIMES } }),
    ],
    ["crc-wrong", "The CRC-32 of a file is another.", UNREADABLE, stored({ crc: 1 })],
    ["crc-wrong-extra", "A file was added, with another CRC-32.", UNREADABLE, more({ ...of("more.txt"), crc: 1 }), [EXTRA]],
    [
      "crc-wrong-tag-manifest",
      "The CRC-32 of the list that was signed is another.",
      UNREADABLE,
      changed(TAG_MANIFEST, () => ({ crc: 1 })),
      ["bag/malformed", "origin/signature-bad"],
    ],
    ["size-larger", "A stored file is said to be larger.", UNREADABLE, stored({ size: readme.length + 1 })],
    ["size-smaller", "A stored file is said to be smaller.", UNREADABLE, stored({ size: readme.length - 1 })],
    [
      "size-larger-deflated",
      "A deflated file is said to be larger.",
      UNREADABLE,
      deflated((one) => ({ size: one.data.length + 1 })),
      ["bag/count-differs", "handoff/malformed"],
    ],
    ["bomb", "A file of a hundred bytes inflates to two million.", UNREADABLE, bomb(small)],
    [
      "deflate-not",
      "A file is said to be deflated and is not.",
      UNREADABLE,
      deflated((one) => ({ packed: packed(one).map((byte) => byte ^ 0xff) })),
      ["handoff/malformed"],
    ],
    [
      "deflate-cut",
      "The deflated bytes of a file are cut short.",
      UNREADABLE,
      deflated((one) => ({ packed: packed(one).subarray(0, -4) })),
      ["handoff/malformed"],
    ],
    [
      "deflate-more",
      "There are bytes after the end of the deflated ones.",
      UNREADABLE,
      deflated((one) => ({ packed: concat(packed(one), utf8("hidden")) })),
      ["handoff/malformed"],
    ],
    [
      "deflate-nothing",
      "There are no deflated bytes of a file that has some.",
      UNREADABLE,
      deflated(() => ({ packed: new Uint8Array() })),
      ["handoff/malformed"],
    ],
    ["method", "A file is packed by a method that no package uses.", "unreadable", stored({ method: 12 as 0 })],
    [
      "before",
      "There are bytes before the first file.",
      HIDDEN,
      zip(([one, ...rest]) => [{ ...(one as ZipPart), before: utf8("MZ") }, ...rest]),
    ],
    ["between", "There are bytes between two files.", HIDDEN, stored({ before: utf8("hidden") })],
    ["after-files", "There are bytes between the last file and the directory.", HIDDEN, tail({ beforeDirectory: utf8("hidden") })],
    [
      "after-directory",
      "There are bytes between the directory and the end record.",
      "unreadable",
      tail({ afterDirectory: utf8("hidden") }),
    ],
    ["after-end", "There are bytes after the end of the ZIP.", HIDDEN, tail({ after: utf8("hidden") }), [MALFORMED]],
    ["unlisted", "There is a file that the directory does not list.", HIDDEN, more({ ...of("evil.txt"), unlisted: true })],
    ["comment", "The ZIP has a comment.", HIDDEN, tail({ comment: utf8("hidden") })],
    [
      "comment-longer",
      "The comment is longer than it says.",
      HIDDEN,
      tail({ comment: utf8("hidden"), commentLength: 2 }),
      [MALFORMED],
    ],
    ["comment-not-there", "The comment that the end record tells of is not there.", MALFORMED, tail({ commentLength: 2 })],
    [
      "two-ends",
      "There is a second end record, of an empty ZIP.",
      "unreadable",
      bytes((one) => concat(one, END, new Uint8Array(18))),
    ],
    [
      "two-directories",
      "A second ZIP comes after the first one.",
      "unreadable",
      bytes((one) => concat(one, makeZip([of("evil.txt")]))),
    ],
    [
      "two-directories-shifted",
      "The ZIP lies behind another one, its places counted from there.",
      HIDDEN,
      zip(([one, ...rest]) => [{ ...(one as ZipPart), before: makeZip([of("evil.txt")]) }, ...rest]),
    ],
    ["end-disk", "The end record is that of another disk.", "unreadable", tail({ disk: 1 })],
    ["end-here", "The end record counts fewer files on this disk.", MALFORMED, tail({ here: 1 })],
    ["end-more", "The end record counts a file more.", "unreadable", zip((parts) => parts, countOf(small, 1))],
    ["end-fewer", "The end record counts a file less.", "unreadable", zip((parts) => parts, countOf(small, -1))],
    ["end-start", "The end record says that the directory is elsewhere.", "unreadable", tail({ start: 3 })],
    ["end-size", "The end record says that the directory has another size.", "unreadable", tail({ size: 50 })],
    ["truncated", "The last byte is missing.", "unreadable", bytes((one) => one.subarray(0, -1))],
    ["truncated-half", "The second half is missing.", "unreadable", bytes((one) => one.subarray(0, one.length >> 1))],
    ["empty", "There is nothing.", "unreadable", () => new Uint8Array()],
    ["not-a-zip", "It is a text.", "unreadable", () => utf8("hello, this is no ZIP\n")],
    ["no-files", "The ZIP holds no file.", "unreadable", () => makeZip([])],
    [
      "in-folder",
      "All files lie in one more folder.",
      "unreadable",
      zip((parts) => parts.map((one) => ({ ...one, name: `package/${one.name}` }))),
    ],
    ...descriptors(stored, readme),
    ...zip64(small, stored, tail),
  ];
  return rows.map(([name, what, expect, make, also]) => ({ name: `zip-${name}`, what, expect, also, make }));
}

function of(name: string): ZipPart {
  return { name, data: utf8("evil\n") };
}

type Stored = (by: Partial<ZipPart>) => Row[3];

/** CRC-32 and sizes may come after the data (APPNOTE 4.3.9), with or without a signature, the sizes of 4 or 8 bytes. */
function descriptors(stored: Stored, data: Uint8Array): Row[] {
  const descriptor = (sign: boolean, number: typeof u32) =>
    concat(sign ? u32(0x08074b50) : new Uint8Array(), crcOf(data), number(data.length), number(data.length));
  const with_ = (after: Uint8Array, local = {}): Partial<ZipPart> => ({
    flags: 0x808,
    after,
    local: { crc: 0, size: 0, compressed: 0, ...local },
  });
  return [
    ["descriptor", "CRC-32 and sizes of a file come after it.", "verified", stored(with_(descriptor(true, u32)))],
    ["descriptor-unsigned", "They come after it without a mark.", "verified", stored(with_(descriptor(false, u32)))],
    ["descriptor-wide", "They come after it, the sizes of 8 bytes.", "verified", stored(with_(descriptor(true, u64)))],
    ["descriptor-missing", "They should come after it and do not.", DIFFERS, stored(with_(new Uint8Array())), [MISSING]],
    [
      "descriptor-differs",
      "They come after it and say another CRC-32.",
      DIFFERS,
      stored(with_(concat(descriptor(true, u32).with(4, data.length ^ 0x5a)))),
      [MISSING],
    ],
    [
      "descriptor-local",
      "They come after it, and the local header has other sizes.",
      DIFFERS,
      stored(with_(descriptor(true, u32), { size: 3, compressed: 3 })),
      [MISSING],
    ],
  ];
}

/** The CRC-32 as a local header has it. */
function crcOf(data: Uint8Array): Uint8Array {
  return makeZip([{ name: "x", data }]).subarray(14, 18);
}

function zip64(files: Files, stored: Stored, tail: (of: ZipTail) => Row[3]): Row[] {
  const size = (files.get(README) as Uint8Array).length;
  const wide = (central: number[], local = [size, size]): Partial<ZipPart> => ({
    central: { size: MARK, compressed: MARK, extra: extraField(1, concat(...central.map(u64))) },
    local: { size: MARK, compressed: MARK, extra: extraField(1, concat(...local.map(u64))) },
  });
  const locator = extraField(0x000a, concat(new Uint8Array(4), u32(0x07064b50), u32(0), u64(0), u32(1)));
  const last: Row[3] = async () => {
    const parts = await partsOf(files);
    return makeZip(parts.map((one, i) => (i === parts.length - 1 ? { ...one, extra: locator } : one)));
  };
  return [
    ["zip64", "The end record is that of Zip64, as a large ZIP has it.", "verified", tail({ zip64: {} })],
    ["zip64-sizes", "The sizes of a file are those of Zip64.", "verified", stored(wide([size, size]))],
    [
      "zip64-sizes-not-needed",
      "A file has sizes of Zip64 beside its own.",
      DIFFERS,
      stored({ extra: extraField(1, concat(u64(size), u64(size))) }),
    ],
    [
      "zip64-sizes-not-needed-locally",
      "A local header has sizes of Zip64 beside its own.",
      DIFFERS,
      stored({ local: { extra: extraField(1, concat(u64(size), u64(size))) } }),
      [MISSING],
    ],
    [
      "zip64-sizes-local",
      "The sizes of Zip64 in the local header are others.",
      DIFFERS,
      stored(wide([size, size], [size + 1, size])),
      [MISSING],
    ],
    ["zip64-sizes-more", "The sizes of Zip64 are three.", DIFFERS, stored(wide([size, size, 0]))],
    ["zip64-sizes-fewer", "The sizes of Zip64 are one.", "unreadable", stored(wide([size]))],
    [
      "zip64-sizes-missing",
      "A size is said to be that of Zip64, which is not there.",
      "unreadable",
      stored({ central: { size: MARK } }),
    ],
    [
      "zip64-sizes-missing-locally",
      "A local header has the marks of Zip64, and no sizes.",
      DIFFERS,
      stored({ local: { size: MARK, compressed: MARK } }),
      [MISSING],
    ],
    [
      "zip64-sizes-unsafe",
      "A size of Zip64 is larger than 2^53-1.",
      "unreadable",
      stored({ central: { size: MARK, extra: extraField(1, new Uint8Array(8).fill(0xff)) } }),
    ],
    ["zip64-not-needed", "There is an end record of Zip64 that nothing needs.", "unreadable", tail({ zip64: { narrow: false } })],
    ["zip64-count", "The end record counts otherwise than that of Zip64.", MALFORMED, tail({ zip64: {}, count: 7 })],
    [
      "zip64-start",
      "The end record has another place of the directory than that of Zip64.",
      MALFORMED,
      tail({ zip64: {}, start: 7 }),
    ],
    ["zip64-here", "The end record of Zip64 counts fewer files on this disk.", MALFORMED, tail({ zip64: { here: 1 } })],
    ["zip64-locator-fake", "An extra field looks like the locator of an end record of Zip64.", MALFORMED, last],
    ["zip64-locator-missing", "The end record asks for that of Zip64, which is not there.", "unreadable", tail({ start: MARK })],
    ["zip64-elsewhere", "The locator points to another place.", "unreadable", tail({ zip64: { at: 0 } })],
    ["zip64-extension", "The end record of Zip64 has an extension.", "unreadable", tail({ zip64: { length: 60 } })],
    ["zip64-disks", "The locator tells of two disks.", "unreadable", tail({ zip64: { disks: 2 } })],
    [
      "zip64-directory",
      "The end record of Zip64 says that the directory is elsewhere.",
      "unreadable",
      tail({ zip64: { start: 1 } }),
    ],
    [
      "zip64-enormous",
      "The end record of Zip64 counts more files than could be.",
      "unreadable",
      tail({ zip64: { count: 2 ** 40 } }),
    ],
  ];
}

function countOf(files: Files, by: number): ZipTail {
  return { count: files.size + by, here: files.size + by };
}

/** A stored file that holds another one, header and all, to which the directory points. */
function overlapping(files: Files): Row[3] {
  return async () => {
    const parts = await partsOf(files);
    const inner = of("inner.txt");
    const whole = makeZip([inner]);
    const outer = { name: "outer.bin", data: whole.subarray(0, 30 + "inner.txt".length + inner.data.length) };
    const start = makeZip(parts).length - directoryLength(parts);
    return makeZip([...parts, outer, { ...inner, data: inner.data, central: { offset: start + 30 + "outer.bin".length } }]);
  };
}

/** Of the central directory and the end record. */
function directoryLength(parts: readonly ZipPart[]): number {
  return 22 + parts.reduce((sum, { name }) => sum + 46 + utf8(String(name)).length, 0);
}

/** More than it says, and all of it zeros. */
function bomb(files: Files): Row[3] {
  return async () => {
    const packed = await deflate(new Uint8Array(2_000_000));
    const part = { name: README, data: new Uint8Array(100), method: 8, packed } as const;
    return makeZip((await partsOf(files)).map((one) => (one.name === README ? part : one)));
  };
}
