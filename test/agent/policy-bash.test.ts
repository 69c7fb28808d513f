import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import type { Policy } from "../../agent/policy.ts";
import { defaultPolicy } from "../../agent/policy-default.ts";
import { commandTable } from "./command-table.ts";

let policy: Policy;
beforeAll(async () => {
  policy = await defaultPolicy();
});

/** What a technician looks at first; none of it should need a question. */
const READ_ONLY = commandTable("bash-read-only");

/** What changes something, or might, or can't be told. */
const ASKS = commandTable("bash-asks");

describe("bash", () => {
  test.each(READ_ONLY)("only reads: %s", (command) => {
    expect(policy.decide(command, "bash", false)).toMatchObject({ readOnly: true, changesShell: false });
  });

  test.each(ASKS)("asks: %j", (command) => {
    expect(policy.decide(command, "bash", false).readOnly).toBe(false);
  });

  test("asks about everything in a shell that may have been changed", () => {
    expect(policy.decide("ls", "bash", true)).toMatchObject({ readOnly: false });
  });

  test.each(ASKS)("no other shell is more trusting: %j", (command) => {
    for (const shell of ["sh", "zsh"] as const) expect(policy.decide(command, shell, false).readOnly).toBe(false);
  });

  test.each([
    ...["=ls", "ls =ls", "printf %d 'a[$(id)]'", "path=/tmp", "x=1", "which ls", "ls *(e:'rm x':)", "ls ~[x]"],
    // What stands behind the name is evaluated, and may set something.
    ...['echo "$HOME[PATH=5]"', 'echo "$?[PATH=5]"', "echo $HOME[PATH=5]", 'echo "$HOME:h"', "echo $HOME:h"],
  ])("in zsh asks: %s", (command) => {
    expect(policy.decide(command, "zsh", false).readOnly).toBe(false);
  });

  test.each(["printf %d 'a[$(id)]'", "printf %s $x"])("in sh asks: %s", (command) => {
    expect(policy.decide(command, "sh", false).readOnly).toBe(false);
  });

  test("nothing that changes something gets through in company of what only reads", () => {
    const joints = [";", "\n", "&&", "||", "|", "&", "|&", ";\n", " ; ", "\n\n"];
    const wraps: ((command: string) => string)[] = [
      (c) => c,
      (c) => `(${c})`,
      (c) => `{ ${c}; }`,
      (c) => `echo $(${c})`,
      (c) => `echo "$(${c})"`,
      (c) => `if ${c}; then ls; fi`,
      (c) => `! ${c}`,
    ];
    const bad = [
      "rm x",
      "touch x",
      "mv a b",
      "sort -o a b",
      "find . -delete",
      "ls > x",
      "cat /dev/watchdog",
      "PATH=/tmp",
      "kill 1",
      "x",
      "eval ls",
      "date -s 1",
    ];
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...READ_ONLY), { maxLength: 3 }),
        fc.constantFrom(...bad),
        fc.array(fc.constantFrom(...READ_ONLY), { maxLength: 3 }),
        fc.constantFrom(...joints),
        fc.constantFrom(...wraps),
        (before, worse, after, joint, wrap) => {
          const command = [...before.filter((line) => !line.includes("#")), wrap(worse), ...after].join(joint);
          expect(policy.decide(command, "bash", false).readOnly).toBe(false);
        },
      ),
    );
  });

  test("answers whatever it is given", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 60 }), (command) => {
        expect(typeof policy.decide(command, "bash", false).readOnly).toBe("boolean");
      }),
    );
  });
});

describe("what an approved command leaves behind", () => {
  test.each([
    ["systemctl restart cups", false],
    ["rm -rf /tmp/x && ls", false],
    ["cd /srv/app && ./restart", false],
    ["while true; do touch x; done", false],
    ["touch x; [ -f x ]", false],
    ["cat > x <<E\ny\nE", false],
    ["sudo apt install x", false],
    ["echo x > /tmp/y", false],
    ["for i in a b; do touch $i; done", false],
    ["kill 1", false],
    ["alias ls=rm", true],
    ["ls() { rm x; }", true],
    ["function f { :; }", true],
    ["PATH=/tmp", true],
    ["export A=b", true],
    ["source x", true],
    [". x", true],
    ["eval x", true],
    ["exec 3>x", true],
    ["set -e", true],
    ["unset x", true],
    ["read PATH", true],
    ["printf -v PATH x", true],
    // Names are devices there.
    ["cd /dev", true],
    ['cd "$x"', true],
    ["cd /; pushd /dev", true],
    ["for PATH in /tmp; do touch x; done", true],
    ["select PATH in x; do break; done", true],
    ["ls {PATH}>x", true],
    ["((PATH=1))", true],
    ["[[ PATH=5 -eq 5 ]]", true],
    ["wait -n -p PATH", true],
    ["coproc PATH { ls; }", true],
    ["- alias ls=rm", true],
    ["$x y", true],
    [`echo $${"{"}PATH:=x}`, true],
    ["trap 'x' DEBUG", true],
    ["hash -p /x ls", true],
    ["\\alias ls=rm", true],
    ["'alias' ls=rm", true],
    ["rm x; ls <<<", true],
    ["ls \u00a0", true],
  ])("%j changes the shell: %s", (command, changesShell) => {
    expect(policy.decide(command, "bash", false)).toMatchObject({ readOnly: false, changesShell });
  });
});
