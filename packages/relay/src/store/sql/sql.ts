/** A value of a row: text, a whole number, or nothing. */
export type SqlValue = string | number | null;
export type Row = Readonly<Record<string, SqlValue>>;

/** Columns of the rows that a statement is given, with their types. */
export type Columns = Readonly<Record<string, 'text' | 'integer'>>;

/** One set-based statement: it reads the rows it is given from a table named `input`. */
export interface SetStatement<Given extends Columns> {
  columns: Given;
  text: (input: string) => string;
}

/** Declares a statement over rows: `forEach({ id: 'text' }, (input) => \`DELETE FROM … USING ${input} …\`)`. */
export const forEach = <const Given extends Columns>(
  columns: Given,
  text: (input: string) => string,
): SetStatement<Given> => ({ columns, text });

/**
 * What statements run on. SQLite and Postgres understand the same statements as long as these stay simple: `$1` for
 * values, `WHERE true` before `ON CONFLICT` of an `INSERT … SELECT`, qualified names after `RETURNING`.
 */
export interface Sql {
  /** Runs a statement once. */
  all(statement: string, values?: readonly SqlValue[]): Promise<readonly Row[]>;
  /** Runs a statement over rows, at once or row by row; what it returns comes together, in no certain order. */
  each<Given extends Columns>(
    statement: SetStatement<Given>,
    rows: readonly Readonly<Record<keyof Given, SqlValue>>[],
  ): Promise<readonly Row[]>;
  /** Ends a `SELECT` whose rows are changed next: locks them, where the transaction has not locked everything. */
  readonly forUpdate: '' | 'FOR UPDATE';
  /** Rows that one statement may look through, where it holds everybody up until it has. */
  readonly partRows?: number | undefined;
  /** A number by which counters of transactions at the same time are kept apart, so that none waits for another. */
  readonly slot: number;
}

/** A database: statements outside of transactions, and transactions. */
export interface Database {
  read: Sql;
  /**
   * Runs work in one transaction: all of it is committed, or nothing and the error is thrown. Work that lost a race
   * against another transaction is run again.
   */
  transaction<Result>(work: (sql: Sql) => Promise<Result>): Promise<Result>;
  /** The database as a whole cannot commit now: unreachable, busy, full. */
  isOutage(cause: unknown): boolean;
  /** How many transactions write at a time. */
  writers: number;
  close(): Promise<void>;
}

/** Another transaction changed a row between our reading and writing it. Running the work again settles it. */
export class LostRace extends Error {
  override readonly name = 'LostRace';
}

/** One key of several parts; ids hold no control characters (docs/wire.md W-3). */
export const keyOf = (...parts: readonly (string | number | null)[]): string => parts.join('\0');

/** Rows in the order of their keys: two transactions that change the same rows then never wait for each other in a ring. */
export const sortedByKey = <Item>(items: ReadonlyMap<string, Item>): Item[] =>
  [...items].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item);
