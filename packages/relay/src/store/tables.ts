import { DatabaseSync } from 'node:sqlite';
import type { Columns } from './sql/sql.ts';
import { migrations } from './sqlite/schema.ts';

/** A table that every database of ours has. */
export interface Table {
  name: string;
  columns: Columns;
  /** The columns of its primary key, in order. */
  key: readonly string[];
}

/** Lists the tables, as the schema makes them. */
export function tables(): Table[] {
  const database = new DatabaseSync(':memory:');
  try {
    for (const script of migrations) database.exec(script);
    const names = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").all();
    return names.map(({ name }) => {
      const info = database.prepare(`PRAGMA table_info(${String(name)})`).all();
      const key = info
        .filter(({ pk }) => Number(pk) > 0)
        .toSorted((a, b) => Number(a['pk']) - Number(b['pk']));
      return {
        name: String(name),
        columns: Object.fromEntries(
          info.map(
            ({ name: column, type }) => [String(column), type === 'INTEGER' ? 'integer' : 'text'] as const,
          ),
        ),
        key: key.map(({ name: column }) => String(column)),
      };
    });
  } finally {
    database.close();
  }
}
