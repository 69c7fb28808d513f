/** The four questions that a verification answers apart. None is implied by another. */
export type Question = "intact" | "origin" | "time" | "complete";

/** `ok`: checked and holds. `failed`: checked and does not hold. `note`: what a reader must know; nothing is wrong with it. */
export type FindingStatus = "ok" | "failed" | "note";

interface FindingKind {
  question: Question;
  status: FindingStatus;
  /** What it means, for a lawyer, in one sentence. */
  means: string;
}

const kind = (question: Question, status: FindingStatus, means: string): FindingKind => ({ question, status, means });

/** Every code that a verification can return. Closed; FORMAT.md explains each. */
export const FINDING_KINDS = {
  "container/malformed": kind("intact", "failed", "The ZIP is not built as its own table of contents says."),
  "container/hidden-bytes": kind("intact", "failed", "The ZIP holds bytes that belong to none of its files."),
  "container/entry-differs": kind(
    "intact",
    "failed",
    "Two places of the ZIP describe this file differently, so programs may show different things.",
  ),
  "container/encrypted": kind("intact", "failed", "The file is encrypted and can't be checked."),
  "container/not-a-file": kind("intact", "failed", "The entry is a link or another special file, which a package never holds."),
  "container/path-unsafe": kind("intact", "failed", "The name could unpack to another place, or not at all, on some computers."),
  "container/path-twice": kind("intact", "failed", "Two files have names that some computers take for the same."),
  "files/intact": kind("intact", "ok", "Every file is there, none was changed, and none was added."),
  "file/changed": kind("intact", "failed", "The file is not the one that was signed."),
  "file/missing": kind("intact", "failed", "A file that was signed is not there."),
  "file/extra": kind("intact", "failed", "A file is there that was not signed."),
  "file/unreadable": kind("intact", "failed", "The file is damaged and can't be read."),
  "bag/malformed": kind("intact", "failed", "A list of the package's files is not written as it must be."),
  "bag/count-differs": kind("intact", "failed", "Number or total size of the files is not the one stated."),
  "handoff/malformed": kind("intact", "failed", "The description of the package can't be read."),
  "records/unlisted": kind("intact", "failed", "Records are there of a session that the package does not list."),
  "records/missing": kind("intact", "failed", "The package lists a session whose records are not there."),
  "session/recomputed": kind(
    "intact",
    "ok",
    "Every entry and line of this session was recomputed and is the one that its signed checkpoint covers.",
  ),
  "session/entry-malformed": kind("intact", "failed", "An entry of this session is not written as it must be."),
  "session/entry-order": kind("intact", "failed", "The entries of this session are not numbered without a gap."),
  "session/reference-wrong": kind(
    "intact",
    "failed",
    "An entry of this session points at a person or an earlier entry that is not there, or not of the kind that it must be.",
  ),
  "session/identity-differs": kind("intact", "failed", "The session says that it is another one, or of another client or machine."),
  "session/text-malformed": kind("intact", "failed", "A recorded text of this session is not written as it must be."),
  "session/text-missing": kind("intact", "failed", "A text that was committed is not there."),
  "session/text-extra": kind("intact", "failed", "A text is there that was never committed."),
  "session/text-differs": kind("intact", "failed", "A text is not the one that was committed when it was recorded."),
  "session/root-differs": kind("intact", "failed", "The entries are not those that the session's signed checkpoint covers."),
  "session/checkpoint-malformed": kind("intact", "failed", "The session's checkpoint is not written as it must be."),
  "session/facts-differ": kind("intact", "failed", "What the overview says of this session is not what its records say."),
  "group/malformed": kind("intact", "failed", "The list of all sessions of this client is not written as it must be."),
  "group/root-differs": kind("intact", "failed", "The list of all sessions is not the one that was signed."),
  "group/leaf-differs": kind("intact", "failed", "This session is not the one that the signed list of sessions has in its place."),
  "group/history-differs": kind(
    "intact",
    "failed",
    "The list of all sessions is not the one that was there when this session was opened: one was dropped, changed or put in later.",
  ),
  "origin/trusted": kind("origin", "ok", "The package was signed with a key that you said you trust."),
  "origin/trusted-before": kind(
    "origin",
    "ok",
    "The package was signed with a key that follows, by signed statements, from one that you said you trust.",
  ),
  "origin/key-statement": kind("origin", "failed", "A statement that a new key takes an old one's place is not what it must be."),
  "origin/unknown": kind(
    "origin",
    "note",
    "The signature holds, but nothing here shows whose key it is: compare the fingerprint with one from a source you trust.",
  ),
  "origin/not-trusted": kind("origin", "failed", "The package was signed with a key that is not among those you said you trust."),
  "origin/signature-missing": kind("origin", "failed", "The package is not signed."),
  "origin/signature-bad": kind("origin", "failed", "The signature does not belong to this package."),
  "origin/key-differs": kind("origin", "failed", "Package and records were not signed with the same key."),
  "origin/checkpoint-signature": kind("origin", "failed", "A checkpoint is not signed by the organisation that made the package."),
  "time/witnessed": kind(
    "time",
    "ok",
    "The key that the organisation recorded for the client's machine signed this session's final state, with the time by that machine's clock.",
  ),
  "time/not-witnessed": kind("time", "note", "No machine of the client signed this session: its times are the recorder's alone."),
  "time/cosignature-bad": kind("time", "failed", "The signature in the name of the client's machine does not hold."),
  "time/token": kind("time", "ok", "An authority that you said you trust states that this was there at that time."),
  "time/token-unknown": kind("time", "note", "A time stamp holds, but nothing here shows whether its authority can be relied on."),
  "time/token-not-trusted": kind("time", "failed", "A time stamp is by none of the authorities that you said you trust."),
  "time/token-bad": kind("time", "failed", "A time stamp does not belong to this package, or does not hold."),
  "time/token-not-checked": kind(
    "time",
    "note",
    "A time stamp is there that this program does not check; the verify command does.",
  ),
  "time/imported": kind(
    "time",
    "note",
    "This session was imported: it is attested from the day of import, and its earlier times are claims.",
  ),
  "complete/accounted": kind(
    "complete",
    "ok",
    "Every session in the list that the organisation signed is either in the package or stated as left out.",
  ),
  "complete/pinned": kind(
    "complete",
    "ok",
    "A key recorded for a machine of the client signed what the list of sessions was when one was opened: dropping an earlier session afterwards would show.",
  ),
  "complete/unaccounted": kind(
    "complete",
    "failed",
    "The signed list has a session that is neither in the package nor listed as left out.",
  ),
  "complete/omitted": kind("complete", "note", "Sessions of this client are left out of the package."),
  "complete/hidden": kind(
    "complete",
    "note",
    "Lines of this session are hidden; each has a digest by which it can be proven later.",
  ),
  "complete/hash-shown": kind(
    "complete",
    "failed",
    "The hash of an output is shown although a line of it is hidden, so a guess at that line could be confirmed.",
  ),
  "complete/gap": kind("complete", "note", "The recorder lost sight of this session for a while, and says when."),
  "complete/cut": kind("complete", "note", "Output was longer than is recorded; its full length and hash are."),
  "disclosure/proven": kind("complete", "ok", "The revealed line is the one that was recorded and hidden."),
  "disclosure/not-the-line": kind("complete", "failed", "The revealed line is not the one that was recorded and hidden."),
  "disclosure/no-such-line": kind("complete", "failed", "The disclosure speaks of a line that this package does not hide."),
  "disclosure/other-package": kind("complete", "failed", "The disclosure belongs to another package."),
  "complete/not-closed": kind("complete", "failed", "The session's records stop before its end."),
} as const satisfies Record<string, FindingKind>;

export type FindingCode = keyof typeof FINDING_KINDS;

/** One thing that a verification found. */
export interface Finding {
  code: FindingCode;
  status: FindingStatus;
  /** Path of a file, id of a session, or `package`. */
  subject: string;
  /** What was expected and what came. Never recorded text. */
  detail: string;
}

export function finding(code: FindingCode, subject: string, detail: string): Finding {
  return { code, status: FINDING_KINDS[code].status, subject, detail };
}

/** A finding for an error that was thrown while something was read: its message, or no more than that it failed. */
export function failure(code: FindingCode, subject: string, error: unknown): Finding {
  return finding(code, subject, error instanceof Error && error.name === "RecordError" ? error.message : "could not be read");
}
