import { fromUtf8, utf8 } from "./bytes.ts";
import { RecordError } from "./error.ts";

/** Content of `bagit.txt` (RFC 8493 section 2.1.1). */
export const BAGIT_TXT = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";

/** One row of a manifest. */
export interface ManifestRow {
  /** SHA-256 as 64 lowercase hexadecimal digits. */
  digest: string;
  path: string;
}

/** Rows of a manifest in order of their paths' UTF-16 code units: `digest  path`, only CR, LF and % percent-encoded. */
export function encodeManifest(rows: readonly ManifestRow[]): string {
  const sorted = [...rows].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  return sorted.map(manifestLine).join("");
}

/** One line of a manifest with its newline. */
export function manifestLine(row: ManifestRow): string {
  return `${row.digest}  ${encodeBagPath(row.path)}\n`;
}

/**
 * Rows of a manifest as we write it.
 * @throws RecordError `bag/malformed` on any other line, on a path twice and on rows out of order.
 */
export function parseManifest(bytes: Uint8Array): ManifestRow[] {
  const text = fromUtf8(bytes);
  if (text !== "" && !text.endsWith("\n")) throw malformed("a newline at the end of the manifest");
  const rows: ManifestRow[] = [];
  let previous = "";
  for (const [number, line] of text.split("\n").slice(0, -1).entries()) {
    const match = /^([0-9a-f]{64}) {2}([^\r\n]+)$/.exec(line);
    if (!match) throw malformed(`a digest, two spaces and a path on line ${number + 1} of the manifest`);
    const path = decodeBagPath(match[2] as string);
    if (encodeBagPath(path) !== match[2])
      throw malformed(`only CR, LF and % percent-encoded on line ${number + 1} of the manifest`);
    if (number > 0 && path <= previous) throw malformed(`paths in order and each once, line ${number + 1} of the manifest`);
    rows.push({ digest: match[1] as string, path });
    previous = path;
  }
  return rows;
}

/** Label and value, in order; a label may come more than once. */
export type BagInfo = readonly (readonly [label: string, value: string])[];

/** `bag-info.txt`. White space in a value becomes one space: long values are not folded. */
export function encodeBagInfo(info: BagInfo): string {
  return info.map(([label, value]) => `${label}: ${oneLine(value)}\n`).join("");
}

function oneLine(value: string): string {
  return value.replace(/\s+/g, " ").trim();
}

/**
 * Labels and values as we write them.
 * @throws RecordError `bag/malformed`.
 */
export function parseBagInfo(bytes: Uint8Array): [string, string][] {
  const text = fromUtf8(bytes);
  if (!text.endsWith("\n")) throw malformed("a newline at the end of bag-info.txt");
  return text
    .slice(0, -1)
    .split("\n")
    .map((line, number) => {
      const match = /^([A-Za-z][A-Za-z0-9-]*): (.*)$/.exec(line);
      const [, label, value] = (match ?? []) as string[];
      if (label === undefined || value === undefined || oneLine(value) !== value)
        throw malformed(`a label, a colon, a space and a value on line ${number + 1} of bag-info.txt`);
      return [label, value];
    });
}

/** `Payload-Oxum`: octets and number of payload files. */
export function payloadOxum(octets: number, files: number): string {
  return `${octets}.${files}`;
}

/** Bytes of a text file of the bag. */
export function tagFile(text: string): Uint8Array {
  return utf8(text);
}

function encodeBagPath(path: string): string {
  return path.replace(/[%\r\n]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`);
}

function decodeBagPath(path: string): string {
  return path.replace(/%(25|0D|0A)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

function malformed(expected: string): RecordError {
  return new RecordError("bag/malformed", `expected ${expected}`);
}
