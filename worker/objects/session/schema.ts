import type { Migrations } from "../migrate.ts";

export const SESSION_MIGRATIONS: Migrations = [
  [
    `CREATE TABLE session (id TEXT NOT NULL, organization TEXT NOT NULL, organization_key TEXT NOT NULL, group_id TEXT NOT NULL,
      endpoint TEXT NOT NULL, endpoint_name TEXT NOT NULL, endpoint_key TEXT NOT NULL, subject TEXT NOT NULL,
      mode TEXT NOT NULL, state TEXT NOT NULL, opened TEXT NOT NULL, closed TEXT, outcome TEXT,
      commands INTEGER NOT NULL, approvals INTEGER NOT NULL,
      last_at TEXT NOT NULL, next_event INTEGER NOT NULL, agent_seen TEXT, disagreed_seq INTEGER, disagreed_reason TEXT,
      size INTEGER NOT NULL, subtrees BLOB NOT NULL)`,
    // A committed line never changes. n: the endpoint's number of the event behind it. refers: the entry that it answers.
    "CREATE TABLE entries (seq INTEGER PRIMARY KEY, n INTEGER UNIQUE, kind TEXT NOT NULL, refers INTEGER, line BLOB NOT NULL)",
    "CREATE INDEX entries_by_reference ON entries (refers, kind)",
    // JSON of an entry's text, in parts that fit a row.
    "CREATE TABLE texts (seq INTEGER NOT NULL, field TEXT NOT NULL, part INTEGER NOT NULL, value BLOB NOT NULL, PRIMARY KEY (seq, field, part)) WITHOUT ROWID",
    "CREATE TABLE participants (id TEXT PRIMARY KEY, role TEXT NOT NULL, name TEXT NOT NULL, user TEXT UNIQUE)",
    "CREATE TABLE requests (number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, by TEXT NOT NULL, command TEXT NOT NULL, state TEXT NOT NULL, asked INTEGER, entry INTEGER)",
    "CREATE INDEX requests_open ON requests (state) WHERE state IN ('sent', 'asked', 'running')",
    // The log's head, from `closed` on: signed, perhaps cosigned, in the group's log once there is a leaf. deadline in milliseconds since 1970.
    "CREATE TABLE head (body TEXT NOT NULL, deadline INTEGER NOT NULL, note TEXT, witnessed TEXT, leaf INTEGER)",
  ],
  // How many entries the client group's search index has taken in.
  ["ALTER TABLE session ADD COLUMN indexed INTEGER NOT NULL DEFAULT 0"],
  [
    "ALTER TABLE requests ADD COLUMN reason TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE requests ADD COLUMN seen TEXT",
    // Set when a technician took back what the endpoint has taken up.
    "ALTER TABLE requests ADD COLUMN withdrawn INTEGER NOT NULL DEFAULT 0",
  ],
  // Outputs are most of the entries, and are found by their place behind their command.
  ["DROP INDEX entries_by_reference", "CREATE INDEX entries_by_reference ON entries (refers, kind) WHERE kind <> 'output'"],
  // No index over n: the session's next_event, which is kept in the same transaction, says which number comes next.
  [
    "CREATE TABLE entries_without_index (seq INTEGER PRIMARY KEY, n INTEGER, kind TEXT NOT NULL, refers INTEGER, line BLOB NOT NULL)",
    "INSERT INTO entries_without_index SELECT seq, n, kind, refers, line FROM entries",
    "DROP TABLE entries",
    "ALTER TABLE entries_without_index RENAME TO entries",
    "CREATE INDEX entries_by_reference ON entries (refers, kind) WHERE kind <> 'output'",
  ],
];
