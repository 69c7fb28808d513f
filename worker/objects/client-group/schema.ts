import type { Migrations } from "../migrate.ts";

export const CLIENT_GROUP_MIGRATIONS: Migrations = [
  [
    "CREATE TABLE client_group (id TEXT NOT NULL, organization TEXT NOT NULL, name TEXT NOT NULL, created TEXT NOT NULL)",
    "CREATE TABLE endpoints (id TEXT PRIMARY KEY, name TEXT NOT NULL, platform TEXT NOT NULL, key TEXT NOT NULL, enrolled TEXT NOT NULL, removed TEXT)",
    // A code itself is shown once and not stored. `expires` in milliseconds since 1970.
    "CREATE TABLE enrolment_codes (id TEXT PRIMARY KEY, hash BLOB NOT NULL, endpoint_name TEXT, expires INTEGER NOT NULL, guesses INTEGER NOT NULL, used TEXT)",
    `CREATE TABLE sessions (id TEXT PRIMARY KEY, endpoint TEXT NOT NULL, subject TEXT NOT NULL, technician TEXT NOT NULL,
      mode TEXT NOT NULL, opened TEXT NOT NULL, closed TEXT, state TEXT NOT NULL, outcome TEXT,
      entries INTEGER NOT NULL, commands INTEGER NOT NULL, approvals INTEGER NOT NULL, leaf INTEGER, witnessed TEXT)`,
    "CREATE INDEX sessions_by_time ON sessions (opened, id)",
    "CREATE INDEX sessions_by_endpoint ON sessions (endpoint, opened, id)",
    "CREATE TABLE tags (session TEXT NOT NULL, tag TEXT NOT NULL, PRIMARY KEY (tag, session)) WITHOUT ROWID",
    "CREATE INDEX tags_by_session ON tags (session)",
    "CREATE TABLE leaves (number INTEGER PRIMARY KEY, session TEXT NOT NULL UNIQUE, hash BLOB NOT NULL)",
    // The tree over all leaves, as record/tree.ts carries it over, and its newest signed head.
    "CREATE TABLE log (size INTEGER NOT NULL, subtrees BLOB NOT NULL, signed_size INTEGER NOT NULL, checkpoint TEXT)",
    "CREATE TABLE handoffs (id TEXT PRIMARY KEY, recipient TEXT NOT NULL, state TEXT NOT NULL, created TEXT NOT NULL, expires TEXT)",
  ],
  [
    // number: order in which sessions were opened here. indexed: how many of the session's entries the search index has taken in.
    "ALTER TABLE sessions ADD COLUMN number INTEGER NOT NULL DEFAULT 0",
    "UPDATE sessions SET number = rowid",
    "ALTER TABLE sessions ADD COLUMN indexed INTEGER NOT NULL DEFAULT 0",
    "CREATE UNIQUE INDEX sessions_by_number ON sessions (number)",
    "CREATE INDEX sessions_behind ON sessions (id) WHERE state = 'closed' AND indexed < entries",
    // Everybody of the provider who took part; folded: the name as it is compared.
    "CREATE TABLE technicians (session TEXT NOT NULL, participant TEXT NOT NULL, name TEXT NOT NULL, folded TEXT NOT NULL, PRIMARY KEY (session, participant)) WITHOUT ROWID",
    "CREATE INDEX technicians_by_name ON technicians (folded, session)",
    "INSERT INTO technicians SELECT id, 'p0', technician, lower(technician) FROM sessions",
    // See client-group/search-index.ts.
    "CREATE TABLE passages (id INTEGER PRIMARY KEY, seq INTEGER NOT NULL, kind TEXT NOT NULL, field TEXT NOT NULL, at TEXT NOT NULL, line INTEGER NOT NULL, carry INTEGER NOT NULL, carry_seq INTEGER NOT NULL, text TEXT NOT NULL)",
    "CREATE VIRTUAL TABLE trigrams USING fts5 (text, content='', columnsize=0, detail=none, tokenize='trigram case_sensitive 1')",
    // What is deleted leaves the index at once, not when its parts are merged some day.
    "INSERT INTO trigrams (trigrams, rank) VALUES ('secure-delete', 1)",
  ],
  [
    "ALTER TABLE client_group ADD COLUMN archived TEXT",
    "ALTER TABLE enrolment_codes ADD COLUMN made TEXT",
    "ALTER TABLE enrolment_codes ADD COLUMN revoked TEXT",
    // The endpoint that it let in.
    "ALTER TABLE enrolment_codes ADD COLUMN used_by TEXT",
  ],
  [
    // What handoffs of this client have to keep to, see handoff-rules.ts. terms: JSON; terms_version: counts their changes.
    "ALTER TABLE client_group ADD COLUMN terms TEXT NOT NULL DEFAULT '[]'",
    "ALTER TABLE client_group ADD COLUMN terms_version INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE client_group ADD COLUMN second_review INTEGER NOT NULL DEFAULT 0",
  ],
];
