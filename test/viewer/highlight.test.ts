import fc from "fast-check";
import { expect, test } from "vitest";
import { tokensOf } from "../../viewer/html/highlight.ts";

const textOf = (lines: ReturnType<typeof tokensOf>) => lines?.map((line) => line.map(({ text }) => text).join(""));

test("a command's tokens together are its lines, whatever commands of the same shape came before", () => {
  const number = fc.oneof(fc.nat({ max: 99_999_999 }).map(String), fc.uuid(), fc.constantFrom("0x80070005", "7", "2>&1"));
  const command = fc
    .array(fc.oneof(number, fc.constantFrom("Get-Item", "'", '"', "\n", "{", "}", "-Id", "|", "$x", "é")), { minLength: 1 })
    .map((words) => words.join(" "));
  fc.assert(
    fc.property(command, (text) => {
      const lines = text.split("\n");
      expect(textOf(tokensOf(lines, "powershell"))).toEqual(lines);
    }),
  );
});

test("numbers in commands keep what they say and how they look", () => {
  const [first] = tokensOf(["Stop-Process -Id 12345 -Name 'a 1111'"], "powershell") ?? [];
  const [second] = tokensOf(["Stop-Process -Id 98760 -Name 'a 2222'"], "powershell") ?? [];
  expect(second?.map(({ name }) => name)).toEqual(first?.map(({ name }) => name));
  expect(second?.some(({ text }) => text.includes("98760"))).toBe(true);
});
