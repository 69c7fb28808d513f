/** A statement may have so many values. */
const VALUES = 100;

/**
 * Inserts rows, many in a statement: a statement costs more than a row. What is left over comes in single ones, so that there are two
 * statements to prepare and not fifty.
 * @param into table and columns: `texts` or `trigrams (rowid, text)`.
 */
export function insertRows(sql: SqlStorage, into: string, rows: readonly (readonly unknown[])[]): void {
  const columns = rows[0]?.length ?? 1;
  const most = Math.floor(VALUES / columns);
  const one = `(${Array.from({ length: columns }, () => "?").join(", ")})`;
  const many = Array.from({ length: most }, () => one).join(", ");
  let next = 0;
  for (; next + most <= rows.length; next += most) {
    sql.exec(`INSERT INTO ${into} VALUES ${many}`, ...rows.slice(next, next + most).flat());
  }
  for (const row of rows.slice(next)) sql.exec(`INSERT INTO ${into} VALUES ${one}`, ...row);
}
