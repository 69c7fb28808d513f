import { expect, test } from "vitest";
import { FilesAhead } from "../../generator/files-ahead.ts";
import type { PackedFile } from "../../generator/pack.ts";

const MB = 1 << 20;

/** Packed files of the given sizes, which note when they are made and when they are closed. */
function packed(...sizes: number[]) {
  const made: number[] = [];
  const closed: number[] = [];
  const files = async function* (): AsyncGenerator<PackedFile> {
    for (const [number, size] of sizes.entries()) {
      made.push(number);
      yield {
        row: { path: `data/${number}.txt`, type: "text/plain", packed: size, size, method: 0, crc32: 0, sha256: "" },
        bytes: () => [new Uint8Array([number])],
        close: async () => void closed.push(number),
      };
    }
  };
  return { files: files(), made, closed };
}

async function taken(ahead: FilesAhead): Promise<string[]> {
  const paths: string[] = [];
  for await (const { path, packed: file } of ahead.files()) {
    paths.push(path);
    await (await file)?.close();
  }
  return paths;
}

/** Everything that can go on by itself does. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

test("files are packed before they are asked for, and given out in their order", async () => {
  const { files, made } = packed(1, 2, 3);
  const ahead = new FilesAhead(files);
  await settled();
  expect(made).toEqual([0, 1, 2]);
  expect(await taken(ahead)).toEqual(["data/0.txt", "data/1.txt", "data/2.txt"]);
});

test("no more is packed ahead than little memory holds; the rest follows as files are taken", async () => {
  const { files, made, closed } = packed(3 * MB, 3 * MB, 3 * MB, 3 * MB);
  const ahead = new FilesAhead(files);
  await settled();
  expect(made).toEqual([0, 1]);
  expect(await taken(ahead)).toHaveLength(4);
  expect(closed).toEqual([0, 1, 2, 3]);
});

test("a file that can't be packed fails where it stands, behind those before it", async () => {
  const ahead = new FilesAhead(
    (async function* () {
      yield* packed(1, 1).files;
      throw new Error("expected the page to be rendered");
    })(),
  );
  await settled();
  const paths: string[] = [];
  await expect(
    (async () => {
      for await (const { path } of ahead.files()) paths.push(path);
    })(),
  ).rejects.toThrow("expected the page to be rendered");
  expect(paths).toHaveLength(2);
});

test("who does not take them all leaves nothing behind, and nothing more is packed", async () => {
  const { files, made, closed } = packed(3 * MB, 3 * MB, 3 * MB, 3 * MB);
  const ahead = new FilesAhead(files);
  for await (const { packed: file } of ahead.files()) {
    await (await file)?.close();
    break;
  }
  await ahead.close();
  expect(closed.toSorted()).toEqual(made);
  expect(made.length).toBeLessThan(4);
});
