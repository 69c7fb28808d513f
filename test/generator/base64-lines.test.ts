import fc from "fast-check";
import { expect, test } from "vitest";
import { base64Lines } from "../../generator/exports/base64-lines.ts";

test("mails get base64 in lines of 76 characters, each ended by CRLF", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
      const lines = Buffer.from(bytes)
        .toString("base64")
        .match(/.{1,76}/g);
      expect(new TextDecoder().decode(base64Lines(bytes))).toBe((lines ?? []).map((line) => `${line}\r\n`).join(""));
    }),
  );
});
