import { isStrong } from "./assignment.ts";
import { type Pattern, password, passwordOrWord } from "./pattern.ts";

/** Passwords that are known by their place alone: the third word of a program's line, the word behind an account. */
export const POSITIONS: readonly Pattern[] = [
  password("position", ["smbpasswd"], String.raw`\bsmbpasswd\s+(?:-\w+\s+){0,3}(?!-)[\w.$-]+\s+(?![-|<>])ARGUMENT\s*$`),
  password("position", ["radtest"], String.raw`\bradtest\s+(?:-\S+\s+){0,4}\S+\s+ARGUMENT\s+\S+\s+\d+\s`),
  password("position", ["radtest"], String.raw`\bradtest\s+(?:-\S+\s+){0,4}\S+\s+\S+\s+\S+\s+\d+\s+ARGUMENT`),
  password("position", ["doveadm"], String.raw`\bdoveadm\s+auth\s+(?:test|login)\s+(?:-\w+\s+\S+\s+){0,3}(?!-)\S+\s+ARGUMENT\s*$`),
  password("position", ["ipmitool"], String.raw`\bipmitool\s.{0,120}?\buser\s+set\s+password\s+\d+\s+ARGUMENT`),
  password("position", ["db2"], String.raw`\bconnect\s+to\s+\S+\s+user\s+\S+\s+using\s+ARGUMENT`),
  password("position", ["csvde", "ldifde"], String.raw`\b(?:csvde|ldifde)\s.{0,200}?\s-b\s+\S+\s+\S+\s+ARGUMENT`),
  password("position", ["pass "], String.raw`(?:^|[>:]\s?|\bquote\s)PASS\s+(?!command|test|\*)(\S{3,100})\s*$`, ""),
  password("position", ["govc"], String.raw`\bgovc\s.{0,100}?-u[\s=]+["']?[^\s:/"']{1,80}:([^\s"'@]{1,100})@`),
  password("position", ["sqlpackage"], String.raw`(?<=\bsqlpackage(?:\.exe)?\s.{0,300})\/[ts]p:ARGUMENT`),
  password("position", ["securitykey"], String.raw`\bsecuritykey=ARGUMENT`),
  password("position", ["veracrypt", "truecrypt"], String.raw`\b(?:veracrypt|truecrypt)\s.{0,200}?\s-p\s+ARGUMENT`),
  // user bob password Winter23
  {
    ...passwordOrWord(
      "position",
      ["password", "passwd"],
      String.raw`\b(?:user|username|login|account|admin)\s+(?:"[^"]{1,60}"|[\w.@\\-]{1,60})\s+(?:password|passwd)\s+ARGUMENT(?=\s|$)`,
    ),
    check: isStrong,
  },
  // bindpw Winter23, on a line of its own in a file of settings
  {
    ...passwordOrWord(
      "position",
      ["pw ", "password ", "passwd ", "pass "],
      String.raw`^\s{0,16}(?:[\w.-]{1,30}(?:pw|password|passwd|_pass|-pass))\s{1,30}ARGUMENT\s*$`,
    ),
    check: isStrong,
  },
  // ENV ROOT_PASSWORD Winter23
  passwordOrWord(
    "position",
    ["env "],
    String.raw`^\s{0,8}(?:ENV|SetEnv|setenv)\s+\w{0,40}(?:PASS|PASSWD|PASSWORD|PW|SECRET|TOKEN)\s+ARGUMENT\s*$`,
  ),
  passwordOrWord(
    "position",
    ["variable"],
    String.raw`\bvariable\s+"[^"]{0,60}(?:pw|pass|password|secret|token)"\s*\{.{0,200}?\bdefault\s*=\s*"([^"$]{3,200})"`,
  ),
  passwordOrWord(
    "position",
    ["<key>"],
    String.raw`<key>[^<>]{0,40}(?:password|passwd|passphrase|secret|token)<\/key>\s{0,20}<string>([^<>]{3,400})<\/string>`,
  ),
  // jane@acme.example:Winter23 and ACME\jane:Winter23, as in lists of what was stolen
  {
    ...passwordOrWord(
      "position",
      ["@"],
      String.raw`(?<![\w.+@:/-])[\w.+-]{1,60}@[\w-]{1,60}(?:\.[\w-]{1,60}){1,4}:(?![~/\d]*(?:\s|$)|~|\/|\d+\/)([^\s"'<>/\\,;|()]{5,64})(?=\s|$)`,
    ),
    sure: "likely",
    check: (value) => isStrong(value) && !/[$#]$|\.git$|^\d+:/.test(value),
  },
  {
    ...passwordOrWord(
      "position",
      ["\\"],
      String.raw`(?<![\w:\\$.-])[A-Za-z][\w.-]{0,30}\\[\w.$-]{1,40}:([^\s"'<>\\(){}]{5,64})(?=\s|$)`,
    ),
    sure: "likely",
    check: (value) => isStrong(value) && !/^\d+(?:[:.]|$)|[$#]$/.test(value),
  },
  // What a client answers to a challenge of NTLM
  {
    rule: "challenge-hash",
    kind: "password-hash",
    sure: "sure",
    hints: ["::"],
    form: /\b[\w.$-]{1,60}::[\w.-]{0,60}:([0-9a-f]{16}:[0-9a-f]{32}:[0-9a-f]{20,4000}|[0-9a-f]{48}:[0-9a-f]{48}:[0-9a-f]{16})/i,
    check: () => true,
  },
];
