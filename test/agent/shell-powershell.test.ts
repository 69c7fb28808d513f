import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { outputDecoder } from "../../agent/decode.ts";
import { powershellDriver } from "../../agent/shell-powershell.ts";
import { ProcessShell } from "../../agent/shell-process.ts";
import { runCommand } from "./run-command.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "caisey-powershell-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Keeps the other end of what the driver speaks, as the script that it gives to PowerShell does; a command is JavaScript here. */
const STAND_IN = `#!${process.execPath}
const { connect } = require("node:net");
const { createInterface } = require("node:readline");
const pipe = connect(process.env.CAISEY_PIPE);
pipe.write(process.env.CAISEY_PIPE_KEY + " 850\\n");
createInterface({ input: pipe }).on("line", (line) => {
  const [nonce, code] = line.split(" ");
  let exit = 0;
  if (code) try { (0, eval)(Buffer.from(code, "base64").toString()); } catch { exit = 1; }
  const mark = "\\x1e" + nonce + ":";
  process.stdout.write(mark + "\\0");
  process.stderr.write(mark + "\\0");
  pipe.write(mark + exit + ":" + process.cwd() + "\\0");
});
`;

test("the console's code page is told with the greeting, before the first command", async () => {
  const file = join(folder, "pwsh");
  writeFileSync(file, STAND_IN);
  chmodSync(file, 0o755);
  const shell = await ProcessShell.open(powershellDriver("pwsh", file), folder);
  try {
    expect(shell.encoding).toBe("cp850");
    const ran = await runCommand(shell, "process.stdout.write(Buffer.from([0x47, 0x72, 0x94, 0xe1, 0x65]))");
    expect(ran).toMatchObject({ exit: 0, end: "exited" });
    const decoder = outputDecoder(shell.encoding);
    expect(decoder.push(ran.bytes).text + decoder.end().text).toBe("Größe");
    expect((await runCommand(shell, "throw 1")).exit).toBe(1);
    expect(shell.directory).toBe(folder);
  } finally {
    await shell.close();
  }
});

const pwsh = (() => {
  try {
    return execFileSync("which", ["pwsh"], { encoding: "utf8" }).trim();
  } catch {
    return undefined;
  }
})();

describe.runIf(pwsh !== undefined)("PowerShell", () => {
  test("keeps its state from command to command, tells exits and both streams", async () => {
    const shell = await ProcessShell.open(powershellDriver("pwsh", pwsh ?? ""), folder);
    try {
      await runCommand(shell, "$x = 41; function Add-One($n) { $n + 1 }; Set-Location /");
      expect(await runCommand(shell, "Add-One $x; (Get-Location).Path")).toMatchObject({ exit: 0, stdout: "42\n/\n" });
      expect(await runCommand(shell, "sh -c 'printf out; printf err >&2; exit 3'")).toMatchObject({ exit: 3, stderr: "err" });
      expect(await runCommand(shell, "throw 'broken'")).toMatchObject({ exit: 1, stderr: expect.stringContaining("broken") });
      expect(await runCommand(shell, "[Console]::In.ReadLine()")).toMatchObject({ exit: 0, stdout: "" });
      expect(shell.encoding).toBe("utf-8");
    } finally {
      await shell.close();
    }
  });
});
