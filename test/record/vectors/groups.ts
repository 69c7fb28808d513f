import { fromUtf8, utf8 } from "../../../record/bytes.ts";
import { groupOrigin } from "../../../record/checkpoint.ts";
import type { Handoff } from "../../../record/handoff.ts";
import { GROUP_CHECKPOINT, GROUP_LEAVES } from "../../../record/path.ts";
import { change, editedHandoff, type Files, GROUP, ORGANIZATION } from "../sample.ts";
import {
  type Base,
  CHECKPOINT,
  type Draft,
  drafts,
  ENTRIES,
  edit,
  editNote,
  leavesOf,
  type Row,
  regroup,
  relog,
  SESSION,
  value,
} from "./base.ts";

const MALFORMED = "group/malformed";
const ROOT = "group/root-differs";
const LEAF = "group/leaf-differs";
const HISTORY = "group/history-differs";
const UNACCOUNTED = "complete/unaccounted";

/** Faults of the client's group log, and of what handoff.json says of it. */
export function groupVectors({ one: files, pinned, small }: Base): Draft[] {
  const leaves = leavesOf(files);
  const [a, b] = leaves as [Uint8Array, Uint8Array];
  const log = (by: (log: Handoff["log"]) => Handoff["log"], from = files) =>
    editedHandoff(from, (handoff) => ({ ...handoff, log: by(handoff.log) }));
  const text = (by: (text: string) => string) => () => change(files, GROUP_LEAVES, (bytes) => utf8(by(fromUtf8(bytes))));
  const without = (path: string) => () => new Map([...files].filter(([one]) => one !== path));
  const group = (by: (files: Files) => Promise<Files>) => () => by(files);

  const pin: Row = ["history", "A witnessed session was opened when another was in the log.", "verified", () => pinned];
  const faults = drafts("group", [
    ["leaf-differs", "The log has another leaf in a session's place.", LEAF, group((of) => regroup(of, [new Uint8Array(32), b]))],
    ["leaves-swapped", "Two sessions are in each other's place in the log.", LEAF, group((of) => regroup(of, [b, a]))],
    ["leaf-missing", "The log ends before the session that was left out.", UNACCOUNTED, group((of) => regroup(of, [a]))],
    [
      "leaf-more",
      "The log has a session that nothing accounts for.",
      UNACCOUNTED,
      group((of) =>
        regroup(
          log((one) => ({ ...one, size: 3 }), of),
          [a, b, new Uint8Array(32)],
        ),
      ),
    ],
    [
      "omission-missing",
      "A session of the log is neither there nor said to be left out.",
      UNACCOUNTED,
      () => log((one) => ({ ...one, omitted: [] })),
    ],
    [
      "omission-twice",
      "A session is said to be left out twice.",
      UNACCOUNTED,
      () => log((one) => ({ ...one, omitted: [...one.omitted, ...one.omitted] })),
    ],
    [
      "omission-there",
      "A session is said to be left out that is there.",
      UNACCOUNTED,
      () => log((one) => ({ ...one, omitted: [...one.omitted, { leaf: 0, reason: "privileged" }] })),
    ],
    [
      "omission-beyond",
      "A session is said to be left out that the log has not.",
      UNACCOUNTED,
      () => log((one) => ({ ...one, omitted: [...one.omitted, { leaf: 2, reason: "privileged" }] })),
    ],
    [
      "size-differs",
      "handoff.json says that the log is larger than it is.",
      UNACCOUNTED,
      () => log((one) => ({ ...one, size: 3 })),
    ],
    [
      "root-differs",
      "The root is another than that of the leaves.",
      ROOT,
      group((of) => regroup(of, leaves, { root: new Uint8Array(32) })),
    ],
    ["size-signed", "The signed size is larger by one.", ROOT, group((of) => regroup(of, leaves, { size: 3 }))],
    [
      "leaf-unsigned",
      "The leaf of the session that was left out is another than was signed.",
      ROOT,
      text((one) => one.replace(/..\n$/, "00\n")),
    ],
    [
      "other-client",
      "The log is that of another client.",
      ROOT,
      group((of) => regroup(of, leaves, { origin: groupOrigin(ORGANIZATION.key.name, "grp_0000000000000009") })),
    ],
    [
      "other-organisation",
      "The log's origin is that of another organisation.",
      ROOT,
      group((of) => regroup(of, leaves, { origin: groupOrigin("caisey.local/org_other", GROUP) })),
    ],
    [
      "session-checkpoint",
      "A session's checkpoint stands as the log's.",
      ROOT,
      () => new Map(files).set(GROUP_CHECKPOINT, files.get(CHECKPOINT) as Uint8Array),
    ],
    ["leaves-missing", "The list of leaves is missing.", MALFORMED, without(GROUP_LEAVES)],
    ["leaves-case", "A leaf is in capitals.", MALFORMED, text((one) => one.slice(0, 65).toUpperCase() + one.slice(65))],
    ["leaves-short", "A leaf has 63 digits.", MALFORMED, text((one) => one.slice(1))],
    ["leaves-no-newline", "The last leaf does not end with a newline.", MALFORMED, text((one) => one.slice(0, -1))],
    ["leaves-crlf", "The lines end with CR LF.", MALFORMED, text((one) => one.replaceAll("\n", "\r\n"))],
    ["leaves-blank-line", "There is a blank line among the leaves.", MALFORMED, text((one) => one.replace("\n", "\n\n"))],
    ["checkpoint-missing", "The log's checkpoint is missing.", MALFORMED, without(GROUP_CHECKPOINT)],
    [
      "checkpoint-malformed",
      "The log's checkpoint is no note.",
      MALFORMED,
      () => change(files, GROUP_CHECKPOINT, () => utf8("hello\n")),
    ],
    [
      "signature-bad",
      "The organisation's signature on the log's checkpoint does not hold.",
      "origin/checkpoint-signature",
      () =>
        editNote(files, GROUP_CHECKPOINT, (note) => ({
          ...note,
          signatures: note.signatures.map((one) => ({ ...one, signature: one.signature.toReversed() })),
        })),
    ],
    ...historyRows(pinned, files),
    ["empty", "The client has no session: there is nothing to account for.", "verified", () => small],
    ["empty-root", "The root of a log without leaves is another.", ROOT, () => regroup(small, [], { root: new Uint8Array(32) })],
  ]);
  return [...faults, ...drafts("group", [pin]).map((one): Draft => ({ ...one, says: ["complete/pinned"] }))];
}

/** A log that is not what it was when the second session was opened, signed by the organisation as it is now. */
function historyRows(files: Files, one: Files): Row[] {
  const [a, b, c] = leavesOf(files) as [Uint8Array, Uint8Array, Uint8Array];
  const other = new Uint8Array(32).fill(7);
  /** Without the first session; the second has its leaf at `leaf`. */
  const onlyLater = (leaves: Uint8Array[], leaf: number) => {
    const without = new Map([...files].filter(([path]) => !path.includes(SESSION)));
    const stated = editedHandoff(without, (handoff) => ({
      ...handoff,
      sessions: handoff.sessions.slice(1).map((session) => ({ ...session, leaf })),
      log: { size: leaves.length, omitted: omitted(leaves.length, [leaf]) },
    }));
    return () => regroup(stated, leaves);
  };
  const put = async () =>
    regroup(
      editedHandoff(files, (handoff) => ({
        ...handoff,
        sessions: handoff.sessions.map((session) => ({ ...session, leaf: session.leaf + 1 })),
        log: { size: 4, omitted: omitted(4, [1, 2]) },
      })),
      [other, a, b, c],
    );
  const says = (log: unknown) => () =>
    relog(edit(one, ENTRIES, ([first, ...rest]) => [value(first, (entry) => ({ ...entry, log })), ...rest]));
  const root = (byte: number) => Buffer.alloc(32, byte).toString("base64");
  return [
    ["history-earlier-omitted", "An earlier session is left out, and the log has its leaf.", "verified", onlyLater([a, b, c], 1)],
    ["history-dropped", "An earlier session was dropped from the log.", HISTORY, onlyLater([b, c], 0)],
    ["history-replaced", "An earlier session was replaced in the log.", HISTORY, onlyLater([other, b, c], 1)],
    ["history-put-in", "A session was put into the log before others.", HISTORY, put],
    ["history-beyond-place", "A session says that its log was longer than its place.", HISTORY, says({ root: root(7), size: 1 })],
    ["history-beyond-end", "A session says that its log was longer than the log is.", HISTORY, says({ root: root(7), size: 9 })],
    ["history-empty-root", "The root of the empty log is another.", HISTORY, says({ root: root(0), size: 0 })],
  ];
}

function omitted(size: number, without: readonly number[]): Handoff["log"]["omitted"] {
  return Array.from({ length: size }, (_, leaf) => leaf)
    .filter((leaf) => !without.includes(leaf))
    .map((leaf) => ({ leaf, reason: "not-selected" }));
}
