/** Statements that lead from one version of a class's schema to the next. Number i leads from version i to i + 1; never changed once released. */
export type Migrations = readonly (readonly string[])[];

/** Version of the schema in this storage; 0 where nothing was ever stored. Writes nothing. */
export function schemaVersion(storage: DurableObjectStorage): number {
  const table = storage.sql.exec("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'schema_version'").toArray();
  if (table.length === 0) return 0;
  return storage.sql.exec<{ version: number }>("SELECT version FROM schema_version").one().version;
}

/** Brings a storage to the newest version, all or nothing. */
export function migrate(storage: DurableObjectStorage, migrations: Migrations): void {
  storage.transactionSync(() => {
    const version = schemaVersion(storage);
    if (version === migrations.length) return;
    if (version > migrations.length) {
      throw new Error(`expected a schema of version ${migrations.length} at most, found ${version}: newer code wrote it`);
    }
    if (version === 0) {
      storage.sql.exec("CREATE TABLE schema_version (version INTEGER NOT NULL)");
      storage.sql.exec("INSERT INTO schema_version VALUES (0)");
    }
    for (const statements of migrations.slice(version)) for (const statement of statements) storage.sql.exec(statement);
    storage.sql.exec("UPDATE schema_version SET version = ?", migrations.length);
  });
}
