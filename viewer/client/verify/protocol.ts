import type { Part, PartContext, PartResult } from "../../../record/verify-part.ts";
import type { ZipPlace } from "../../../record/zip.ts";
import type { ReportView } from "./report-view.ts";

// What the page and the programs that it starts say to each other. A program runs in a worker, or in the page where there are none.

/** One end of a channel to or from a program. */
export interface Port {
  postMessage(message: unknown, transfer?: Transferable[]): void;
  onmessage: ((event: MessageEvent) => void) | null;
}

/** The package that a person chose. */
export type Source = { zip: Blob } | { folder: readonly FolderFile[] };

/** A file of a folder; in what was chosen, the package may be further down. */
export interface FolderFile {
  path: string;
  file: Blob;
}

/** What the reader has from elsewhere, as text. */
export interface Given {
  /** Lines of an allowed_signers file; empty when there are none. */
  signers: string;
  /** Certificates of time-stamping authorities, in PEM. */
  authorities: string;
  /** A disclosure as `npm run unseal` makes it. */
  disclosure: string;
}

/** To a program, first of all: what it shall do. `digest`: where it gets the page's SHA-256 if it has none itself, see digest-port.ts. */
export type Task =
  | { task: "lead"; source: Source; given: Given; crew: readonly MessagePort[]; digest: MessagePort | undefined }
  | { task: "crew"; port: MessagePort; digest: MessagePort | undefined }
  | { task: "stamps"; port: MessagePort };

/** From the lead to the page. */
export type News =
  | { read: number; total: number }
  /** It asks for a program that checks time stamps; the page answers with a {@link StampsAnswer}. */
  | { wants: "stamps" }
  | { report: ReportView }
  /** Nothing can be said of the package: what was expected and what came, if that is known. */
  | { unreadable: string | undefined };

/** From the page to the lead. Undefined: there is no such program. */
export interface StampsAnswer {
  stamps: MessagePort | undefined;
}

/** From the lead to one of the crew: the package, then one part after another, then that it is over. */
export type CrewOrder =
  | { source: Source; places: readonly ZipPlace[] | undefined; context: PartContext }
  | { part: Part }
  | { over: true };

/** From one of the crew: how many bytes of a file it read so far; that a part is done; that it can't go on. */
export type CrewAnswer = { path: string; bytes: number } | { result: PartResult } | { error: string };

/** To the page: of so many bytes of a buffer the SHA-256 is wanted. */
export interface DigestOrder {
  id: number;
  buffer: ArrayBuffer;
  length: number;
}
/** Its answer, with the buffer back; without a digest when the browser failed at it. */
export interface DigestAnswer {
  id: number;
  buffer: ArrayBuffer;
  digest: Uint8Array | undefined;
}

/** To the program that checks time stamps, and its answer. */
export interface StampOrder {
  token: Uint8Array;
  over: Uint8Array;
  authorities: readonly Uint8Array[] | undefined;
}
export type StampAnswer =
  | { stamp: import("../../../record/timestamp.ts").Timestamp }
  /** Why it does not hold, in words of record/. */
  | { fault: string };
