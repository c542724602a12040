import { randomInt } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { DatabaseError, Pool, types, type ClientBase } from 'pg';
import {
  LostRace,
  type Columns,
  type Database,
  type Row,
  type SetStatement,
  type Sql,
  type SqlValue,
} from '../sql/sql.ts';
import { migrate } from './migrate.ts';

interface PostgresOptions {
  url: string;
  maxConnections: number;
  writers: number;
  connectTimeoutMs: number;
  queryTimeoutMs: number;
}

/** How often work is run again that lost a race, before its error is reported. */
const maxTries = 30;
/**
 * Every statement here reads by keys. Without statistics, as after a start, the planner would rather hash the whole table;
 * this holds until the transaction ends, and so does no harm behind a pooler.
 */
const begin =
  'BEGIN; SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off; SET LOCAL enable_seqscan = off';
/** Counters are kept apart by numbers below this one. */
const slots = 4_096;

/** Connects, and makes the tables as needed. */
export async function openPostgres(options: PostgresOptions): Promise<Database> {
  const { url, maxConnections, writers, connectTimeoutMs, queryTimeoutMs } = options;
  const pool = new Pool({
    connectionString: url,
    max: maxConnections,
    connectionTimeoutMillis: connectTimeoutMs,
    query_timeout: queryTimeoutMs,
    keepAlive: true,
    application_name: 'tracklayer-relay',
    types: { getTypeParser },
    // BEGIN goes out with the first statement.
    pipeline: true,
  });
  // A connection that breaks is replaced at the next use; whoever used it hears of it from the statement.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  try {
    const client = await pool.connect();
    try {
      await migrate(client);
    } finally {
      client.release();
    }
  } catch (cause) {
    await pool.end();
    throw cause;
  }
  const freeSlots: number[] = [];
  let closing: Promise<void> | undefined;

  async function attempt<Result>(work: (sql: Sql) => Promise<Result>, slot: number): Promise<Result> {
    const client = await pool.connect();
    let isBroken = false;
    try {
      const begun = client.query(begin);
      begun.catch(() => {});
      const result = await work(sqlOn(client, slot));
      await begun;
      await client.query('COMMIT');
      return result;
    } catch (cause) {
      await client.query('ROLLBACK').catch(() => (isBroken = true));
      throw cause;
    } finally {
      client.release(isBroken);
    }
  }

  async function transaction<Result>(work: (sql: Sql) => Promise<Result>): Promise<Result> {
    for (let left = maxTries; ; left--) {
      const slot = freeSlots.pop() ?? randomInt(slots);
      try {
        const result = await attempt(work, slot);
        freeSlots.push(slot);
        return result;
      } catch (cause) {
        // Whoever has the same number, or the same rows, is let go first; a new number is drawn.
        if (!isRace(cause) || left <= 0) throw cause;
        await setTimeout(randomInt(1, 20));
      }
    }
  }

  return {
    read: sqlOn(pool, 0),
    transaction,
    isOutage,
    writers,
    close: () => (closing ??= pool.end()),
  };
}

function sqlOn(client: Pool | ClientBase, slot: number): Sql {
  return {
    all: async (text, values: readonly SqlValue[] = []) =>
      (await client.query<Row>(text, values.map(storable))).rows,
    each: async (set, rows) => {
      if (rows.length === 0) return [];
      const names = Object.keys(set.columns);
      const columns = names.map((name) => rows.map((row) => storable(row[name] ?? null)));
      return (await client.query<Row>(textOf(set), columns)).rows;
    },
    forUpdate: 'FOR UPDATE',
    slot,
  };
}

const columnTypes = { text: 'text', integer: 'bigint' } as const;

function textOf<Given extends Columns>(set: SetStatement<Given>): string {
  const arrays = Object.values(set.columns).map((type, place) => `$${place + 1}::${columnTypes[type]}[]`);
  return set.text(`unnest(${arrays.join(', ')}) AS input(${Object.keys(set.columns).join(', ')})`);
}

/** Postgres has no NUL in text; JSON writes it as an escape anyway. */
const storable = (value: SqlValue): SqlValue =>
  typeof value === 'string' && value.includes('\0') ? value.replaceAll('\0', '\uFFFD') : value;

/** All whole numbers here are safe ones: times in milliseconds, and counts. */
const wholeNumbers = new Set<number>([types.builtins.INT8, types.builtins.NUMERIC]);
const getTypeParser = ((oid: Parameters<typeof types.getTypeParser>[0]) =>
  wholeNumbers.has(oid) ? Number : (types.getTypeParser(oid) as unknown)) as typeof types.getTypeParser;

const sqlState = (cause: unknown): string =>
  cause instanceof DatabaseError && cause.code !== undefined ? cause.code : '';

/** Serialization failure, deadlock, or a row that another transaction made first. */
const isRace = (cause: unknown): boolean =>
  cause instanceof LostRace || ['40001', '40P01', '23505'].includes(sqlState(cause));

/**
 * Connection (08), read-only (25), no rights (42501), resources (53), operator (57), system (58); and what never came
 * from the server. A mistake in what was to be written is none of these.
 */
function isOutage(cause: unknown): boolean {
  const state = sqlState(cause);
  if (state !== '') return /^(08|25|53|57|58)|^42501$/.test(state);
  return !(cause instanceof TypeError || cause instanceof RangeError || cause instanceof LostRace);
}
