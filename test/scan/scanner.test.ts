import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { labelledLines } from "../../fixtures/scan/labelled.ts";
import { Scanner } from "../../worker/scan/scanner.ts";
import { scanText } from "../../worker/scan/text.ts";

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
  expect(found(["Fluffy2019!"], scanner)).toEqual([[0, "password", "Fluffy2019!"]]);
  expect(found(["Fluffy2019!"])).toEqual([]);
});

test("names of passwords are understood in letters beyond ASCII", () => {
  for (const line of ["пароль: Кошка77!", "Пароль = Xk9!mmq2", "hasło: Kot-77!a", "lösenord=Vinter2024!"]) {
    expect(new Scanner().scanLine(line), line).toMatchObject([{ kind: "password" }]);
  }
});

test("the value below a password's tag is found", () => {
  expect(found(["<AdministratorPassword>", "  <Value>Unattend-1</Value>"])).toEqual([[1, "password", "Unattend-1"]]);
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

test("what only secretlint knows is found with its line, and said without its text", async () => {
  const token = ["xoxb", "123456789012", "1234567890123", "abcdefghijklmnopqrstuvwx"].join("-");
  const findings = await scanText(new Scanner(), ["first", `use ${token} here`, "last"]);
  expect(findings).toMatchObject([{ line: 1, kind: "token", start: 4, end: 4 + token.length }]);
  expect(JSON.stringify(findings)).not.toContain(token);
});
