import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nodeHashes } from "../../generator/verify/hashes.ts";
import { concat, fromHex, toHex } from "../../record/bytes.ts";
import { checkInclusion, inclusionProof, leafHash, nodeHash, rootOf, Tree } from "../../record/tree.ts";
import { anyBytes, bytesOf } from "./arbitraries.ts";
import { thrownBy } from "./only-record-errors.ts";
import { runs } from "./runs.ts";

const sha256 = (...parts: Uint8Array[]) => new Uint8Array(createHash("sha256").update(Buffer.concat(parts)).digest());

/** MTH and PATH as RFC 6962 section 2.1 writes them down. */
function mth(data: readonly Uint8Array[]): Uint8Array {
  if (data.length === 0) return sha256();
  if (data.length === 1) return sha256(Uint8Array.of(0), data[0] as Uint8Array);
  const k = 2 ** Math.ceil(Math.log2(data.length) - 1);
  return sha256(Uint8Array.of(1), mth(data.slice(0, k)), mth(data.slice(k)));
}
function path(m: number, data: readonly Uint8Array[]): Uint8Array[] {
  if (data.length === 1) return [];
  const k = 2 ** Math.ceil(Math.log2(data.length) - 1);
  return m < k ? [...path(m, data.slice(0, k)), mth(data.slice(k))] : [...path(m - k, data.slice(k)), mth(data.slice(0, k))];
}

function treeOf(data: readonly Uint8Array[]): Tree {
  const tree = new Tree();
  for (const leaf of data) tree.append(leaf);
  return tree;
}

const leaves = fc.array(anyBytes(8), { maxLength: 40 });

test("roots are those of RFC 6962, with either hash implementation", () => {
  fc.assert(
    fc.property(leaves, (data) => {
      expect(treeOf(data).root()).toEqual(mth(data));
      expect(treeOf(data).size).toBe(data.length);
      expect(rootOf(data.map((leaf) => leafHash(leaf)))).toEqual(mth(data));
      const fast = new Tree(nodeHashes);
      for (const leaf of data) fast.append(leaf);
      expect(toHex(fast.root())).toBe(toHex(mth(data)));
    }),
    runs(100),
  );
});

test("roots of the published test vectors", () => {
  // The eight leaves of certificate-transparency's merkle_tree_test.
  const data = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
  const roots = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
  ];
  const bytes = data.map((hex) => fromHex(hex, hex.length / 2));
  for (const [size, root] of roots.entries()) expect(toHex(treeOf(bytes.slice(0, size)).root())).toBe(root);
});

test("inclusion proofs are those of RFC 6962, and hold for their leaf only", () => {
  fc.assert(
    fc.property(fc.array(anyBytes(4), { minLength: 1, maxLength: 24 }), fc.nat(), fc.nat(), (data, pick, other) => {
      const index = pick % data.length;
      const hashes = data.map((leaf) => leafHash(leaf));
      const proof = inclusionProof(hashes, index);
      const root = mth(data);
      expect(proof).toEqual(path(index, data));
      const leaf = hashes[index] as Uint8Array;
      expect(checkInclusion(leaf, index, data.length, proof, root)).toBe(true);
      if (proof.length > 0) expect(checkInclusion(leaf, index, data.length, proof.slice(1), root)).toBe(false);
      expect(checkInclusion(leaf, index, data.length, [...proof, leaf], root)).toBe(false);
      expect(checkInclusion(leafHash(Uint8Array.of(1, 2, 3, 4, 5)), index, data.length, proof, root)).toBe(false);
      expect(checkInclusion(leaf, index, data.length, proof, leafHash(root))).toBe(false);
      const elsewhere = other % data.length;
      if (elsewhere !== index && proof.length > 0) {
        const same = toHex(hashes[elsewhere] as Uint8Array) === toHex(leaf);
        if (!same) expect(checkInclusion(leaf, elsewhere, data.length, proof, root)).toBe(false);
      }
      for (const [i, sibling] of proof.entries()) {
        const wrong = proof.with(
          i,
          sibling.map((byte, at) => (at === 0 ? byte ^ 1 : byte)),
        );
        expect(checkInclusion(leaf, index, data.length, wrong, root)).toBe(false);
      }
    }),
    runs(100),
  );
});

test("the order and the number of leaves are part of the root", () => {
  fc.assert(
    fc.property(leaves, leaves, (a, b) => {
      const same = JSON.stringify(a.map((leaf) => toHex(leaf))) === JSON.stringify(b.map((leaf) => toHex(leaf)));
      expect(toHex(treeOf(a).root()) === toHex(treeOf(b).root())).toBe(same);
    }),
    runs(100),
  );
});

test("a leaf can't pass for a node", () => {
  const [a, b] = [leafHash(Uint8Array.of(1)), leafHash(Uint8Array.of(2))];
  expect(leafHash(concat(a, b))).not.toEqual(nodeHash(a, b));
  expect(treeOf([concat(Uint8Array.of(1), a, b)]).root()).not.toEqual(rootOf([a, b]));
});

test("a restored tree goes on as the one that was stored", () => {
  fc.assert(
    fc.property(leaves, leaves, (before, after) => {
      const stored = treeOf(before);
      const restored = Tree.restore(stored.size, stored.state());
      expect(restored.root()).toEqual(stored.root());
      for (const leaf of after) restored.append(leaf);
      expect(restored.root()).toEqual(mth([...before, ...after]));
      expect(restored.size).toBe(before.length + after.length);
    }),
    runs(100),
  );
});

describe("what is refused", () => {
  const root = leafHash(Uint8Array.of(1));
  test.each([-1, 0.5, Number.NaN, Infinity, 2 ** 53])("a tree of %d leaves", (size) =>
    expect(thrownBy(() => Tree.restore(size, [root]))?.code).toBe("tree/out-of-range"),
  );
  test("a state with too few or too many roots, or short ones", () => {
    expect(thrownBy(() => Tree.restore(3, [root]))?.code).toBe("tree/out-of-range");
    expect(thrownBy(() => Tree.restore(4, [root, root]))?.code).toBe("tree/out-of-range");
    expect(thrownBy(() => Tree.restore(4, [root.subarray(1)]))?.code).toBe("tree/out-of-range");
  });
  test.each([-1, 2, 0.5, Number.NaN])("a proof of leaf %d of two", (index) => {
    expect(thrownBy(() => inclusionProof([root, root], index))?.code).toBe("tree/out-of-range");
    expect(checkInclusion(root, index, 2, [root], nodeHash(root, root))).toBe(false);
  });
  test("hashes of other lengths, by which one side of a node could hold both children", () => {
    const [a, b] = [leafHash(Uint8Array.of(1)), leafHash(Uint8Array.of(2))];
    expect(checkInclusion(new Uint8Array(), 0, 2, [concat(a, b)], nodeHash(a, b))).toBe(false);
    expect(checkInclusion(concat(a, b), 0, 2, [new Uint8Array()], nodeHash(a, b))).toBe(false);
    expect(thrownBy(() => new Tree().appendHash(concat(a, b)))?.code).toBe("tree/out-of-range");
  });
  test("any leaf, place, size, proof and root that are not of one tree, without throwing", () => {
    fc.assert(
      fc.property(
        anyBytes(40),
        fc.oneof(fc.integer(), fc.double()),
        fc.oneof(fc.integer(), fc.double()),
        fc.array(fc.oneof(bytesOf(32), anyBytes(40)), { maxLength: 60 }),
        bytesOf(32),
        (leaf, index, size, proof, anyRoot) => {
          expect(checkInclusion(leaf, index, size, proof, anyRoot)).toBe(
            index === 0 && size === 1 && proof.length === 0 && toHex(leaf) === toHex(anyRoot),
          );
        },
      ),
      runs(200),
    );
  });
});
