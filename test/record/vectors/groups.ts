import { fromUtf8, utf8 } from "../../../record/bytes.ts";
import { groupOrigin } from "../../../record/checkpoint.ts";
import type { Handoff } from "../../../record/handoff.ts";
import { GROUP_CHECKPOINT, GROUP_LEAVES } from "../../../record/path.ts";
import { change, editedHandoff, type Files, GROUP, ORGANIZATION } from "../sample.ts";
import { type Base, CHECKPOINT, type Draft, drafts, editNote, leavesOf, regroup } from "./base.ts";

const MALFORMED = "group/malformed";
const ROOT = "group/root-differs";
const LEAF = "group/leaf-differs";
const UNACCOUNTED = "complete/unaccounted";

/** Faults of the client's group log, and of what handoff.json says of it. */
export function groupVectors({ one: files, small }: Base): Draft[] {
  const leaves = leavesOf(files);
  const [a, b] = leaves as [Uint8Array, Uint8Array];
  const log = (by: (log: Handoff["log"]) => Handoff["log"], from = files) =>
    editedHandoff(from, (handoff) => ({ ...handoff, log: by(handoff.log) }));
  const text = (by: (text: string) => string) => () => change(files, GROUP_LEAVES, (bytes) => utf8(by(fromUtf8(bytes))));
  const without = (path: string) => () => new Map([...files].filter(([one]) => one !== path));
  const group = (by: (files: Files) => Promise<Files>) => () => by(files);

  return drafts("group", [
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
    ["empty", "The client has no session: there is nothing to account for.", "verified", () => small],
    ["empty-root", "The root of a log without leaves is another.", ROOT, () => regroup(small, [], { root: new Uint8Array(32) })],
  ]);
}
