import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, globSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { LocalError } from "./error.ts";

/** Folder for what lasts as long as a run. */
export const TEMPORARY = "tmp";

const OWN = "caisey.sqlite";
/** First fact of a data folder; another version is refused rather than guessed at. */
const FORMAT = "caisey-local/1";

/** What one local deployment keeps, held by one process at a time. */
export interface DataFolder {
  path: string;
  /** Base64 of 32 random bytes: wraps the signing keys of every organisation. */
  masterKey: string;
  /** A folder below it, made if need be. */
  folder(name: string): string;
  /** Whether the sample sessions are all there. */
  fixturesLoaded(): boolean;
  setFixturesLoaded(): void;
  /** Notes what is there, so that the next start sees what was lost since, and lets go of the folder. */
  close(): void;
}

/**
 * Opens a data folder and looks whether its databases are whole.
 * @throws LocalError `data/in-use` when another process holds it, `data/damaged` when it is not what a data folder is.
 */
export function openDataFolder(path: string): DataFolder {
  if (existsSync(path) && !statSync(path).isDirectory())
    throw new LocalError("data/damaged", `${path} should be a folder, but it is a file.`);
  mkdirSync(path, { recursive: true, mode: 0o700 });
  if (!existsSync(join(path, OWN)) && readdirSync(path).length > 0) {
    throw new LocalError(
      "data/damaged",
      `${path} is not empty and is no data folder of Caisey Handoff: ${OWN} is missing. ${REMEDY}`,
    );
  }
  const facts = openFacts(join(path, OWN));
  try {
    checkDatabases(path, facts.get("databases"));
  } catch (error) {
    facts.close();
    throw error;
  }
  let masterKey = facts.get("masterKey");
  if (masterKey === undefined) {
    masterKey = randomBytes(32).toString("base64");
    facts.set("masterKey", masterKey);
  }
  return {
    path,
    masterKey,
    folder(name) {
      const folder = join(path, name);
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      return folder;
    },
    fixturesLoaded: () => facts.get("fixtures") === "loaded",
    setFixturesLoaded: () => facts.set("fixtures", "loaded"),
    close() {
      facts.set("databases", databasesBelow(path).join("\n"));
      facts.close();
    },
  };
}

const REMEDY = "Choose another folder with --data, or remove this one to start afresh; what is in it is then lost.";

interface Facts {
  get(name: string): string | undefined;
  set(name: string, value: string): void;
  close(): void;
}

/** The folder's own small database. Its exclusive lock ends with the process, however that ends. */
function openFacts(file: string): Facts {
  const fresh = !existsSync(file);
  const database = new DatabaseSync(file);
  try {
    chmodSync(file, 0o600);
    database.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE");
    if (fresh) {
      database.exec("CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT");
      database.prepare("INSERT INTO facts VALUES ('format', ?)").run(FORMAT);
    }
    database.exec("COMMIT");
    const get = database.prepare("SELECT value FROM facts WHERE name = ?");
    const set = database.prepare("INSERT INTO facts VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value");
    const facts: Facts = {
      get: (name) => get.get(name)?.value as string | undefined,
      set: (name, value) => set.run(name, value),
      close: () => database.close(),
    };
    const format = facts.get("format");
    if (format !== FORMAT)
      throw new LocalError("data/damaged", `${file} should say ${FORMAT}, but it says ${JSON.stringify(format)}. ${REMEDY}`);
    return facts;
  } catch (cause) {
    database.close();
    if (cause instanceof LocalError) throw cause;
    if (cause instanceof Error && /locked|busy/i.test(cause.message)) {
      throw new LocalError(
        "data/in-use",
        `${file} is held by another run of Caisey Handoff. Stop that one, or choose another folder with --data.`,
        { cause },
      );
    }
    throw new LocalError("data/damaged", `${file} can't be read as a database. ${REMEDY}`, { cause });
  }
}

function databasesBelow(path: string): string[] {
  return globSync("**/*.sqlite", { cwd: path })
    .filter((file) => file !== OWN && !file.startsWith(`${TEMPORARY}/`))
    .sort();
}

/** Every database that was there at the last stop must be there still, and each must be whole. */
function checkDatabases(path: string, atLastStop: string | undefined): void {
  const found = databasesBelow(path);
  for (const expected of atLastStop?.split("\n").filter(Boolean) ?? []) {
    if (!found.includes(expected)) throw new LocalError("data/damaged", `${join(path, expected)} is missing. ${REMEDY}`);
  }
  for (const file of found) {
    const full = join(path, file);
    let verdict: unknown;
    try {
      if (statSync(full).size === 0 && !existsSync(`${full}-wal`)) throw new Error("empty");
      const database = new DatabaseSync(full);
      try {
        verdict = database.prepare("PRAGMA quick_check(1)").get()?.quick_check;
      } finally {
        database.close();
      }
    } catch (cause) {
      throw new LocalError("data/damaged", `${full} can't be read as a database. ${REMEDY}`, { cause });
    }
    if (verdict !== "ok") throw new LocalError("data/damaged", `${full} is a damaged database. ${REMEDY}`);
  }
}
