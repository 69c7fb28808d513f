import { fromHex, fromUtf8, toHex, utf8 } from "./bytes.ts";
import { RecordError } from "./error.ts";
import { linesOf } from "./lines.ts";
import { leafHash } from "./tree.ts";

/** Leaf of a closed session in its client group's log: over the body of the session's final checkpoint. */
export function groupLeaf(checkpointBody: string): Uint8Array {
  return leafHash(utf8(checkpointBody));
}

/** `data/records/group.leaves`: every leaf hash of the group log in order, 64 lowercase hexadecimal digits and a newline each. */
export function encodeLeaves(leaves: readonly Uint8Array[]): string {
  return leaves.map((leaf) => `${toHex(leaf)}\n`).join("");
}

/** @throws RecordError `leaves/malformed`. */
export function parseLeaves(bytes: Uint8Array): Uint8Array[] {
  const lines = fromUtf8(bytes).split("\n");
  if (lines.pop() !== "") throw malformed();
  return lines.map(parseLeaf);
}

/**
 * Leaf hashes out of the pieces of such a file.
 * @throws RecordError `leaves/malformed`, and as {@link linesOf}.
 */
export async function* leavesOf(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
  for await (const line of linesOf(pieces)) yield parseLeaf(fromUtf8(line));
}

function parseLeaf(line: string): Uint8Array {
  if (line.length !== 64) throw malformed();
  return fromHex(line, 32);
}

function malformed(): RecordError {
  return new RecordError("leaves/malformed", "expected 64 hexadecimal digits and a newline for each leaf");
}
