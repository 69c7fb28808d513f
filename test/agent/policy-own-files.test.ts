import { beforeAll, describe, expect, test } from "vitest";
import type { Policy } from "../../agent/policy.ts";
import { defaultPolicy } from "../../agent/policy-default.ts";
import { sparing } from "../../agent/policy-own-files.ts";

let plain: Policy;
beforeAll(async () => {
  plain = await defaultPolicy();
});

describe("the agent's own folder", () => {
  test.each([
    "cat ~/.local/state/caisey-agent/state.json",
    "cat ~/.local/state/CAISEY-AGENT/state.json",
    "cat ~/.local/state/cai''sey\"-agent\"/state.json",
    "cat < ~/.local/state/caisey-agent/state.json",
    "od -c /home/jane/.local/state/caisey-agent/journal.sqlite",
    "cd ~/.local/state/caisey-agent",
    "grep -fcaisey-agent/state.json x",
    "grep --file=caisey-agent/state.json x",
    "ls -l ~/.local/state/caisey-agent",
    "cat ~/.local/state/*/state.json",
    "cat ~/.local/state/c*y-agent/state.json | rev",
    "cat /home/jane/.local/*/*/state.json",
    "cat ~/.local/state/????????????/state.json",
    "cat */state.json",
    "cat ./*/state.json",
    "cat ../*/s*",
    "cat state/*/state.json",
    "cat $HOME/.local/state/*/state.json",
    "cat /h*/*/*/*/*/state.json",
    "grep -r seed ~",
    "grep -r seed ~/.local",
    "grep -r seed /home",
    "grep -r seed /home/jane/.local/state",
    "grep -r seed .",
    "grep -r seed",
    "grep -ri seed state",
    "grep -r -e seed state /etc",
    "grep --recursive seed /h*",
    "grep -d recurse seed /home/jane",
    "grep -r seed /etc/../home",
    "grep -r seed /etc ~",
    "diff -r /etc /home",
    "diff -r a /etc",
  ])("is not read unasked: %s", (command) => {
    const policy = sparing(plain, "/home/jane/.local/state/caisey-agent");
    for (const shell of ["bash", "zsh", "sh"] as const) {
      expect(policy.decide(command, shell, false)).toMatchObject({ readOnly: false, changesShell: true });
    }
  });

  test.each([
    "cat /proc/123/root/home/x",
    "cat /proc/self/cwd/state.json",
    "tail -c +1 /proc/12/mem",
    "strings /proc/kcore",
    "cat /proc/*/mem",
  ])("nor by way of the kernel: %s", (command) => {
    expect(plain.decide(command, "bash", false).readOnly).toBe(false);
  });

  test.each([
    'Get-Content "$env:LOCALAPPDATA\\Caisey Agent\\state.json"',
    "cat 'C:\\Users\\jane\\AppData\\Local\\caisey agent\\state.json'",
    "Get-Content C:\\Users\\jane\\AppData\\Local\\CAISEY~1\\state.json",
    "Get-Content C:\\Users\\*\\AppData\\Local\\C*\\state.json",
    "Get-Content C:\\Users\\jane\\AppData\\Local\\[c]aisey?agent\\state.json",
    "Get-Content *\\state.json",
    "Get-Content 'C:\\Users\\jane\\AppData\\Local\\Caisey Agent.\\state.json'",
    "Get-ChildItem C:\\Users\\jane\\AppData\\Local\\Cai* | Get-Content",
    "Get-ChildItem C:\\Users\\jane -Recurse | Get-Content",
    "Get-ChildItem C:\\Users\\jane -Recurse -Filter *.json | Select-String seed",
    "gci C:\\Users\\jane\\AppData\\Local | gci | sls seed",
    "findstr /s seed C:\\Users\\jane\\x.json",
    "cd 'C:\\Users\\jane\\AppData\\Local\\Caisey Agent'",
  ])("nor in PowerShell: %s", (command) => {
    const policy = sparing(plain, "C:\\Users\\jane\\AppData\\Local\\Caisey Agent");
    expect(policy.decide(command, "powershell", false)).toMatchObject({ readOnly: false, changesShell: true });
  });

  test.each([
    ...[
      "cat /var/log/*.log",
      "ls *",
      "cat /etc/cups*/cupsd.conf",
      "grep -r error /var/log",
      "grep -r -A 3 error /etc/cups /var/log/cups",
    ],
    ...["grep -i error /var/log/syslog", "diff /etc/hosts /etc/hosts.old", "cat ~/notes.txt", "cd ~/.local/state", "ps aux"],
    ...["systemctl status caisey-agents", "cat /srv/my-caisey-agent/x", "cat /srv/caisey-agent.txt"],
  ])("others are read as before: %s", (command) => {
    expect(sparing(plain, "/home/jane/.local/state/caisey-agent").decide(command, "bash", false).readOnly).toBe(true);
  });

  test.each([
    ...["Get-Content C:\\Temp\\app.log -Tail 5", "Get-ChildItem C:\\Temp\\*.log | Select-String error", "Get-Service | sls x"],
    ...[
      "Get-ChildItem C:\\Temp -Recurse | Get-FileHash",
      "findstr /i error C:\\Temp\\app.log",
      "Get-ChildItem C:\\Windows -Recurse",
    ],
  ])("in PowerShell, too: %s", (command) => {
    const policy = sparing(plain, "C:\\Users\\jane\\AppData\\Local\\Caisey Agent");
    expect(policy.decide(command, "powershell", false).readOnly).toBe(true);
  });
});
