import { setImmediate } from 'node:timers/promises';
import type { Sql, SqlValue } from './sql.ts';

/** Rows of one environment, by an index of two columns after it. */
interface Ordered {
  table: 'deliveries' | 'events' | 'mirrors';
  columns: readonly [string, string];
  environment: string;
  /** The first key to be looked at is the one after this. */
  after: readonly [SqlValue, SqlValue];
}

/** Values of one statement, each under its own number. */
export interface Values {
  list: SqlValue[];
  /** Adds a value; returns its place, `$3`. */
  add(value: SqlValue): string;
}

/** A condition that holds for the rows of one part. */
export type Part = (values: Values) => string;

export function newValues(): Values {
  const list: SqlValue[] = [];
  return { list, add: (value) => `$${list.push(value)}` };
}

/**
 * Goes through rows that no index finds, in the order of a key, part by part where one statement must not look through
 * all of them. Others have their turn between two parts.
 */
export async function* partsOf(
  sql: Sql,
  { table, columns, environment, after }: Ordered,
): AsyncGenerator<Part> {
  const key = `(${columns.map((column) => `${table}.${column}`).join(', ')})`;
  const keyOf = (values: Values, given: readonly SqlValue[]): string =>
    `(${given.map((value) => values.add(value)).join(', ')})`;
  for (let from = after; ;) {
    const start: Part = (values) =>
      `${table}.environment = ${values.add(environment)} AND ${key} > ${keyOf(values, from)}`;
    const values = newValues();
    const [row] =
      sql.partRows === undefined
        ? []
        : await sql.all(
            `SELECT ${columns.join(', ')} FROM ${table} WHERE ${start(values)}
             ORDER BY ${columns.join(', ')} LIMIT 1 OFFSET ${sql.partRows - 1}`,
            values.list,
          );
    if (!row) {
      yield start;
      return;
    }
    const last = columns.map((column) => row[column] ?? null) as [SqlValue, SqlValue];
    yield (given) => `${start(given)} AND ${key} <= ${keyOf(given, last)}`;
    from = last;
    await setImmediate();
  }
}
