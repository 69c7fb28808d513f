import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { launchdPlist } from "../../agent/service/launchd.ts";
import { commandLine, type ServicePlan } from "../../agent/service/plan.ts";
import { scheduledTask, windowsWord } from "../../agent/service/scheduled-task.ts";
import { systemdUnit } from "../../agent/service/systemd.ts";

const MAIN = join(import.meta.dirname, "../../agent/main.ts");
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "caisey-service-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const plan = (part: Partial<ServicePlan> = {}): ServicePlan => ({
  program: ["/bin/true"],
  state: "/var/lib/caisey-agent",
  policy: undefined,
  shell: undefined,
  forMachine: true,
  isConfined: false,
  ...part,
});

/** Paths as people have them, and as nobody should. */
const path = fc
  .array(
    fc.oneof(
      fc.constantFrom("%", "$", '"', "\\", " ", "<", "&", "'", ";", "%h", "$" + "{HOME}", "ü", "]]>"),
      fc.string({ maxLength: 4 }),
    ),
    {
      maxLength: 6,
    },
  )
  .map((parts) => `/srv/${parts.join("")}`.replace(/\p{Cc}/gu, ""))
  .filter((text) => text.isWellFormed());

const systemd = spawnSync("systemd-analyze", ["--version"]).status === 0;

test.runIf(systemd)("systemd takes every variant of its unit, and rates the confined one as little exposed", () => {
  for (const forMachine of [true, false])
    for (const isConfined of [true, false]) {
      const file = join(folder, "caisey-agent.service");
      writeFileSync(file, systemdUnit(plan({ forMachine, isConfined, state: "/srv/a b%c$d", policy: "/etc/caisey/policy.json" })));
      const { status, stdout, stderr } = spawnSync("systemd-analyze", ["verify", "--man=no", file], { encoding: "utf8" });
      expect({ status, said: stdout + stderr }).toEqual({ status: 0, said: "" });
    }
  const confined = join(folder, "caisey-agent.service");
  writeFileSync(confined, systemdUnit(plan({ isConfined: true })));
  // In tenths: 0 to 100; what has no protection at all is at 96.
  const rated = spawnSync("systemd-analyze", ["security", "--offline=yes", "--threshold=35", confined], { encoding: "utf8" });
  expect(rated).toMatchObject({ status: 0 });
});

test("what a unit of systemd starts is what was meant, whatever the paths", () => {
  fc.assert(
    fc.property(path, path, (state, policy) => {
      const unit = systemdUnit(plan({ state, policy }));
      const line = /^ExecStart=(.*)$/m.exec(unit)?.[1] ?? "";
      const words = [...line.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)].map(([, quoted, plain]) =>
        (quoted?.replace(/\\(.)/g, "$1") ?? plain ?? "").replaceAll("%%", "%").replaceAll("$$", "$"),
      );
      expect(words).toEqual(commandLine(plan({ state, policy })));
      // No variable and no specifier is left that systemd would put something else in the place of.
      expect(line.replaceAll("%%", "").replaceAll("$$", "")).not.toMatch(/[%$]/);
    }),
  );
});

test("a property list and a task are read by an XML parser as they were meant", () => {
  fc.assert(
    fc.property(path, (state) => {
      const of = plan({ state, forMachine: false });
      const plist = execFileSync(
        "python3",
        ["-c", "import plistlib,sys,json;print(json.dumps(plistlib.loads(sys.stdin.buffer.read())))"],
        {
          input: launchdPlist(of, "/Users/pat/Library/Logs"),
          encoding: "utf8",
        },
      );
      expect(JSON.parse(plist)).toMatchObject({
        Label: "handoff.caisey.agent",
        ProgramArguments: commandLine(of),
        KeepAlive: { SuccessfulExit: false },
      });
      const read = `import xml.etree.ElementTree as e,sys,json
r=e.parse(sys.stdin).getroot();n='{http://schemas.microsoft.com/windows/2004/02/mit/task}'
print(json.dumps([r.tag,[c.tag for c in r],r.findtext(f'.//{n}Command'),r.findtext(f'.//{n}Arguments'),r.findtext(f'.//{n}LogonTrigger/{n}UserId')]))`;
      const task = execFileSync("python3", ["-c", read], { input: scheduledTask(of, "ACME\\pat & co"), encoding: "utf8" });
      const ns = "{http://schemas.microsoft.com/windows/2004/02/mit/task}";
      const [root, parts, command, args, user] = JSON.parse(task) as [string, string[], string, string, string];
      expect([root, parts.map((part) => part.slice(ns.length))]).toEqual([
        `${ns}Task`,
        ["RegistrationInfo", "Triggers", "Principals", "Settings", "Actions"],
      ]);
      expect([command, ...windowsArguments(args), user]).toEqual([...commandLine(of), "ACME\\pat & co"]);
    }),
    { numRuns: 4 },
  );
});

test("words of a Windows command line come out as they went in", () => {
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[ab \\"&%]{0,8}$/), { minLength: 1, maxLength: 4 }), (words) => {
      expect(windowsArguments(words.map(windowsWord).join(" "))).toEqual(words);
    }),
  );
});

/** As CommandLineToArgvW takes arguments apart. */
function windowsArguments(line: string): string[] {
  const words: string[] = [];
  for (let at = 0; at < line.length; ) {
    while (line[at] === " ") at++;
    let word = "";
    let isQuoted = false;
    for (; at < line.length && (isQuoted || line[at] !== " "); ) {
      let slashes = 0;
      while (line[at] === "\\") {
        slashes++;
        at++;
      }
      if (line[at] === '"') {
        word += "\\".repeat(Math.floor(slashes / 2));
        if (slashes % 2 === 1) word += '"';
        else isQuoted = !isQuoted;
        at++;
      } else {
        word += "\\".repeat(slashes);
        if (at < line.length && (isQuoted || line[at] !== " ")) word += line[at++];
      }
    }
    words.push(word);
  }
  return words;
}

test.runIf(process.platform === "linux")("installing writes the unit and has the system start it, uninstalling undoes both", () => {
  const bin = join(folder, "bin");
  mkdirSync(bin);
  const control = join(bin, "systemctl");
  writeFileSync(
    control,
    `#!/bin/sh\necho "$@" >> '${folder}/calls'\n[ ! -e '${folder}/broken' ] || { echo "it is broken" >&2; exit 1; }\n`,
  );
  chmodSync(control, 0o755);
  const env = { ...process.env, PATH: `${bin}:${process.env.PATH}`, XDG_CONFIG_HOME: join(folder, "config") };
  const call = (...args: string[]) =>
    spawnSync(process.execPath, [MAIN, "service", ...args, "--user", "--state", join(folder, "state")], { env, encoding: "utf8" });
  const unit = join(folder, "config/systemd/user/caisey-agent.service");

  expect(call("install", "--shell", "bash")).toMatchObject({ status: 0, stderr: "", stdout: expect.stringContaining(unit) });
  expect(readFileSync(unit, "utf8")).toBe(call("print", "--shell", "bash").stdout);
  expect(readFileSync(unit, "utf8")).toContain(`${MAIN} run --service --state ${folder}/state --shell bash\n`);
  expect(readFileSync(join(folder, "calls"), "utf8").split("\n").slice(0, 3)).toEqual([
    "--user daemon-reload",
    "--user enable caisey-agent.service",
    "--user restart caisey-agent.service",
  ]);
  expect(call("uninstall")).toMatchObject({ status: 0, stderr: "" });
  expect(existsSync(unit)).toBe(false);

  writeFileSync(join(folder, "broken"), "");
  expect(call("install")).toMatchObject({
    status: 1,
    stderr: expect.stringContaining("service/failed: expected systemctl --user daemon-reload to work, it said: it is broken"),
  });
  expect(call("dance")).toMatchObject({ status: 2 });
  expect(call("print", "--kind", "launchd", "--confined")).toMatchObject({
    status: 2,
    stderr: expect.stringContaining("--confined with systemd only"),
  });
  expect(call("install", "--kind", "windows")).toMatchObject({ status: 2 });
});
