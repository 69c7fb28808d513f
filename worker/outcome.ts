import type { ServedFile } from "./objects/handoff/package-files.ts";
import { acceptsGzip, hasEntityTag, parseRange } from "./range.ts";

/** What of a request decides how much of a file is sent. */
export interface Asked {
  isHead: boolean;
  gzip: boolean;
  ifNoneMatch: string | null;
  ifRange: string | null;
  range: string | null;
}

export function askedBy({ method, headers }: Request): Asked {
  return {
    isHead: method === "HEAD",
    gzip: acceptsGzip(headers.get("accept-encoding")),
    ifNoneMatch: headers.get("if-none-match"),
    ifRange: headers.get("if-range"),
    range: headers.get("range"),
  };
}

/** How a request for a file ends, before a byte of it is read: the same in the object that logs it and in the Worker that sends it. */
export interface Outcome {
  status: 200 | 206 | 304 | 416;
  /** Entity tag, with its quotation marks. */
  tag: string;
  /** What of the content is sent. */
  from: number;
  length: number;
  /** Bytes of content in the answer: 0 where it has no body. */
  bytes: number;
}

const DEFLATED = 8;
/** Around the deflated bytes of a gzip member: header of 10 bytes, CRC-32 and size. */
export const GZIP_FRAME = 18;

export function isGzipped(file: ServedFile, { gzip }: Asked): boolean {
  return gzip && file.method === DEFLATED;
}

/** A file of the package. Ranges are of the whole package only: browsers and readers want pages whole. */
export function fileOutcome(file: ServedFile, asked: Asked): Outcome {
  const gzip = isGzipped(file, asked);
  const length = gzip ? file.packed + GZIP_FRAME : file.size;
  // Two tags, for these are two sequences of bytes.
  return outcome(`"${file.sha256.slice(0, 32)}${gzip ? "-gzip" : ""}"`, asked, { status: 200, from: 0, length });
}

/** The package as a whole, or the part of it that was asked for. */
export function packageOutcome({ sha256, bytes }: { sha256: string; bytes: number }, asked: Asked): Outcome {
  const tag = `"${sha256}"`;
  const fresh = asked.ifRange === null || asked.ifRange.trim() === tag;
  const range = fresh ? parseRange(asked.range, bytes) : "whole";
  if (range === "whole") return outcome(tag, asked, { status: 200, from: 0, length: bytes });
  if (range === "unsatisfiable") return outcome(tag, asked, { status: 416, from: 0, length: 0 });
  return outcome(tag, asked, { status: 206, ...range });
}

function outcome(tag: string, asked: Asked, part: Pick<Outcome, "status" | "from" | "length">): Outcome {
  if (hasEntityTag(asked.ifNoneMatch, tag)) return { status: 304, tag, from: 0, length: 0, bytes: 0 };
  return { ...part, tag, bytes: asked.isHead ? 0 : part.length };
}
