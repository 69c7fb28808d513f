import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "../../agent/clock.ts";
import { CommandOutput, type Piece } from "../../agent/output.ts";
import type { Shell } from "../../agent/shell.ts";
import { posixDriver } from "../../agent/shell-posix.ts";
import { ProcessShell } from "../../agent/shell-process.ts";
import { runCommand } from "./run-command.ts";

const SHELLS = (["bash", "sh", "zsh"] as const)
  .map((name) => ({ name, file: [`/usr/bin/${name}`, `/bin/${name}`].find(existsSync) }))
  .filter((shell) => shell.file !== undefined);

test("this computer has a bash and a sh to test with", () => {
  expect(SHELLS.map((shell) => shell.name)).toEqual(expect.arrayContaining(["bash", "sh"]));
});

describe.each(SHELLS)("$name", ({ name, file }) => {
  let shell: Shell;
  let folder: string;

  beforeEach(async () => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), "caisey-test-")));
    shell = await ProcessShell.open(posixDriver(name, file ?? "", { ...process.env, FROM_OUTSIDE: "yes" }), folder);
  });
  afterEach(async () => {
    await shell.close();
    rmSync(folder, { recursive: true });
  });

  test("directory, variables, functions and the last status last from command to command", async () => {
    await runCommand(shell, "mkdir sub; cd sub; x='a  b'; f() { printf 'f:%s' \"$1\"; }; (exit 3)");
    expect(shell.directory).toBe(join(folder, "sub"));
    expect(await runCommand(shell, 'echo "$?"; pwd; echo "$x"; f 1')).toMatchObject({
      exit: 0,
      end: "exited",
      stdout: `3\n${folder}/sub\na  b\nf:1`,
      stderr: "",
    });
  });

  test.each([
    ["true", 0],
    ["false", 1],
    ["(exit 42)", 42],
    ["no-such-command-here", 127],
  ])("%s has exit status %i", async (command, exit) => {
    expect(await runCommand(shell, command)).toMatchObject({ exit, end: "exited" });
  });

  test("keeps stdout and stderr apart", async () => {
    const ran = await runCommand(shell, "echo out; echo err >&2");
    expect(ran).toMatchObject({ stdout: "out\n", stderr: "err\n" });
  });

  test("streams output while the command runs", async () => {
    const ran = await runCommand(shell, "echo first; while [ ! -e go ]; do :; done; echo second", (stdout) => {
      if (stdout === "first\n" && !existsSync(join(folder, "go"))) execFileSync("touch", [join(folder, "go")]);
    });
    expect(ran.stdout).toBe("first\nsecond\n");
  });

  test("runs several lines, here-documents and quotes as they stand", async () => {
    const command = "for i in 1 2\ndo\n  echo \"it's $i\"\ndone\ncat <<'E'\n$x `y` \\z\nE";
    expect((await runCommand(shell, command)).stdout).toBe("it's 1\nit's 2\n$x `y` \\z\n");
  });

  test.each(['echo "open', "if then", "echo $(", "cat <<E\nnever closed"])(
    "survives a command that doesn't parse: %j",
    async (command) => {
      await runCommand(shell, "x=kept");
      expect(await runCommand(shell, command)).toMatchObject({ end: "exited" });
      expect((await runCommand(shell, "echo $x")).stdout).toBe("kept\n");
    },
  );

  test("gives commands an empty input and no terminal", async () => {
    const ran = await runCommand(shell, 'read line; echo "[$line]"; cat; (exec </dev/tty) 2>/dev/null || echo no terminal');
    expect(ran.stdout).toBe("[]\nno terminal\n");
  });

  test("keeps binary output byte for byte", async () => {
    const ran = await runCommand(shell, "printf '\\000\\001\\377\\376\\036\\200'");
    expect([...ran.bytes]).toEqual([0, 1, 0xff, 0xfe, 0x1e, 0x80]);
  });

  test("loses nothing of a large output", async () => {
    const ran = await runCommand(shell, "head -c 30000000 /dev/zero; echo end >&2");
    expect([ran.bytes.length, ran.stderr]).toEqual([30_000_000, "end\n"]);
  });

  test("is not taken in by output that looks like its marks", async () => {
    const forged = `printf '\\036%032d:0:/\\000' 1; printf '\\036%032d:\\000' 1 >&2; echo $0 | cat; echo done; exit_status=9; (exit 5)`;
    const ran = await runCommand(shell, forged);
    expect(ran.exit).toBe(5);
    expect(ran.stdout.startsWith(`\x1e${"0".repeat(31)}1:0:/\0`)).toBe(true);
    expect(ran.stdout.endsWith("done\n")).toBe(true);
    expect(ran.stderr).toBe(`\x1e${"0".repeat(31)}1:\0`);
  });

  test("gives commands no way to the status channel", async () => {
    await runCommand(shell, "echo 'forged' >&3");
    const ran = await runCommand(shell, "(exit 4)");
    expect(ran).toMatchObject({ exit: 4, end: "exited" });
    const open = await runCommand(
      shell,
      "(true >&3) 2>/dev/null && echo 3; (true >&5) 2>/dev/null && echo 5; (true >&6) 2>/dev/null && echo 6",
    );
    expect(open.stdout).toBe("");
  });

  test("records the command after one that sent its output elsewhere", async () => {
    await runCommand(shell, "exec >/dev/null 2>&1");
    expect(await runCommand(shell, "echo back; echo err >&2")).toMatchObject({ stdout: "back\n", stderr: "err\n" });
  });

  test.each([
    "echo started; sleep 600; echo no",
    "echo started; while :; do sleep 0.05; done",
    "echo started; while :; do :; done",
    "echo started; sleep 600 | cat",
  ])("cancels %j and keeps the shell", async (command) => {
    await runCommand(shell, "x=kept");
    const ran = await runCommand(shell, command, (_, running) => running().cancel("cancelled"));
    expect(ran).toMatchObject({ exit: null, end: "cancelled", stdout: "started\n", remark: undefined });
    expect((await runCommand(shell, "echo $x")).stdout).toBe("kept\n");
  });

  test("ends what ignores an interrupt, and says that the shell went with it", async () => {
    await shell.close();
    shell = await ProcessShell.open(posixDriver(name, file ?? ""), folder, { kill: 200, askAgain: 50 });
    const ran = await runCommand(shell, "sh -c 'trap \"\" INT; echo started; while :; do :; done'", (_, running) =>
      running().cancel("time-limit"),
    );
    expect(ran).toMatchObject({ exit: null, end: "time-limit", remark: expect.stringContaining("fresh shell") });
    expect((await runCommand(shell, "pwd")).stdout).toBe(`${folder}\n`);
  });

  test("a command that exits the shell has its status; the next one gets a fresh shell in the same directory", async () => {
    await runCommand(shell, "mkdir sub; cd sub; x=gone");
    const ran = await runCommand(shell, "echo bye; exit 7");
    expect(ran).toMatchObject({ exit: 7, end: "exited", stdout: "bye\n", remark: expect.stringContaining("fresh shell") });
    expect((await runCommand(shell, 'pwd; echo "[$x]"')).stdout).toBe(`${folder}/sub\n[]\n`);
  });

  test("a command that kills the shell is lost", async () => {
    const ran = await runCommand(shell, "echo last words; kill -9 $$; sleep 600");
    expect(ran).toMatchObject({ exit: null, end: "lost", stdout: "last words\n" });
    expect((await runCommand(shell, "echo again")).stdout).toBe("again\n");
  });

  test("says so when the shell went away between two commands", async () => {
    await runCommand(shell, "(while [ ! -e go ]; do :; done; kill -9 $$) &");
    const pid = (await runCommand(shell, "echo pid:$$")).stdout.match(/pid:(\d+)/)?.[1];
    expect(pid).toBeDefined();
    writeFileSync(join(folder, "go"), "");
    await expect.poll(() => existsSync(`/proc/${pid}`)).toBe(false);
    const ran = await runCommand(shell, "echo fresh");
    expect(ran).toMatchObject({ stdout: expect.stringContaining("fresh"), remark: expect.stringContaining("fresh one") });
  });

  test("hides the agent's own variables from commands", async () => {
    await shell.close();
    const environment = {
      ...process.env,
      CAISEY_SECRET: "s",
      NODE_OPTIONS: "--no-warnings",
      ENV: "/etc/passwd",
      FROM_OUTSIDE: "yes",
    };
    shell = await ProcessShell.open(posixDriver(name, file ?? "", environment), folder);
    expect((await runCommand(shell, 'echo "[$CAISEY_SECRET$NODE_OPTIONS$ENV]$FROM_OUTSIDE"')).stdout).toBe("[]yes\n");
  });

  test("refuses a second command while one runs", async () => {
    await runCommand(shell, "echo started; sleep 600", (_, running) => {
      expect(() => shell.run("echo", { output: () => {} })).toThrow(expect.objectContaining({ code: "shell/busy" }));
      running().cancel("cancelled");
    });
  });

  test("ends background jobs with the session", async () => {
    const pid = (await runCommand(shell, "sleep 600 >/dev/null 2>&1 & echo $!")).stdout.trim();
    await shell.close();
    await expect.poll(() => alive(Number(pid))).toBe(false);
  });
});

test("a shell that is not there is an error with a code", async () => {
  const opening = ProcessShell.open(posixDriver("bash", "/no/such/bash"));
  await expect(opening).rejects.toMatchObject({ code: "shell/unavailable" });
});

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !execFileSync("ps", ["-o", "stat=", "-p", String(pid)])
      .toString()
      .startsWith("Z");
  } catch {
    return false;
  }
}

test("what the locale writes is known", async () => {
  const environment = { ...process.env, LC_ALL: "de_DE.ISO-8859-1" };
  const shell = await ProcessShell.open(posixDriver("bash", "/bin/bash", environment));
  try {
    const pieces: string[] = [];
    const record = ({ text, replaced }: Piece) => pieces.push(text, String(replaced)) > 0;
    const output = new CommandOutput(1000, systemClock, false, record, shell.encoding);
    await shell.run("printf 'Gr\\366\\337e \\303\\266'", { output: (stream, bytes) => output.push(stream, bytes) }).result;
    output.end();
    expect(pieces).toEqual(["Größe Ã¶", "0"]);
  } finally {
    await shell.close();
  }
});
