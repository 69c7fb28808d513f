import { concat, equal } from "./bytes.ts";
import { RecordError } from "./error.ts";
import { type Hashes, nobleHashes } from "./hash.ts";

/** Where a leaf is put together, most being short, and a node. Nothing keeps what lies here. */
const leafBench = new Uint8Array(4096);
const nodeBench = Uint8Array.of(1, ...new Uint8Array(64));

/** RFC 6962 section 2.1: SHA-256(0x00 ‖ data). */
export function leafHash(data: Uint8Array, hash: Hashes = nobleHashes): Uint8Array {
  const length = 1 + data.length;
  const bytes = length > leafBench.length ? new Uint8Array(length) : leafBench.subarray(0, length);
  bytes.set(data, 1);
  return digest(bytes, hash);
}

/** RFC 6962 section 2.1: SHA-256(0x01 ‖ left ‖ right). */
export function nodeHash(left: Uint8Array, right: Uint8Array, hash: Hashes = nobleHashes): Uint8Array {
  // Inputs of other lengths could be read as a node in more than one way.
  if (left.length !== 32 || right.length !== 32) return digest(concat(nodeBench.subarray(0, 1), left, right), hash);
  nodeBench.set(left, 1);
  nodeBench.set(right, 33);
  return digest(nodeBench, hash);
}

function digest(bytes: Uint8Array, hash: Hashes): Uint8Array {
  const out = new Uint8Array(32);
  hash.sha256Into(bytes, out, 0);
  return out;
}

/**
 * An RFC 6962 Merkle tree that grows at its end and keeps only the roots of its complete subtrees, one for each bit of its
 * size. That is all there is to store: `state()` and `Tree.restore()` carry a tree over a restart.
 */
export class Tree {
  #size = 0;
  /** Roots of the complete subtrees, the largest first. */
  #subtrees: Uint8Array[] = [];
  readonly #hash: Hashes;

  constructor(hash: Hashes = nobleHashes) {
    this.#hash = hash;
  }

  /** @throws RecordError `tree/out-of-range` unless there is one 32-byte root for each bit of `size`. */
  static restore(size: number, subtrees: readonly Uint8Array[], hash: Hashes = nobleHashes): Tree {
    if (!Number.isSafeInteger(size) || size < 0) {
      throw new RecordError("tree/out-of-range", `expected a size from 0 on, got ${size}`);
    }
    let bits = 0;
    for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) bits += rest % 2;
    if (subtrees.length !== bits || subtrees.some((root) => root.length !== 32)) {
      throw new RecordError(
        "tree/out-of-range",
        `expected ${bits} subtree roots of 32 bytes for size ${size}, got ${subtrees.length}`,
      );
    }
    const tree = new Tree(hash);
    tree.#size = size;
    tree.#subtrees = [...subtrees];
    return tree;
  }

  /** How many leaves there are. */
  get size(): number {
    return this.#size;
  }

  /** Appends a leaf with this data, such as a committed line without its newline. */
  append(data: Uint8Array): void {
    this.appendHash(leafHash(data, this.#hash));
  }

  /**
   * Appends a leaf whose hash is known.
   * @throws RecordError `tree/out-of-range` unless it is 32 bytes: longer ones could stand for a node's two children.
   */
  appendHash(hash: Uint8Array): void {
    if (hash.length !== 32) throw new RecordError("tree/out-of-range", `expected a hash of 32 bytes, got ${hash.length}`);
    let root = hash;
    for (let size = this.#size; size % 2 === 1; size = Math.floor(size / 2)) {
      root = nodeHash(this.#subtrees.pop() as Uint8Array, root, this.#hash);
    }
    this.#subtrees.push(root);
    this.#size++;
  }

  /** The tree head; for the empty tree SHA-256 of nothing. */
  root(): Uint8Array {
    let root: Uint8Array | undefined;
    for (let i = this.#subtrees.length - 1; i >= 0; i--) {
      const subtree = this.#subtrees[i] as Uint8Array;
      root = root === undefined ? subtree : nodeHash(subtree, root, this.#hash);
    }
    return root ?? this.#hash.sha256(new Uint8Array());
  }

  /** Roots of the complete subtrees, the largest first. */
  state(): Uint8Array[] {
    return [...this.#subtrees];
  }
}

/** Root over leaf hashes, for those who have them all. */
export function rootOf(leaves: readonly Uint8Array[]): Uint8Array {
  const tree = new Tree();
  for (const leaf of leaves) tree.appendHash(leaf);
  return tree.root();
}

/**
 * Inclusion proof (RFC 6962 section 2.1.1) of leaf `index`: the sibling hashes from the leaf up.
 * @throws RecordError `tree/out-of-range`.
 */
export function inclusionProof(leaves: readonly Uint8Array[], index: number): Uint8Array[] {
  if (!Number.isInteger(index) || index < 0 || index >= leaves.length) {
    throw new RecordError("tree/out-of-range", `expected a leaf from 0 to ${leaves.length - 1}, got ${index}`);
  }
  if (leaves.length === 1) return [];
  const split = largestPowerBelow(leaves.length);
  return index < split
    ? [...inclusionProof(leaves.slice(0, split), index), rootOf(leaves.slice(split))]
    : [...inclusionProof(leaves.slice(split), index - split), rootOf(leaves.slice(0, split))];
}

/** Whether `proof` shows that `leaf` is number `index` of a tree with this size and root (RFC 9162 section 2.1.3.2). */
export function checkInclusion(
  leaf: Uint8Array,
  index: number,
  size: number,
  proof: readonly Uint8Array[],
  root: Uint8Array,
): boolean {
  if (!Number.isSafeInteger(index) || index < 0 || index >= size) return false;
  // Hashes of other lengths would let one side of a node hold both children.
  if (leaf.length !== 32 || proof.some((sibling) => sibling.length !== 32)) return false;
  let first = index;
  let last = size - 1;
  let hash = leaf;
  for (const sibling of proof) {
    if (last === 0) return false;
    if (first % 2 === 1 || first === last) {
      hash = nodeHash(sibling, hash);
      while (first % 2 === 0 && first !== 0) {
        first = Math.floor(first / 2);
        last = Math.floor(last / 2);
      }
    } else {
      hash = nodeHash(hash, sibling);
    }
    first = Math.floor(first / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && equal(hash, root);
}

function largestPowerBelow(size: number): number {
  let power = 1;
  while (power * 2 < size) power *= 2;
  return power;
}
