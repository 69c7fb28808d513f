import { sessionId } from "./entry.ts";
import { RecordError } from "./error.ts";

/** Files with one fixed place in a package. */
export const START_HERE = "START-HERE.html";
export const README = "README.txt";
export const BAGIT = "bagit.txt";
export const BAG_INFO = "bag-info.txt";
export const MANIFEST = "manifest-sha256.txt";
export const TAG_MANIFEST = "tagmanifest-sha256.txt";
export const SIGNATURE = "tagmanifest-sha256.txt.sig";
export const TIMESTAMP = "tagmanifest-sha256.txt.sig.tsr";
export const ALLOWED_SIGNERS = "allowed_signers";
export const HANDOFF = "data/records/handoff.json";
export const GROUP_CHECKPOINT = "data/records/group.checkpoint";
export const GROUP_TIMESTAMP = "data/records/group.checkpoint.tsr";
export const GROUP_LEAVES = "data/records/group.leaves";

/** One of the three files that hold a session's records. */
export type SessionFile = "entries.jsonl" | "text.jsonl" | "checkpoint";

/** `data/records/sessions/ID.entries.jsonl` and so on. */
export function sessionPath(session: string, file: SessionFile): string {
  return `data/records/sessions/${session}.${file}`;
}

/** Inverse of {@link sessionPath}; undefined for any other path. */
export function parseSessionPath(path: string): { session: string; file: SessionFile } | undefined {
  const match = /^data\/records\/sessions\/([^/.]+)\.(entries\.jsonl|text\.jsonl|checkpoint)$/.exec(path);
  if (!match || !sessionId.safeParse(match[1]).success) return undefined;
  return { session: match[1] as string, file: match[2] as SessionFile };
}

/** Statement number `n`, from 1, of a new key of the organisation: `data/records/keys/0001.note` and so on. */
export function keyStatementPath(n: number): string {
  return `data/records/keys/${String(n).padStart(4, "0")}.note`;
}

/** Whether the path is one of {@link keyStatementPath}. */
export function isKeyStatementPath(path: string): boolean {
  return /^data\/records\/keys\/[0-9]{4}\.note$/.test(path);
}

/** The page of a session in the package's site. */
export function sessionPagePath(session: string): string {
  return `data/sessions/${session}.html`;
}

/**
 * A path that unpacks to the same place on Windows, macOS and Linux: relative, `/` between its parts, ASCII letters, digits,
 * `.`, `-` and `_`, no part that starts with a dot or ends with one, no name that Windows reserves.
 * @throws RecordError `path/malformed`.
 */
export function checkPath(path: string): string {
  const parts = path.split("/");
  const fine =
    path.length <= 200 &&
    parts.every((part) => /^[A-Za-z0-9_-][A-Za-z0-9._-]*$/.test(part) && !part.endsWith(".") && !RESERVED.test(part));
  if (!fine)
    throw new RecordError("path/malformed", `expected a portable relative path, got ${JSON.stringify(path.slice(0, 200))}`);
  return path;
}

const RESERVED = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)/i;
