import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { CSV_START, encodeCsvRow } from "../../generator/csv.ts";
import { concat, utf8 } from "../../record/bytes.ts";
import { program, temporaryFolder } from "./independent.ts";

const FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "=cmd|' /C calc'!A0", "\uff1d1+1", '"=1', " =1", "'=1"];

/** How a program splits a row that expects `separator` and does not care for ours. */
async function cellsByPython(csv: Uint8Array, separator: string): Promise<string[][]> {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "a.csv");
  await writeFile(path, csv);
  const script =
    "import csv, json, sys; print(json.dumps(list(csv.reader(open(sys.argv[1], encoding='utf-8-sig', newline=''), delimiter=sys.argv[2]))))";
  return JSON.parse(await program("python3", ["-c", script, path, separator]));
}

/** Whether a program could take the cell for a formula, also one that first drops white space. */
const runs = (cell: string) => /^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]/.test(cell);

test("no cell begins like a formula, also where the program splits at semicolons or tabs", async () => {
  const texts = FORMULAS.flatMap((formula) => [formula, `a;${formula}`, `a\n${formula}`, `a\t${formula};b`, `a";"${formula}`]);
  const csv = concat(CSV_START, ...texts.map((text) => utf8(encodeCsvRow(["first", text, 5]))));
  for (const separator of [",", ";", "\t"]) {
    for (const row of await cellsByPython(csv, separator)) expect(row.filter(runs)).toEqual([]);
  }
  for (const row of await cellsByPython(csv, ",")) {
    expect(row).toHaveLength(3);
    expect(row[1]).not.toMatch(/^[\t\r]/);
  }
});

test("numbers stay numbers, and missing values empty", () => {
  expect(encodeCsvRow([-1073741819, undefined, "-5", ""])).toBe(`-1073741819,,"'-5",""\r\n`);
});

test("control characters become visible", () => {
  expect(encodeCsvRow(["a\u0000\u001b[31m\u007f"])).toBe('"a\u2400\u241b[31m\u2421"\r\n');
});

test("texts that hold nothing dangerous come back as they are", async () => {
  const plain = fc
    .string({ unit: "grapheme" })
    .filter((text) => !/[=+\-@;\p{Cc}\uff1d\uff0b\uff0d\uff20]/u.test(text))
    .chain((text) => fc.constantFrom(text, `${text}\n${text}`, `"${text}",`));
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(plain, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 20 }), async (rows) => {
      const csv = concat(CSV_START, ...rows.map((row) => utf8(encodeCsvRow(row))));
      expect(await cellsByPython(csv, ",")).toEqual(rows);
    }),
    { numRuns: 10 },
  );
});
