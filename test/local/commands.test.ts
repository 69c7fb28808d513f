import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../../worker/local/bundle.ts";
import { importsOf } from "../imports.ts";

const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { scripts: Record<string, string> };
/** Modules that are not in the sources: a build makes them. */
const BUILT = /\/dist\//;

/** Modules that a program loads before it does anything, by their path from the root. */
function loadedBy(program: string): Set<string> {
  const found = new Set<string>();
  const open = [program];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (found.has(path)) continue;
    found.add(path);
    if (BUILT.test(path) || !existsSync(join(ROOT, path)) || /\.d\.ts$/.test(path)) continue;
    for (const specifier of importsOf(readFileSync(join(ROOT, path), "utf8")).specifiers) {
      if (specifier.startsWith(".")) open.push(relative(ROOT, resolve(ROOT, dirname(path), specifier)));
    }
  }
  return found;
}

const programs = Object.entries(scripts).flatMap(([name, script]) => {
  const program = /(?:^|&& )node (\S+\.(?:ts|mjs))/.exec(script)?.[1];
  return program === undefined || name.startsWith("pre") ? [] : [{ name, script, program }];
});

test("a command that loads what a build makes has it built before: it may be the first one after npm ci", () => {
  const loading = programs.filter(({ program }) => [...loadedBy(program)].some((path) => BUILT.test(path)));
  expect(loading.map(({ name }) => name)).toEqual(expect.arrayContaining(["package", "rebuild", "certificate", "screenshots"]));
  const unbuilt = loading.filter(({ name, script }) => {
    const before = `${scripts[`pre${name}`] ?? ""} ${script}`;
    return !before.includes("viewer/build/build.ts") && !before.includes("build:viewer");
  });
  expect(unbuilt).toEqual([]);
  const bundled = loading.filter(({ program }) => program.startsWith("generator/dist/"));
  expect(bundled.map(({ name }) => name)).toEqual(["package"]);
  for (const { name } of bundled) expect(scripts[`pre${name}`]).toContain("generator/build/build.ts");
  // Of a bench only its name is known before it is loaded.
  expect(scripts.prebench).toContain("npm run --silent build");
});

test("what is built before says so where it does not mix with a command's own words", () => {
  const before = Object.entries(scripts).filter(([name]) => name.startsWith("pre") && name !== "pretest");
  expect(before.length).toBeGreaterThan(0);
  for (const [name, script] of before) expect([name, script]).toEqual([name, expect.stringMatching(/ 1>&2$/)]);
});
