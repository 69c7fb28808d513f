import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import type { Policy } from "../../agent/policy.ts";
import { defaultPolicy } from "../../agent/policy-default.ts";
import { commandTable } from "./command-table.ts";

let policy: Policy;
beforeAll(async () => {
  policy = await defaultPolicy();
});

const READ_ONLY = commandTable("powershell-read-only");
const ASKS = commandTable("powershell-asks");

describe("PowerShell", () => {
  test.each(READ_ONLY)("only reads: %s", (command) => {
    expect(policy.decide(command, "powershell", false)).toMatchObject({ readOnly: true, changesShell: false });
  });

  test.each(ASKS)("asks: %j", (command) => {
    expect(policy.decide(command, "powershell", false).readOnly).toBe(false);
    expect(policy.decide(command, "pwsh", false).readOnly).toBe(false);
  });

  test("asks about aliases that are programs of their own where PowerShell 7 may run", () => {
    for (const command of ["sort -Unique x", "ls", "cat x", "ps"])
      expect(policy.decide(command, "pwsh", false).readOnly).toBe(false);
  });

  test("asks about everything in a shell that may have been changed", () => {
    expect(policy.decide("Get-Service", "powershell", true)).toMatchObject({ readOnly: false });
  });

  test("nothing that changes something gets through in company of what only reads", () => {
    const joints = [";", "\n", "|", " ; ", "\n\n", " | "];
    const wraps: ((command: string) => string)[] = [
      (c) => c,
      (c) => `(${c})`,
      (c) => `$(${c})`,
      (c) => `"$(${c})"`,
      (c) => `@(${c})`,
      (c) => `if (${c}) { Get-Date }`,
      (c) => `Get-Process | Where-Object { ${c} }`,
      (c) => `Get-Process | ForEach-Object { ${c} }`,
      (c) => `$x = ${c}`,
    ];
    const bad = [
      "Remove-Item x",
      "rm x",
      "Stop-Service x",
      "iex x",
      "& x",
      "Set-Content x y",
      "Get-Process > x",
      "ipconfig /release",
      "[IO.File]::Delete('x')",
      "x",
    ];
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...READ_ONLY), { maxLength: 3 }),
        fc.constantFrom(...bad),
        fc.array(fc.constantFrom(...READ_ONLY), { maxLength: 3 }),
        fc.constantFrom(...joints),
        fc.constantFrom(...wraps),
        (before, worse, after, joint, wrap) => {
          const command = [...before, wrap(worse), ...after].join(joint);
          expect(policy.decide(command, "powershell", false).readOnly).toBe(false);
        },
      ),
    );
  });

  test("answers whatever it is given", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 60 }), (command) => {
        expect(typeof policy.decide(command, "powershell", false).readOnly).toBe("boolean");
      }),
    );
  });
});

describe("what an approved command leaves behind", () => {
  test.each([
    ["Restart-Service Spooler", false],
    ["Stop-Service Spooler -Force; Get-Service Spooler", false],
    ["sc.exe stop spooler", false],
    ["ipconfig /flushdns", false],
    ["$x = Get-Service; $x | Restart-Service", false],
    ["Set-Alias ls rm", true],
    ["function ls { rm x }", true],
    ["$env:PATH = 'x'", true],
    ["$PSDefaultParameterValues = @{}", true],
    ["Import-Module x", true],
    ["iex x", true],
    [". .\\x.ps1", true],
    ["& x", true],
    ["Set-Item function:ls { rm x }", true],
    ["Remove-Item C:\\x", true],
    ["Restart-Service x -OutVariable y -ov PSDefaultParameterValues", true],
    ["[x]::y()", true],
    ["Get-Service `", true],
  ])("%j changes the shell: %s", (command, changesShell) => {
    expect(policy.decide(command, "powershell", false)).toMatchObject({ readOnly: false, changesShell });
  });
});
