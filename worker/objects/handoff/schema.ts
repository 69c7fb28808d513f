import type { Migrations } from "../migrate.ts";

export const HANDOFF_MIGRATIONS: Migrations = [
  [
    // change: counts whatever a review has to see again. expires in milliseconds since 1970.
    `CREATE TABLE handoff (id TEXT NOT NULL, organization TEXT NOT NULL, group_id TEXT NOT NULL, recipient TEXT NOT NULL,
      state TEXT NOT NULL, created TEXT NOT NULL, period_from TEXT, period_to TEXT, letter TEXT NOT NULL, change INTEGER NOT NULL,
      days REAL, expires INTEGER)`,
    // A session that is taken out again stays with selected = 0. row: JSON of the session as its client group lists it. reviewed: the change after which it was reviewed.
    `CREATE TABLE selection (session TEXT PRIMARY KEY, selected INTEGER NOT NULL, row TEXT NOT NULL, changed INTEGER NOT NULL, reviewed INTEGER,
      reviewed_by TEXT, reviewed_at TEXT, title TEXT, note TEXT NOT NULL, todo TEXT NOT NULL)`,
    "CREATE TABLE omissions (session TEXT PRIMARY KEY, reason TEXT NOT NULL)",
    `CREATE TABLE redactions (id TEXT PRIMARY KEY, session TEXT NOT NULL, seq INTEGER NOT NULL, field TEXT NOT NULL,
      line INTEGER NOT NULL, reason TEXT NOT NULL, shown TEXT, by TEXT NOT NULL, at TEXT NOT NULL, UNIQUE (session, seq, field, line))`,
    // What a generation is made of, fixed when it begins, so that one that is started over gives the same bytes.
    "CREATE TABLE frozen (part INTEGER PRIMARY KEY, value BLOB NOT NULL)",
    "CREATE TABLE frozen_checkpoints (session TEXT PRIMARY KEY, note TEXT NOT NULL)",
    "CREATE TABLE generation (attempt INTEGER NOT NULL, upload TEXT, bytes INTEGER NOT NULL, files INTEGER NOT NULL, failure TEXT)",
    "CREATE TABLE package (key TEXT NOT NULL, bytes INTEGER NOT NULL, sha256 TEXT NOT NULL, created TEXT NOT NULL)",
    // Where in the ZIP each file is, see generator/zip.ts.
    `CREATE TABLE files (path TEXT PRIMARY KEY, type TEXT NOT NULL, start INTEGER NOT NULL, packed INTEGER NOT NULL,
      size INTEGER NOT NULL, method INTEGER NOT NULL, crc32 INTEGER NOT NULL, sha256 TEXT NOT NULL)`,
    // A secret is shown once and not stored.
    "CREATE TABLE links (id TEXT PRIMARY KEY, hash BLOB NOT NULL UNIQUE, name TEXT NOT NULL, created TEXT NOT NULL, expires INTEGER NOT NULL)",
    `CREATE TABLE opens (number INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, link TEXT NOT NULL, path TEXT NOT NULL,
      status INTEGER NOT NULL, bytes INTEGER NOT NULL, ip TEXT)`,
    "CREATE INDEX opens_by_link ON opens (link, number)",
  ],
  // Links with terms of their own. passcode: PBKDF2 of it. wrong: passcodes in a row; wait: until when none is looked at, in milliseconds.
  [
    "ALTER TABLE links ADD COLUMN revoked TEXT",
    "ALTER TABLE links ADD COLUMN salt BLOB",
    "ALTER TABLE links ADD COLUMN passcode BLOB",
    "ALTER TABLE links ADD COLUMN max_opens INTEGER",
    "ALTER TABLE links ADD COLUMN opens INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE links ADD COLUMN last TEXT",
    "ALTER TABLE links ADD COLUMN wrong INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE links ADD COLUMN wait INTEGER NOT NULL DEFAULT 0",
    `UPDATE links SET opens = (SELECT count(*) FROM opens WHERE link = links.id AND path IN ('data/index.html', 'package.zip')),
      last = (SELECT max(at) FROM opens WHERE link = links.id)`,
    // Each access would write a second row.
    "DROP INDEX opens_by_link",
    // ip: from now on the network around it only.
    "ALTER TABLE opens ADD COLUMN country TEXT",
    "UPDATE opens SET ip = NULL",
    // Who was let in: hash of what stands in their address.
    "CREATE TABLE grants (hash BLOB PRIMARY KEY, link TEXT NOT NULL, expires INTEGER NOT NULL)",
    // body: what is signed, see record/receipt.ts.
    `CREATE TABLE receipts (number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, link TEXT NOT NULL, at TEXT NOT NULL,
      name TEXT NOT NULL, company TEXT NOT NULL, statement TEXT NOT NULL, body TEXT NOT NULL, signature TEXT NOT NULL)`,
  ],
  // Packages made in slices. Each of these rows is what the next slice goes on from.
  [
    // code: of what went wrong last; retry: when it is tried again, in milliseconds since 1970.
    "ALTER TABLE generation ADD COLUMN phase TEXT NOT NULL DEFAULT 'gathering'",
    "ALTER TABLE generation ADD COLUMN begun TEXT",
    "ALTER TABLE generation ADD COLUMN sessions INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE generation ADD COLUMN code TEXT",
    "ALTER TABLE generation ADD COLUMN retry INTEGER",
    // Who asked for it, and the state that it goes back to when nothing comes of it.
    "ALTER TABLE generation ADD COLUMN by_id TEXT NOT NULL DEFAULT 'caisey'",
    "ALTER TABLE generation ADD COLUMN by_name TEXT NOT NULL DEFAULT 'Caisey'",
    "ALTER TABLE generation ADD COLUMN back TEXT NOT NULL DEFAULT 'in-review'",
    // Version of generator and pages: another one makes other bytes.
    "ALTER TABLE generation ADD COLUMN maker TEXT",
    "CREATE TABLE frozen_sessions (number INTEGER PRIMARY KEY AUTOINCREMENT, session TEXT NOT NULL UNIQUE, said TEXT NOT NULL, nameless INTEGER NOT NULL)",
    "CREATE TABLE spools (name TEXT NOT NULL, start INTEGER NOT NULL, value BLOB NOT NULL, PRIMARY KEY (name, start))",
    // row: see generator/zip.ts.
    "CREATE TABLE zip_rows (number INTEGER PRIMARY KEY, row TEXT NOT NULL)",
    // upload: empty while the bucket is being asked for one.
    "CREATE TABLE uploads (key TEXT NOT NULL, upload TEXT NOT NULL)",
    "INSERT INTO uploads SELECT organization || '/' || id || '.zip', upload FROM generation, handoff WHERE upload IS NOT NULL",
    // value: null when there is none. next: when an authority is asked again, in milliseconds since 1970; null when it isn't.
    `CREATE TABLE seals (number INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, digest TEXT NOT NULL, value BLOB, time TEXT,
      authority TEXT, tries INTEGER NOT NULL DEFAULT 0, next INTEGER, failure TEXT, UNIQUE (kind, digest))`,
    // What made the package.
    "ALTER TABLE package ADD COLUMN maker TEXT",
    // The handoff whose package this one's replaces, with the hash of its tag manifest; and the one that replaces this one.
    "ALTER TABLE handoff ADD COLUMN replaces TEXT",
    "ALTER TABLE handoff ADD COLUMN replaces_manifest TEXT",
    "ALTER TABLE handoff ADD COLUMN replaced_by TEXT",
    // What the client group was told last.
    "ALTER TABLE handoff ADD COLUMN told TEXT",
    // What the organisation's audit trail has to be told.
    `CREATE TABLE trail (number INTEGER PRIMARY KEY AUTOINCREMENT, by_id TEXT NOT NULL, by_name TEXT NOT NULL, act TEXT NOT NULL,
      about TEXT NOT NULL, reason TEXT)`,
  ],
  // What the scanner found. settings: JSON; key: of the digests in `same`. found: whether a redaction follows from decisions.
  [
    "CREATE TABLE scan (settings TEXT NOT NULL, key BLOB NOT NULL)",
    "CREATE TABLE scans (session TEXT PRIMARY KEY, at TEXT NOT NULL)",
    `CREATE TABLE findings (id TEXT PRIMARY KEY, session TEXT NOT NULL, seq INTEGER NOT NULL, field TEXT NOT NULL, line INTEGER NOT NULL,
      start INTEGER NOT NULL, "end" INTEGER NOT NULL, kind TEXT NOT NULL, rule TEXT NOT NULL, sure TEXT NOT NULL, same TEXT NOT NULL,
      decision TEXT, reason TEXT, because TEXT, by TEXT, at TEXT)`,
    "CREATE INDEX findings_by_place ON findings (session, seq, field, line, start)",
    "CREATE INDEX findings_by_same ON findings (same)",
    "CREATE TABLE aliases (same TEXT PRIMARY KEY, word TEXT NOT NULL, number INTEGER NOT NULL)",
    "ALTER TABLE redactions ADD COLUMN found INTEGER NOT NULL DEFAULT 0",
  ],
  [
    // Who may look at a preview: hash of what stands in the address; expires in milliseconds since 1970.
    "CREATE TABLE previews (hash BLOB PRIMARY KEY, by_id TEXT NOT NULL, by_name TEXT NOT NULL, expires INTEGER NOT NULL)",
    // Clerk's id of who reviewed it; second: the change after which somebody else did so too.
    "ALTER TABLE selection ADD COLUMN reviewed_id TEXT",
    "ALTER TABLE selection ADD COLUMN second INTEGER",
    "ALTER TABLE selection ADD COLUMN second_by TEXT",
    "ALTER TABLE selection ADD COLUMN second_at TEXT",
    // Version of the client group's list of words that was looked for.
    "ALTER TABLE scans ADD COLUMN terms INTEGER NOT NULL DEFAULT 0",
  ],
  [
    // What scans at work have found so far, until each is done and takes the place of the one before.
    `CREATE TABLE scanning (run TEXT NOT NULL, id TEXT NOT NULL, session TEXT NOT NULL, seq INTEGER NOT NULL, field TEXT NOT NULL,
      line INTEGER NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL, kind TEXT NOT NULL, rule TEXT NOT NULL, sure TEXT NOT NULL,
      same TEXT NOT NULL, decision TEXT, reason TEXT, because TEXT, by TEXT, at TEXT)`,
    "CREATE INDEX scanning_by_run ON scanning (run)",
  ],
  // How often a generation was begun anew because the bucket had its upload no more.
  ["ALTER TABLE generation ADD COLUMN restarts INTEGER NOT NULL DEFAULT 0"],
];
