import type { Migrations } from "../migrate.ts";

export const ORGANIZATION_MIGRATIONS: Migrations = [
  [
    "CREATE TABLE organization (id TEXT NOT NULL, name TEXT NOT NULL, created TEXT NOT NULL)",
    // The newest key signs; older ones stay to verify with.
    "CREATE TABLE keys (number INTEGER PRIMARY KEY, public_key BLOB NOT NULL, iv BLOB NOT NULL, wrapped BLOB NOT NULL, created TEXT NOT NULL)",
    "CREATE TABLE groups (id TEXT PRIMARY KEY, name TEXT NOT NULL, created TEXT NOT NULL)",
    "CREATE TABLE audit (number INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, by TEXT NOT NULL, by_name TEXT NOT NULL, act TEXT NOT NULL, about TEXT NOT NULL)",
  ],
  // statement: signed note by which the key before it names this one; null for the first.
  ["ALTER TABLE keys ADD COLUMN statement TEXT"],
  // reason: why, for acts that need one.
  ["ALTER TABLE audit ADD COLUMN reason TEXT"],
  [
    "ALTER TABLE groups ADD COLUMN archived TEXT",
    // detail: what was searched for, for instance.
    "ALTER TABLE audit ADD COLUMN detail TEXT",
    "CREATE INDEX audit_by_act ON audit (act, number)",
    "CREATE INDEX audit_by_person ON audit (by, number)",
    "CREATE INDEX audit_by_subject ON audit (about, number)",
  ],
  // published: whether the key's object in the bucket says what this row and the next one say.
  ["ALTER TABLE keys ADD COLUMN published INTEGER NOT NULL DEFAULT 0"],
  // second_review: whether two people have to review every session of every handoff.
  ["ALTER TABLE organization ADD COLUMN second_review INTEGER NOT NULL DEFAULT 0"],
];
