import fc from "fast-check";
import { expect, test } from "vitest";
import * as z from "zod";
import type { Json } from "../../record/canonical.ts";
import { encodeEntry, entry } from "../../record/entry.ts";
import { quickCheck } from "../../record/quick-check.ts";
import { anyEntry } from "./arbitraries.ts";
import { runs } from "./runs.ts";

const isEntry = quickCheck(entry);
const anyValue = anyEntry.map((one) => JSON.parse(new TextDecoder().decode(encodeEntry(one))) as Json);

test("knows an entry of any kind", () => {
  fc.assert(
    fc.property(anyValue, (value) => {
      expect(isEntry(value)).toBe(true);
    }),
    runs(500),
  );
});

/** A value with something in it, at any depth, exchanged, added or dropped. */
const changed = fc
  .record({
    value: anyValue,
    turns: fc.array(fc.nat(30), { minLength: 1, maxLength: 4 }),
    how: fc.constantFrom("set", "add", "drop"),
    name: fc.constantFrom("__proto__", "seen", "by", "kind", "extra", "text", "toString"),
    other: fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.constantFrom("p0", "p01", "2026-02-29T09:30:00.000Z", "2024-02-29T09:30:00.000Z", "0".repeat(64), "opened", "chat"),
      fc.constantFrom(-1, 0, 1.5, 2 ** 53, Number.MAX_SAFE_INTEGER),
    ),
  })
  .map(({ value: original, turns, how, name, other }) => {
    const value: unknown = JSON.parse(JSON.stringify(original));
    let place = value;
    for (const turn of turns.slice(1)) {
      const below = Object.values(place as object).filter((one) => one !== null && typeof one === "object");
      if (below.length > 0) place = below[turn % below.length];
    }
    const at = place as Record<string, unknown>;
    const keys = Object.keys(at);
    const key = how === "add" || keys.length === 0 ? name : (keys[(turns[0] as number) % keys.length] as string);
    if (how === "drop") delete at[key];
    else Object.defineProperty(at, key, { value: other, enumerable: true, writable: true, configurable: true });
    // A list takes fields too; JSON then leaves them out.
    return JSON.parse(JSON.stringify(value)) as Json;
  });

test("says yes where the schema does, and only there", () => {
  let yes = 0;
  fc.assert(
    fc.property(fc.oneof(changed, fc.jsonValue()), (value) => {
      const parsed = entry.safeParse(value);
      expect(isEntry(value as Json)).toBe(parsed.success);
      if (!parsed.success) return;
      yes++;
      expect(parsed.data).toEqual(value);
    }),
    runs(3000),
  );
  expect(yes).toBeGreaterThan(20);
});

test("says no to what it does not know of schemas", () => {
  const unknown = [
    z.string().trim(),
    z.string().refine((one) => one === "a"),
    z.object({ a: z.string() }),
    z.strictObject({ a: z.email() }),
    z.array(z.bigint()),
    z.union([z.string(), z.number()]),
    z.number(),
    z.string().regex(/a/g),
    z.string().default("a"),
  ];
  for (const schema of unknown)
    for (const value of ["a", 1, ["a"], { a: "a" }, { a: "a@b.example" }]) expect(quickCheck(schema)(value)).toBe(false);
});
