import { expect, test } from "vitest";
import { luhn, mod97 } from "../../worker/scan/personal.ts";
import { entropy, looksRandom } from "../../worker/scan/random.ts";
import { classify } from "../../worker/scan/words.ts";

test.each([
  ["4111111111111111", true],
  ["4111111111111112", false],
  ["378282246310005", true],
  ["6011000990139424", true],
  ["79927398713", true],
  ["79927398710", false],
])("check digit of %s", (digits, holds) => expect(luhn(digits)).toBe(holds));

test.each([
  ["DE89370400440532013000", true],
  ["GB82WEST12345698765432", true],
  ["GB82WEST12345698765431", false],
])("remainder of %s", (iban, holds) => expect(mod97(iban)).toBe(holds));

test("entropy is in bits a character", () => {
  expect(entropy("aaaa")).toBe(0);
  expect(entropy("abab")).toBe(1);
  expect(entropy("abcdefgh")).toBe(3);
});

test.each([
  ["f3b1c92a7d5e4f60", true],
  ["aB3dE5fG7hJ9kL2m", true],
  ["Microsoft.Windows.Common", false],
  ["PublicKeyToken", false],
  ["5c1d9f7a-501e-0011-3c4d-2b7f9a000000", false],
  ["10.0.19045.5131", false],
  ["1732266862123456", false],
])("whether %s looks random", (value, is) => expect(looksRandom(value, 8)).toBe(is));

test.each([
  ["DB_PASSWORD", "", "password"],
  ["smtpPass", "", "password"],
  ["PasswordNeverExpires", "", undefined],
  ["PublicKeyToken", "", undefined],
  ["clientSecret", "", "secret"],
  ["key", "API", "secret"],
  ["key", "Registry", undefined],
  ["key", "wifi", "password"],
  ["keyboard", "", undefined],
  ["bypass", "", undefined],
])("what %s says of its value, after %s", (name, before, expected) => expect(classify(name, before)).toBe(expected));
