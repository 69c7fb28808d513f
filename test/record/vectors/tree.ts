import { createHash } from "node:crypto";
import { utf8 } from "../../../record/bytes.ts";
import { leafHash, nodeHash, rootOf, Tree } from "../../../record/tree.ts";
import type { Files } from "../sample.ts";
import { type Base, type Draft, drafts, ENTRIES, edit, linesOf, relog, TEXT, value } from "./base.ts";

const ROOT = "session/root-differs";
const REFERENCE = "session/reference-wrong";

/** Faults between the entries of a session and its signed checkpoint. */
export function treeVectors({ one: files }: Base): Draft[] {
  const changed = (seq: number, by: (entry: Record<string, unknown>) => unknown) => () =>
    edit(files, ENTRIES, (all) => all.with(seq, value(all[seq], by)));
  const leaves = () => linesOf(files, ENTRIES).map((line) => leafHash(utf8(line)));
  const root = (of: Uint8Array) => () => relog(files, { head: { root: of } });

  return drafts("tree", [
    ["entry-changed", "An exit code is another than was committed.", ROOT, changed(4, (one) => ({ ...one, exit: 1 }))],
    [
      "time-changed",
      "A time is another than was committed.",
      ROOT,
      changed(2, (one) => ({ ...one, at: "2026-11-20T08:00:02.001Z" })),
    ],
    [
      "entries-swapped",
      "Two entries were exchanged and numbered anew, with their texts.",
      ROOT,
      () => exchanged(files),
      [REFERENCE],
    ],
    ["truncated", "The end of the session was cut off, with its texts.", ROOT, () => truncated(files), ["complete/not-closed"]],
    ["root-wrong", "The signed root is another.", ROOT, root(createHash("sha256").digest())],
    ["root-of-fewer", "The signed root is that of all entries but the last.", ROOT, root(rootOf(leaves().slice(0, -1)))],
    [
      "root-without-prefix",
      "The signed root is made without the prefix of leaves.",
      ROOT,
      root(withoutPrefix(linesOf(files, ENTRIES))),
    ],
    [
      "root-unbalanced",
      "The signed root is made by hashing one entry after the other.",
      ROOT,
      root(leaves().reduce((a, b) => nodeHash(a, b))),
    ],
    ["size-larger", "The signed size is larger by one.", ROOT, () => relog(files, { head: { size: 7 } })],
    ["size-smaller", "The signed size is smaller by one.", ROOT, () => relog(files, { head: { size: 5 } })],
    ["size-zero", "The signed size is 0.", ROOT, () => relog(files, { head: { size: 0 } })],
  ]);
}

function withoutPrefix(lines: readonly string[]): Uint8Array {
  const tree = new Tree();
  for (const line of lines) tree.appendHash(createHash("sha256").update(line).digest());
  return tree.root();
}

/** The end of the command comes before its output. */
function exchanged(files: Files): Files {
  const swap = (seq: number) => (seq === 3 ? 4 : seq === 4 ? 3 : seq);
  const entries = edit(files, ENTRIES, (all) => {
    const moved = all.map((one) => value(one, (entry) => ({ ...entry, seq: swap(entry.seq) })));
    return moved.with(3, moved[4] as string).with(4, moved[3] as string);
  });
  return edit(entries, TEXT, (all) => {
    const moved = all.map((one) => value(one, (text) => ({ ...text, seq: swap(text.seq) })));
    return moved.with(6, moved[7] as string).with(7, moved[6] as string);
  });
}

function truncated(files: Files): Files {
  return edit(
    edit(files, ENTRIES, (all) => all.slice(0, -1)),
    TEXT,
    (all) => all.slice(0, -2),
  );
}
