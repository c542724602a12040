import { forEach, type Database, type Row, type SqlValue } from './sql/sql.ts';
import { tables, type Table } from './tables.ts';

const pageRows = 1_000;

/** What came of one table. */
export interface CopiedTable {
  table: string;
  /** Rows there are in the source and in the target, after copying. */
  from: number;
  to: number;
}

/**
 * Copies every table from one database to another, page by page. What is there already stays, so a copy that was cut
 * off is taken up by running it again.
 */
export async function* copyDatabase(from: Database, to: Database): AsyncGenerator<CopiedTable> {
  for (const table of tables()) {
    await copyTable(table, from, to);
    yield { table: table.name, from: await countRows(table, from), to: await countRows(table, to) };
  }
}

async function copyTable({ name, columns, key }: Table, from: Database, to: Database): Promise<void> {
  const names = Object.keys(columns).join(', ');
  const insert = forEach(
    columns,
    (input) =>
      `INSERT INTO ${name} (${names}) SELECT ${names} FROM ${input} WHERE true ON CONFLICT DO NOTHING`,
  );
  const places = key.map((_, place) => `$${place + 1}`).join(', ');
  let last: Row | undefined;
  do {
    const after = last;
    const values = after ? key.map((column): SqlValue => after[column] ?? null) : [];
    const rows: readonly Row[] = await from.read.all(
      `SELECT ${names} FROM ${name} ${after ? `WHERE (${key.join(', ')}) > (${places})` : ''}
       ORDER BY ${key.join(', ')} LIMIT ${pageRows}`,
      values,
    );
    await to.transaction((sql) => sql.each(insert, rows));
    last = rows.length === pageRows ? rows.at(-1) : undefined;
  } while (last);
}

async function countRows({ name }: Table, { read }: Database): Promise<number> {
  const [row] = await read.all(`SELECT count(*) AS rows FROM ${name}`);
  return Number(row?.['rows']);
}
