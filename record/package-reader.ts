import type { Finding } from "./finding.ts";
import type { FindingCounts } from "./findings.ts";

/** A file of a package, as its container lists it. */
export interface PackageFile {
  path: string;
  /** Bytes. */
  size: number;
}

/** A way to read the files of a package: a ZIP, a folder, or a list of files that a person picked. */
export interface PackageReader {
  files: readonly PackageFile[];
  /** What is wrong with the container itself. */
  findings: readonly Finding[];
  /** How many findings there are beyond these. */
  more?: FindingCounts | undefined;
  /** The file's bytes in pieces. The iteration throws RecordError when they can't be read as they should be. */
  open(path: string): AsyncIterable<Uint8Array>;
}
