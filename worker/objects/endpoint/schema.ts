import type { Migrations } from "../migrate.ts";

export const ENDPOINT_MIGRATIONS: Migrations = [
  [
    `CREATE TABLE endpoint (id TEXT NOT NULL, organization TEXT NOT NULL, group_id TEXT NOT NULL, key TEXT NOT NULL,
      enrolled TEXT NOT NULL, removed TEXT, last_seen TEXT)`,
    // Sessions that the agent is to join, or whose log head it has still to witness.
    "CREATE TABLE invitations (session TEXT PRIMARY KEY, ref TEXT NOT NULL, subject TEXT NOT NULL, mode TEXT NOT NULL, made TEXT NOT NULL)",
  ],
];
