import { createHash } from "node:crypto";
import { encodeBagInfo, payloadOxum } from "../../../record/bag.ts";
import { fromUtf8, toHex, utf8 } from "../../../record/bytes.ts";
import { BAG_INFO, BAGIT, MANIFEST, README, SIGNATURE, TAG_MANIFEST } from "../../../record/path.ts";
import { sshSign } from "../../../record/sshsig.ts";
import { change, changeText, type Files, ORGANIZATION } from "../sample.ts";
import type { Base, Draft, Row } from "./base.ts";

const MALFORMED = "bag/malformed";
const COUNT = "bag/count-differs";
const INDEX = "data/index.html";

/** The same files, the tag manifest's digests and the signature made anew; its rows are only corrected. */
export async function resealed(files: Files): Promise<Files> {
  const rows = fromUtf8(files.get(TAG_MANIFEST) as Uint8Array)
    .split("\n")
    .slice(0, -1)
    .map((row) => row.slice(66))
    .flatMap((path) => (files.has(path) ? [`${digestOf(files.get(path) as Uint8Array)}  ${path}\n`] : []));
  return resigned(new Map(files).set(TAG_MANIFEST, utf8(rows.join(""))));
}

/** The same files, the signature made anew over the tag manifest as it is. */
async function resigned(files: Files): Promise<Files> {
  const { key, sign } = ORGANIZATION;
  return new Map(files).set(SIGNATURE, utf8(await sshSign(files.get(TAG_MANIFEST) as Uint8Array, key.publicKey, sign)));
}

function digestOf(bytes: Uint8Array): string {
  return toHex(createHash("sha256").update(bytes).digest());
}

/** Faults of the bag (RFC 8493): its files, and the lists of them. */
export function bagVectors({ small }: Base): Draft[] {
  const without = (path: string, from = small) => new Map([...from].filter(([one]) => one !== path));
  const manifest = (by: (rows: string[]) => string[]) => () => resealed(changeText(small, MANIFEST, rowsTo(by)));
  const tags = (by: (rows: string[]) => string[]) => () => resigned(changeText(small, TAG_MANIFEST, rowsTo(by)));
  const text = (path: string, by: (text: string) => string) => () => resealed(changeText(small, path, by));
  const first = (by: (row: string) => string) => manifest(([row, ...rest]) => [by(row as string), ...rest]);

  const rows: Row[] = [
    [
      "file-changed",
      "A page was changed.",
      "file/changed",
      () => changeText(small, INDEX, (one) => one.replace("Overview", "Overvieu")),
    ],
    ["file-emptied", "A page was emptied.", "file/changed", () => change(small, INDEX, () => new Uint8Array()), [COUNT]],
    ["tag-file-changed", "README.txt was changed.", "file/changed", () => changeText(small, README, () => "Nothing to verify\n")],
    [
      "manifest-changed",
      "The list of files was changed.",
      "file/changed",
      () => changeText(small, MANIFEST, (one) => one.replace(/^../, "00")),
    ],
    ["file-missing", "A page is missing.", "file/missing", () => without(INDEX), [COUNT]],
    ["tag-file-missing", "README.txt is missing.", "file/missing", () => without(README)],
    ["file-extra", "A page was added.", "file/extra", () => new Map(small).set("data/more.html", utf8("x\n")), [COUNT]],
    ["tag-file-extra", "A file was added beside the pages.", "file/extra", () => new Map(small).set("autorun.inf", utf8("x\n"))],
    [
      "file-extra-empty",
      "An empty file was added beside the pages.",
      "file/extra",
      () => new Map(small).set("x/y/z", new Uint8Array()),
    ],
    ["file-renamed", "A page was renamed.", "file/missing", () => renamed(small, INDEX, "data/indes.html"), ["file/extra"]],
    [
      "files-swapped",
      "Two files are in each other's place.",
      "file/changed",
      () => new Map(small).set(README, small.get(BAGIT) as Uint8Array).set(BAGIT, small.get(README) as Uint8Array),
      [MALFORMED],
    ],
    ["unlisted-page", "A page is in no list, although all lists are signed.", "file/extra", () => unlisted(small)],
    ["row-one-space", "A row has one space.", MALFORMED, first((row) => row.replace("  ", " "))],
    ["row-asterisk", "A row has an asterisk before the path.", MALFORMED, first((row) => row.replace("  ", " *"))],
    ["row-tab", "A row has a tab.", MALFORMED, first((row) => row.replace("  ", "\t"))],
    ["row-case", "A digest is in capitals.", MALFORMED, first((row) => row.slice(0, 64).toUpperCase() + row.slice(64))],
    ["row-short", "A digest has 63 digits.", MALFORMED, first((row) => row.slice(1))],
    ["row-no-path", "A row has no path.", MALFORMED, first((row) => row.slice(0, 66))],
    ["row-encoded", "A letter of a path is percent-encoded.", MALFORMED, first((row) => row.replace("index", "%69ndex"))],
    [
      "row-order",
      "Two rows are in each other's place.",
      MALFORMED,
      manifest(([a, b, ...rest]) => [b as string, a as string, ...rest]),
    ],
    ["row-twice", "A row is there twice.", MALFORMED, manifest(([a, ...rest]) => [a as string, a as string, ...rest])],
    ["row-blank", "There is a blank line between two rows.", MALFORMED, manifest(([a, ...rest]) => [a as string, "", ...rest])],
    ["row-crlf", "The rows end with CR LF.", MALFORMED, manifest((all) => all.map((row) => `${row}\r`))],
    [
      "row-of-tag-manifest",
      "The list of pages lists README.txt.",
      MALFORMED,
      () => resealed(changeText(small, MANIFEST, (one) => `${digestOf(small.get(README) as Uint8Array)}  README.txt\n${one}`)),
    ],
    ["no-newline", "The last row does not end with a newline.", MALFORMED, text(MANIFEST, (one) => one.slice(0, -1))],
    ["byte-order-mark", "The list of pages begins with a byte order mark.", MALFORMED, text(MANIFEST, (one) => `\ufeff${one}`)],
    [
      "row-missing-file",
      "The list of pages lists a file that is not there.",
      "file/missing",
      manifest((all) => [...all, `${"ab".repeat(32)}  data/z.html`]),
    ],
    [
      "row-unsafe",
      "The list of pages lists a file out of the folder.",
      MALFORMED,
      first((row) => row.replace("data/index.html", "data/../../x")),
    ],
    ["manifest-missing", "The list of pages is missing.", MALFORMED, () => resealed(without(MANIFEST))],
    [
      "tag-row-of-manifest",
      "The other list lists a page.",
      MALFORMED,
      tags((all) =>
        [...all.slice(0, 3), `${digestOf(small.get(INDEX) as Uint8Array)}  ${INDEX}`, ...all.slice(3)].sort((a, b) =>
          a.slice(66) < b.slice(66) ? -1 : 1,
        ),
      ),
    ],
    [
      "tag-row-of-itself",
      "The other list lists itself.",
      MALFORMED,
      tags((all) => [...all, `${"ab".repeat(32)}  ${TAG_MANIFEST}`]),
    ],
    [
      "tag-row-of-signature",
      "The other list lists its signature.",
      MALFORMED,
      tags((all) => [...all, `${"ab".repeat(32)}  ${SIGNATURE}`]),
    ],
    [
      "tag-row-case",
      "A digest of the other list is in capitals.",
      MALFORMED,
      tags(([row, ...rest]) => [(row as string).slice(0, 64).toUpperCase() + (row as string).slice(64), ...rest]),
    ],
    [
      "tag-row-order",
      "Two rows of the other list are in each other's place.",
      MALFORMED,
      tags(([a, b, ...rest]) => [b as string, a as string, ...rest]),
    ],
    ["tag-manifest-missing", "The other list, which is what was signed, is missing.", "unreadable", () => without(TAG_MANIFEST)],
    [
      "tag-manifest-empty",
      "The other list is empty, and signed.",
      "file/extra",
      () => resigned(change(small, TAG_MANIFEST, () => new Uint8Array())),
    ],
    [
      "oxum-octets",
      "The stated size of all pages is larger by one.",
      COUNT,
      text(BAG_INFO, (one) => one.replace(/(\d+)\.(\d+)/, (_, size, count) => `${Number(size) + 1}.${count}`)),
    ],
    [
      "oxum-count",
      "The stated number of pages is larger by one.",
      COUNT,
      text(BAG_INFO, (one) => one.replace(/(\d+)\.(\d+)/, (_, size, count) => `${size}.${Number(count) + 1}`)),
    ],
    [
      "oxum-zero",
      "The stated number of pages has a leading zero.",
      COUNT,
      text(BAG_INFO, (one) => one.replace(/(\d+)\.(\d+)/, "$1.0$2")),
    ],
    [
      "oxum-missing",
      "Size and number of the pages are not stated.",
      COUNT,
      text(BAG_INFO, (one) => one.replace(/Payload-Oxum.*\n/, "")),
    ],
    [
      "oxum-twice",
      "Size and number of the pages are stated twice.",
      MALFORMED,
      text(BAG_INFO, (one) => `${one}Payload-Oxum: 1.1\n`),
    ],
    ["info-missing", "bag-info.txt is missing.", MALFORMED, () => resealed(without(BAG_INFO))],
    ["info-line", "A line of bag-info.txt has no label.", MALFORMED, text(BAG_INFO, (one) => `hello\n${one}`)],
    [
      "info-folded",
      "A line of bag-info.txt goes on in the next one.",
      MALFORMED,
      text(BAG_INFO, (one) => `Source-Organization: Northwind\n  IT\n${one}`),
    ],
    [
      "info-no-newline",
      "The last line of bag-info.txt does not end with a newline.",
      MALFORMED,
      text(BAG_INFO, (one) => one.slice(0, -1)),
    ],
    ["info-crlf", "The lines of bag-info.txt end with CR LF.", MALFORMED, text(BAG_INFO, (one) => one.replaceAll("\n", "\r\n"))],
    [
      "info-white-space",
      "A value of bag-info.txt has a space without width.",
      MALFORMED,
      text(BAG_INFO, (one) => `Source-Organization: Northwind\ufeffIT\n${one}`),
    ],
    [
      "info-next-line",
      "A value of bag-info.txt has control characters that are not white space.",
      "verified",
      text(BAG_INFO, (one) => `Source-Organization: Northwind\u0085\u001cIT\n${one}`),
    ],
    ["info-more", "bag-info.txt says more than it must.", "verified", () => resealed(moreInfo(small))],
    ["bagit-version", "bagit.txt says another version.", MALFORMED, text(BAGIT, (one) => one.replace("1.0", "0.97"))],
    ["bagit-encoding", "bagit.txt says another encoding.", MALFORMED, text(BAGIT, (one) => one.replace("UTF-8", "UTF-16"))],
    ["bagit-crlf", "The lines of bagit.txt end with CR LF.", MALFORMED, text(BAGIT, (one) => one.replaceAll("\n", "\r\n"))],
    ["bagit-byte-order-mark", "bagit.txt begins with a byte order mark.", MALFORMED, text(BAGIT, (one) => `\ufeff${one}`)],
    ["bagit-missing", "bagit.txt is missing.", MALFORMED, () => resealed(without(BAGIT))],
  ];
  return rows.map(([name, what, expect, make, also]) => ({ name: `bag-${name}`, what, expect, also, make }));
}

function rowsTo(by: (rows: string[]) => string[]): (text: string) => string {
  return (text) =>
    by(text.split("\n").slice(0, -1))
      .map((row) => `${row}\n`)
      .join("");
}

function renamed(files: Files, from: string, to: string): Files {
  return new Map([...files].map(([path, bytes]) => [path === from ? to : path, bytes]));
}

/** A page that counts in Payload-Oxum and stands in no list. */
async function unlisted(files: Files): Promise<Files> {
  const more = new Map(files).set("data/more.html", utf8("x\n"));
  const payload = [...more].filter(([path]) => path.startsWith("data/"));
  const octets = payload.reduce((sum, [, bytes]) => sum + bytes.length, 0);
  return resealed(more.set(BAG_INFO, utf8(encodeBagInfo([["Payload-Oxum", payloadOxum(octets, payload.length)]]))));
}

function moreInfo(files: Files): Files {
  return change(files, BAG_INFO, (bytes) =>
    utf8(
      `${encodeBagInfo([
        ["Source-Organization", "Northwind IT"],
        ["Contact-Name", "Dana: Reyes"],
        ["Contact-Name", ""],
      ])}${fromUtf8(bytes)}`,
    ),
  );
}
