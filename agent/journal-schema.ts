import { DatabaseSync } from "node:sqlite";
import { AgentError } from "./error.ts";

/** One row at most: the longest log of the client group that was vouched for. */
const GROUP_LOG = "CREATE TABLE group_log (size INTEGER NOT NULL, root TEXT NOT NULL, at TEXT NOT NULL) STRICT";
/** Tables of the newest version. Whoever changes them adds a step to {@link STEPS}. */
const SCHEMA = `
  CREATE TABLE session (
    id TEXT PRIMARY KEY, ref TEXT NOT NULL, subject TEXT NOT NULL, mode TEXT NOT NULL,
    next INTEGER NOT NULL DEFAULT 0, last_seen TEXT, stopped_by TEXT, is_over INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE TABLE event (
    session TEXT NOT NULL, n INTEGER NOT NULL, kind TEXT NOT NULL, json TEXT NOT NULL, PRIMARY KEY (session, n)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE output (session TEXT NOT NULL, n INTEGER NOT NULL, json TEXT NOT NULL, PRIMARY KEY (session, n)) STRICT, WITHOUT ROWID;
  CREATE TABLE line (
    session TEXT NOT NULL, seq INTEGER NOT NULL, n INTEGER, line TEXT NOT NULL, PRIMARY KEY (session, seq)
  ) STRICT, WITHOUT ROWID;
  CREATE UNIQUE INDEX line_by_event ON line (session, n) WHERE n IS NOT NULL;
  CREATE TABLE request (
    session TEXT NOT NULL, id TEXT NOT NULL, json TEXT NOT NULL, asked INTEGER, answered INTEGER, command INTEGER, finished INTEGER,
    PRIMARY KEY (session, id)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE participant (
    session TEXT NOT NULL, id TEXT NOT NULL, role TEXT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (session, id)
  ) STRICT, WITHOUT ROWID;
  ${GROUP_LOG};
`;

/**
 * Statements that lead from one version to the next; number i leads from version i + 1 to i + 2, and is never changed once released.
 * The tables of version 1 were changed once without another number: those that are as they are now need nothing, others are refused.
 */
const STEPS: readonly string[] = ["", GROUP_LOG];

export const JOURNAL_VERSION = STEPS.length + 1;

/**
 * Makes the tables of a new journal, or brings those of an older one to the newest version. To be called in a transaction.
 * @throws AgentError `journal/unusable` when a newer program made it, or its tables are none that this one knows.
 */
export function prepareTables(db: DatabaseSync): void {
  const { user_version: version } = db.prepare("PRAGMA user_version").get() as { user_version: number };
  if (version > JOURNAL_VERSION) {
    throw new AgentError(
      "journal/unusable",
      `expected a journal of version ${JOURNAL_VERSION} at most, got version ${version}: a newer agent made it`,
    );
  }
  if (version === 0) db.exec(SCHEMA);
  else for (const step of STEPS.slice(version - 1)) db.exec(step);
  if (tables(db) !== newestTables()) {
    const advice = "start the agent that made it once more so that it sends what waits, or give the journal up with leave --force";
    throw new AgentError(
      "journal/unusable",
      `expected the tables of a journal of version ${JOURNAL_VERSION}, got others: ${advice}`,
    );
  }
  if (version !== JOURNAL_VERSION) db.exec(`PRAGMA user_version = ${JOURNAL_VERSION}`);
}

function tables(db: DatabaseSync): string {
  const rows = db.prepare("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name").all();
  // A column that a step added stands in other white space than one that was there from the beginning.
  return rows
    .map(({ sql }) =>
      String(sql)
        .replace(/\s+/g, " ")
        .replace(/\s*([(),])\s*/g, "$1"),
    )
    .join("\n");
}

function newestTables(): string {
  const db = new DatabaseSync(":memory:");
  try {
    db.exec(SCHEMA);
    return tables(db);
  } finally {
    db.close();
  }
}
