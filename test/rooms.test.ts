import { globSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { importsOf } from "./imports.ts";

const ROOT = resolve(import.meta.dirname, "..");

interface Room {
  /** Folder, with a slash at its end. The longest one that holds a file is the file's room. */
  folder: string;
  /** Folders and files of other rooms that it may import. */
  may: string[];
  /** npm packages that it may import; a name with a slash at its end stands for all of that scope. */
  packages: string[];
  /** Whether it runs in Node and may use its modules. */
  node: boolean;
}

/** Who may import what. Data flows one way: agent, worker, generator, viewer; all import record, record imports none. */
const ROOMS: Room[] = [
  { folder: "record/", may: [], packages: ["zod", "@noble/", "asn1js", "pkijs"], node: false },
  {
    folder: "agent/",
    may: ["record/"],
    packages: ["iconv-lite", "systeminformation", "tree-sitter-bash", "tree-sitter-powershell", "web-tree-sitter", "ws", "zod"],
    node: true,
  },
  { folder: "agent/build/", may: ["agent/"], packages: ["esbuild", "postject"], node: true },
  {
    folder: "worker/",
    may: ["record/", "generator/"],
    packages: [
      "hono",
      "@clerk/backend",
      "zod",
      "@noble/",
      "@secretlint/",
      "libphonenumber-js",
      "asn1js",
      "pkijs",
      "cloudflare:workers",
    ],
    node: false,
  },
  { folder: "worker/console/client/", may: [], packages: [], node: false },
  { folder: "worker/console/build/", may: [], packages: ["esbuild"], node: true },
  {
    folder: "worker/local/",
    may: ["record/", "agent/", "generator/", "fixtures/", "viewer/build/", "worker/"],
    packages: ["miniflare", "wrangler", "esbuild", "zod"],
    node: true,
  },
  {
    folder: "generator/",
    may: [
      "record/",
      "viewer/page.ts",
      "viewer/address.ts",
      "viewer/citation.ts",
      "viewer/renderer.ts",
      "viewer/session-renderer.ts",
      "viewer/dist/",
    ],
    packages: ["jszip", "@noble/"],
    node: false,
  },
  { folder: "generator/build/", may: ["generator/"], packages: ["esbuild"], node: true },
  { folder: "viewer/", may: ["record/"], packages: ["astro", "minisearch", "shiki", "@noble/"], node: false },
  { folder: "viewer/build/", may: ["record/", "viewer/"], packages: ["astro", "esbuild"], node: true },
  { folder: "fixtures/", may: ["record/", "agent/"], packages: [], node: true },
  {
    folder: "test/",
    may: ["record/", "agent/", "worker/", "generator/", "viewer/", "fixtures/"],
    packages: [...installed(), "cloudflare:test", "cloudflare:workers"],
    node: true,
  },
];

/** Programs and places that run in Node although their room does not. */
const NODE_TOO = [
  /^generator\/(node(-[a-z]+)*\.ts$|verify\/|rebuild\/|repackage\/|unseal\/|receipt\/|certificate\/(main|checked)\.ts$)/,
];

/** Node's hashing and deflating, as the Worker's platform has them (compatibility flag nodejs_compat). */
const COMPATIBLE = ["worker/objects/handoff/platform.ts", "worker/objects/session/hashes.ts"];

function runsInNode(file: string): boolean {
  return COMPATIBLE.includes(file) || roomOf(file).node || NODE_TOO.some((place) => place.test(file));
}

const TOP_LEVEL = [
  ...ROOMS.map((room) => room.folder.split("/")[0] as string),
  ...["package.json", "package-lock.json", "wrangler.toml"],
  ...["README.md", "ARCHITECTURE.md", "CHANGELOG.md", "LICENSE"],
  ...[".ci", ".git", ".gitignore", "biome.json", "tsconfig.base.json", "tsconfig.json"],
  ...["vitest.config.ts", "vitest.worker.config.ts"],
];

/** What package.json names. */
function installed(): string[] {
  const manifest = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as Record<string, Record<string, string>>;
  return [...Object.keys(manifest.dependencies ?? {}), ...Object.keys(manifest.devDependencies ?? {})];
}

const sources = globSync("{record,agent,worker,generator,viewer,fixtures,test}/**/*.{ts,tsx,mts,js,mjs,astro}", {
  cwd: ROOT,
  exclude: (name) => ["node_modules", "dist", ".astro", "frozen"].some((part) => name.split("/").includes(part)),
}).sort();

function roomOf(path: string): Room {
  const holding = ROOMS.filter((room) => path.startsWith(room.folder)).sort((a, b) => b.folder.length - a.folder.length)[0];
  if (holding === undefined) throw new Error(`expected a file of a room, got ${path}`);
  return holding;
}

/** Why this import is against the table; undefined when it is not. */
function objection(file: string, specifier: string): string | undefined {
  const room = roomOf(file);
  if (specifier.startsWith(".")) {
    const target = relative(ROOT, resolve(ROOT, dirname(file), specifier)).replaceAll("\\", "/");
    if (!runsInNode(file) && NODE_TOO.some((place) => place.test(target)))
      return `${room.folder} must not use Node by way of ${target}`;
    const same = target.startsWith(room.folder) && roomOf(target) === room;
    if (same || room.may.some((place) => target === place || (place.endsWith("/") && target.startsWith(place)))) return undefined;
    return `${room.folder} must not import ${target}`;
  }
  if (specifier.startsWith("node:")) {
    return runsInNode(file) ? undefined : `${room.folder} must not use Node`;
  }
  const allowed = room.packages.some((name) => specifier === name || specifier.startsWith(name.endsWith("/") ? name : `${name}/`));
  return allowed ? undefined : `${room.folder} must not import the package ${specifier}`;
}

describe("imports", () => {
  test("there are sources to look at", () => {
    expect(sources).toContain("record/entry.ts");
    expect(sources).toContain("test/rooms.test.ts");
  });

  test("every import follows the table of rooms", () => {
    const found = sources.flatMap((file) =>
      importsOf(readFileSync(join(ROOT, file), "utf8")).specifiers.flatMap((specifier) => {
        const why = objection(file, specifier);
        return why === undefined ? [] : [`${file}: ${why}`];
      }),
    );
    expect(found).toEqual([]);
  });

  test("no file gathers others with export *", () => {
    expect(sources.filter((file) => importsOf(readFileSync(join(ROOT, file), "utf8")).exportsAll)).toEqual([]);
  });

  test("what is imported is written out where Node does not run", () => {
    const runtime = sources.filter((file) => !runsInNode(file));
    expect(runtime.filter((file) => importsOf(readFileSync(join(ROOT, file), "utf8")).computed)).toEqual([]);
  });

  test.each([
    ["record/entry.ts", "../agent/agent.ts"],
    ["record/entry.ts", "node:fs"],
    ["record/entry.ts", "hono"],
    ["record/entry.ts", "zodiac"],
    ["agent/agent.ts", "../worker/app.ts"],
    ["worker/app.ts", "../agent/agent.ts"],
    ["worker/app.ts", "../viewer/page.ts"],
    ["worker/app.ts", "./local/start.ts"],
    ["worker/app.ts", "node:fs"],
    ["worker/app.ts", "../generator/node-platform.ts"],
    ["generator/package.ts", "../viewer/pages/index.astro"],
    ["viewer/page.ts", "../generator/source.ts"],
    ["fixtures/load.ts", "../worker/app.ts"],
  ])("%s may not import %s", (file, specifier) => {
    expect(objection(file, specifier)).toBeTypeOf("string");
  });
});

describe("reading imports", () => {
  test.each([
    ['import a from "./a.ts";', "./a.ts"],
    ['import type { A,\n  B } from "../b.ts";', "../b.ts"],
    ['import "./effect.ts";', "./effect.ts"],
    ['export { c } from "./c.ts";', "./c.ts"],
    ['const x = await import("./d.ts");', "./d.ts"],
    ['type T = import("./e.ts").E;', "./e.ts"],
    ['---\nimport Layout from "./f.astro";\n---', "./f.astro"],
    ['import * as g from "./g.ts";', "./g.ts"],
  ])("%j", (source, specifier) => {
    expect(importsOf(source).specifiers).toEqual([specifier]);
  });

  test("a comment imports nothing", () => {
    expect(
      importsOf('/**\n * import x from "./x.ts";\n */\n// import y from "./y.ts";\nconst url = "http://z";').specifiers,
    ).toEqual([]);
  });

  test("export * and computed imports are seen", () => {
    expect(importsOf('export * from "./a.ts";')).toEqual({ specifiers: ["./a.ts"], computed: false, exportsAll: true });
    expect(importsOf("await import(path);").computed).toBe(true);
  });
});

test("the top level holds the rooms and what tools insist on", () => {
  const ignored = readFileSync(join(ROOT, ".gitignore"), "utf8").split("\n").filter(Boolean);
  const skip = new Set(ignored.map((line) => line.replace(/\/$/, "")));
  const found = readdirSync(ROOT).filter((name) => !skip.has(name) && !name.endsWith(".log"));
  expect(found.filter((name) => !TOP_LEVEL.includes(name))).toEqual([]);
});
