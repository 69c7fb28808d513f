import { creator } from "@secretlint/secretlint-rule-preset-recommend";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { labelledLines } from "../../fixtures/scan/labelled.ts";
import { COMMANDS } from "../../worker/scan/commands.ts";
import { DATABASES } from "../../worker/scan/databases.ts";
import { DEVICES } from "../../worker/scan/devices.ts";
import { withoutOverlaps } from "../../worker/scan/finding.ts";
import { NOTES } from "../../worker/scan/notes.ts";
import { POSITIONS } from "../../worker/scan/positions.ts";
import { Scanner } from "../../worker/scan/scanner.ts";
import { findBySecretlint } from "../../worker/scan/secretlint.ts";
import { SHAPES } from "../../worker/scan/shapes.ts";
import { scanText } from "../../worker/scan/text.ts";
import { TOKEN_FORMATS } from "../../worker/scan/token-formats.ts";

const found = (lines: readonly string[], scanner = new Scanner()) =>
  scanner.scan(lines).map(({ line, kind, start, end }) => [line, kind, (lines[line] ?? "").slice(start, end)]);

describe("the labelled set", () => {
  const lines = labelledLines();

  test("has at least 600 lines, a third of them clean", () => {
    expect(lines.length).toBeGreaterThanOrEqual(600);
    expect(lines.filter(({ group }) => group === "clean").length).toBeGreaterThanOrEqual(lines.length / 3);
  });

  test.each([
    ["secret", 0.95],
    ["token", 0.85],
    ["personal", 0.9],
  ] as const)("of %s lines nearly all that is marked is covered", (group, least) => {
    const marks = lines
      .filter((one) => one.group === group)
      .flatMap(({ line, marked }) => marked.map((mark) => ({ line, ...mark })));
    const covered = marks.filter(({ line, start, end }) =>
      new Scanner().scanLine(line).some((one) => one.start <= start && end <= one.end),
    );
    expect(covered.length / marks.length).toBeGreaterThanOrEqual(least);
  });

  test("of clean lines at most one in a hundred is reported", () => {
    const clean = lines.filter(({ group }) => group === "clean");
    expect(clean.filter(({ line }) => new Scanner().scanLine(line).length > 0).length).toBeLessThanOrEqual(clean.length / 100);
  });
});

test("each line of a private key is found, and what follows it is not", () => {
  const key = [
    "-----BEGIN OPENSSH PRIVATE KEY-----",
    "b3BlbnNzaC1rZXktdjEAAAAABG5vbmU",
    "AAAAB3NzaC1yc2E",
    "-----END OPENSSH PRIVATE KEY-----",
  ];
  expect(found(["cat id_ed25519", ...key, "exit code 0"])).toEqual(key.map((line, at) => [at + 1, "private-key", line]));
});

test("a private key goes on in the next output, but not in what somebody writes", () => {
  const scanner = new Scanner();
  scanner.scan(["-----BEGIN PRIVATE KEY-----", "MIIEvQIBADANBgkq"]);
  expect(scanner.scanLine("hkiG9w0BAQEFAASC")).toHaveLength(1);
  scanner.begin(true);
  expect(scanner.scanLine("hkiG9w0BAQEFAASC")).toEqual([]);
});

test("a message that answers a question about a password is one, and not when nobody asked", () => {
  const scanner = new Scanner();
  scanner.begin(true);
  scanner.scanLine("what is your windows password?");
  scanner.begin(true);
  expect(found(["Fluffy2019"], scanner)).toEqual([[0, "password", "Fluffy2019"]]);
  expect(found(["Fluffy2019"])).toEqual([]);
});

test("a word that can hardly be anything but a made-up password is found without a word about passwords", () => {
  expect(found(["I gave him Start.2026! this morning", "pkraus / P3tra!neu"])).toEqual([
    [0, "password", "Start.2026!"],
    [1, "password", "P3tra!neu"],
  ]);
  const others = [
    "see Bug#4711",
    "PR#12 is merged",
    "100% of Windows11 machines!",
    "C:\\Temp\\A1#b",
    "kim@Web01 R&D2 rebuilt",
    "a%2FB1c%3D",
  ];
  expect(found(others)).toEqual([]);
});

test("names of passwords are understood in letters beyond ASCII", () => {
  for (const line of ["пароль: Кошка77!", "Пароль = Xk9!mmq2", "hasło: Kot-77!a", "lösenord=Vinter2024!"]) {
    expect(new Scanner().scanLine(line), line).toMatchObject([{ kind: "password" }]);
  }
});

test("the value below a password's tag is found", () => {
  expect(found(["<AdministratorPassword>", "  <Value>Unattend-1</Value>"])).toEqual([[1, "password", "Unattend-1"]]);
});

test("values of a secret are found as Kubernetes prints them, and no others", () => {
  const value = btoa("S3cret-value");
  const lines = [
    "apiVersion: v1",
    "data:",
    `  extra: ${value}`,
    "  .dockercfg: |",
    `    ${value}`,
    "kind: Secret",
    `  name: ${value}`,
    "data:",
    "  mode: automatic",
    `  note: ${btoa("\u0000\u0001\u0002abcdef")}`,
  ];
  expect(found(lines)).toEqual([2, 4].map((line) => [line, "token", value]));
});

test("what SQL writes into a column is told by the column's name, and ends with the row", () => {
  expect(
    found([
      "INSERT INTO users (name, password, `api_key`) VALUES ('O''Brien, Pat', 'rosebud', 'k-4417')",
      "INSERT INTO users (password, name) VALUES (SHA2('x', 256), 'rosebud')",
      "INSERT INTO users (name, password) VALUES ('rosebud')",
      "INSERT INTO users (name, password) VALUES ('bob', NULL), ('eve', 'rosebud')",
    ]),
  ).toEqual([
    [0, "password", "rosebud"],
    [0, "token", "k-4417"],
  ]);
});

test("a word with @ is a password where a password stands, unless it is an address or a machine", () => {
  expect(found(["login as admin / P0rt@lAdmin", "login as Bob@ACME01", "scp bob@WS22:/tmp/a ."])).toEqual([
    [0, "password", "P0rt@lAdmin"],
  ]);
});

test("people who took part are found by their names, in accounts too, and not within other words", () => {
  const scanner = new Scanner({ names: ["Jane Miller"] });
  const lines = [
    "Hi Jane,",
    "C:\\Users\\jmiller",
    "Miller, Jane",
    "jane.miller opened it",
    "the windmillers",
    "a jane of all trades",
  ];
  expect(found(lines, scanner)).toEqual([
    [0, "name", "Jane"],
    [1, "name", "jmiller"],
    [2, "name", "Miller, Jane"],
    [3, "name", "jane.miller"],
  ]);
});

test("a client's own terms are found in any case, whatever signs they have", () => {
  expect(found(["PROJECT  (ORCA) is late", "orca"], new Scanner({ terms: ["project (Orca)"] }))).toEqual([
    [0, "term", "PROJECT  (ORCA)"],
  ]);
  expect(found(["about Project Orca+", "orca"], new Scanner({ terms: ["project orca+"] }))).toEqual([[0, "term", "Project Orca+"]]);
});

test("accounts and private addresses are found only when they are asked for", () => {
  const lines = ["C:\\Users\\kim\\Desktop", "ping 192.168.1.20", "ACME\\svc-backup", "ping 203.0.113.9", "C:\\Users\\Public"];
  expect(found(lines)).toEqual([]);
  expect(found(lines, new Scanner({ accounts: true, privateAddresses: true }))).toEqual([
    [0, "account", "kim"],
    [1, "private-address", "192.168.1.20"],
    [2, "account", "svc-backup"],
  ]);
});

test("a secret is found wherever it stands in a very long line", () => {
  const secret = "password=Tr0ub4dor&3";
  for (const at of [0, 15_000, 16_380, 200_000]) {
    const line = `${"lorem ipsum ".repeat(at / 12)}${secret}${" dolor".repeat(50_000)}`;
    expect(found([line])).toEqual([[0, "password", "Tr0ub4dor&3"]]);
  }
});

test("lines made to be slow are read all the same", () => {
  const pieces = [
    "a",
    "1",
    "password=",
    "net user ",
    "1-",
    "@a.",
    "login with ",
    "<Password",
    "-----BEGIN ",
    "token: ",
    "+1 (",
    "\\",
    "AAAA ",
  ];
  for (const piece of pieces) new Scanner().scanLine(piece.repeat(200_000 / piece.length));
});

test("places are within the line, in order, and never overlap", () => {
  const words = labelledLines().flatMap(({ line }) => line.split(" "));
  const line = fc
    .array(fc.oneof(fc.constantFrom(...words), fc.string({ unit: "binary" })), { maxLength: 30 })
    .map((parts) => parts.join(" "));
  fc.assert(
    fc.property(line, (text) => {
      let end = 0;
      for (const one of new Scanner({ names: ["Jane Miller"], accounts: true, privateAddresses: true }).scanLine(text)) {
        expect(one.start).toBeGreaterThanOrEqual(end);
        expect(one.end).toBeGreaterThan(one.start);
        expect(one.end).toBeLessThanOrEqual(text.length);
        end = one.end;
      }
    }),
    { numRuns: 300 },
  );
});

test("accounts are found where logs and shells name them, and are no parts of paths", () => {
  const lines = [
    "C:\\Windows\\System32\\spool\\drivers",
    "HKLM\\SOFTWARE\\Microsoft",
    "C:\\Program Files\\Exchange Server\\V15",
    "acme\\kim logged on",
    "session opened for user kim",
    "Account Name:\t\tkim",
    "kim@web01:~$ ls",
    "uid=1000(kim) gid=0(root)",
  ];
  expect(found(lines, new Scanner({ accounts: true }))).toEqual([3, 4, 5, 6, 7].map((line) => [line, "account", "kim"]));
});

test.each([
  ["Jürgen Müller", ["Juergen Mueller", "jurgen muller", "JÜRGEN MÜLLER", "Mu\u0308ller, Ju\u0308rgen", "j.mueller", "muellerj"]],
  ["José García-López", ["Jose Garcia Lopez", "jose.garcia-lopez", "García", "GARCIA-LOPEZ"]],
  ["Sean O’Brien", ["Sean O'Brien", "obrien, sean", "S. OBrien", "seano", "O`Brien"]],
  ["Bjørn Ås", ["Bjorn Aas", "bjoern.as"]],
  ["Jane Ann Miller", ["Jane Miller", "MILLER Jane", "Jane Ann Miller", "miller.j"]],
])("%s is found in all spellings", (name, spellings) => {
  for (const line of spellings) {
    expect(found([line], new Scanner({ names: [name] })), line).toEqual([[0, "name", line]]);
  }
});

test("a client's words are found whatever joins them, and with other marks", () => {
  for (const line of ["PROJECT_ORCA", "project-orca", "ProjectOrca", "Mueller & Soehne GmbH", "müller & söhne gmbh"]) {
    expect(found([line], new Scanner({ terms: ["Project Orca", "Müller & Söhne GmbH"] })), line).toEqual([[0, "term", line]]);
  }
});

test("a client's words may be signs alone", () => {
  expect(found(["a -- b", "ab"], new Scanner({ terms: ["--", "''"] }))).toEqual([[0, "term", "--"]]);
});

describe("what overlaps", () => {
  const one = { kind: "token", rule: "a", sure: "sure", start: 4, end: 20 } as const;

  test("is hidden as a whole when both are secrets", () => {
    const other = { kind: "password", rule: "b", sure: "possible", start: 12, end: 30 } as const;
    expect(withoutOverlaps([other, one])).toEqual([{ ...one, end: 30 }]);
  });

  test("is what is surer when one is no secret", () => {
    const other = { kind: "phone", rule: "b", sure: "likely", start: 12, end: 30 } as const;
    expect(withoutOverlaps([other, one])).toEqual([one]);
  });

  test("leaves what touches it", () => {
    const next = { kind: "email", rule: "b", sure: "sure", start: 20, end: 30 } as const;
    expect(withoutOverlaps([next, one])).toEqual([one, next]);
  });
});

describe("no rule can be made to backtrack without end", () => {
  test("because none repeats without a limit what repeats without one", () => {
    const rules = [...SHAPES, ...COMMANDS, ...DEVICES, ...DATABASES, ...NOTES, ...POSITIONS, ...TOKEN_FORMATS];
    expect(rules.map(({ form }) => form.source).filter(repeatsWithin)).toEqual([]);
  });

  test("which this would show", () => {
    for (const source of ["(a+)+", "(?:x|(?:[a-z]*,)?){2,}", String.raw`(\w+\s?)*$`]) expect(repeatsWithin(source)).toBe(true);
    for (const source of ["a+b*", "(?:a{1,8})+", String.raw`[(+]*(?:\(\+)*`]) expect(repeatsWithin(source)).toBe(false);
  });
});

/** Whether something is repeated without a limit that itself repeats without one. */
function repeatsWithin(source: string): boolean {
  const tokens = source.match(/\\.|\[(?:\\.|[^\]\\])*\]|\(\?(?:<?[=!]|:|<\w+>)|[*+]\??|\{\d+(?:,\d*)?\}\??|./gsu) ?? [];
  const open: boolean[] = [false];
  let last = false;
  for (const token of tokens) {
    if (token.startsWith("(")) open.push(false);
    else if (token === ")") {
      last = open.pop() ?? false;
      if (last) open[open.length - 1] = true;
      continue;
    } else if (/^(?:[*+]|\{\d+,\})/.test(token)) {
      if (last) return true;
      open[open.length - 1] = true;
    }
    last = false;
  }
  return false;
}

test("recorded text can't switch secretlint off", async () => {
  const token = ["xoxb", "123456789012", "1234567890123", "abcdefghijklmnopqrstuvwx"].join("-");
  const findings = await findBySecretlint(["/* secretlint-disable */", "plain", `${token} // secretlint-disable-line`]);
  expect(findings).toMatchObject([{ line: 2, start: 0, end: token.length }]);
});

test("secretlint's preset holds the rules whose hints we know", () => {
  const ids: string[] = [];
  const context = {
    registerRule: ({ meta }: { meta: { id: string } }) => ids.push(meta.id.replace("@secretlint/secretlint-rule-", "")),
  };
  creator.create(context as unknown as Parameters<typeof creator.create>[0], {});
  expect(ids.sort()).toEqual(
    `1password anthropic aws basicauth cloudflare database-connection-string databricks docker figma filter-comments gcp github gitlab
    grafana groq hashicorp-vault huggingface linear notion npm openai privatekey sendgrid shopify slack stripe tailscale vercel`.split(
      /\s+/,
    ),
  );
});

test("what only secretlint knows is found with its line, and said without its text", async () => {
  const token = ["xoxb", "123456789012", "1234567890123", "abcdefghijklmnopqrstuvwx"].join("-");
  const findings = await scanText(new Scanner(), ["first", `use ${token} here`, "last"]);
  expect(findings).toMatchObject([{ line: 1, kind: "token", start: 4, end: 4 + token.length }]);
  expect(JSON.stringify(findings)).not.toContain(token);
});
