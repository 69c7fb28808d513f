import { execFile, execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { CSV_START, encodeCsvRow } from "../../generator/csv.ts";
import { HOSTILE } from "../viewer/hostile.ts";

/** As the import dialog has it for a file that begins with the mark of UTF-8: comma, quote, UTF-8. */
const IMPORT = "Text - txt - csv (StarCalc):44,34,76";
/** All cells quoted, UTF-8, as they are shown. */
const EXPORT = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,true,true";

const isInstalled = (() => {
  try {
    execFileSync("soffice", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
})();

test.runIf(isInstalled)(
  "LibreOffice, where it is installed, shows every cell as it was written and computes none",
  async () => {
    const folder = await mkdtemp(join(tmpdir(), "caisey-csv-"));
    try {
      const cells = [
        ...HOSTILE,
        "=1+1",
        "+1+1",
        "-1+1",
        "@SUM(1)",
        "a;=1+1",
        'say "x", y',
        "Zürich 東京 \u{1f468}",
        "two\nlines",
        " lead",
      ];
      const rows = cells.map((cell, i) => encodeCsvRow([`row ${i}`, cell, "end"]));
      await writeFile(join(folder, "cells.csv"), Buffer.concat([CSV_START, Buffer.from(rows.join(""))]));
      const program = ["--headless", `-env:UserInstallation=file://${folder}/profile`, `--infilter=${IMPORT}`];
      await promisify(execFile)("soffice", [
        ...program,
        "--convert-to",
        EXPORT,
        "--outdir",
        join(folder, "out"),
        join(folder, "cells.csv"),
      ]);
      const shown = (await readFile(join(folder, "out/cells.csv"), "utf8")).replace(/^\ufeff/, "");
      expect(shown.trimEnd().split(/\r?\n(?="row)/)).toEqual(
        // A carriage return within a cell is one of its line breaks.
        rows.map((row) => row.trimEnd().replaceAll("\r", "\n")),
      );
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
  120_000,
);
