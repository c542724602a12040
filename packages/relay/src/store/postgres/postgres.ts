import { checkText } from '../../check-options.ts';
import { isTrackLayerError, TrackLayerError } from '@tracklayer/core';
import { createSqlStore } from '../sql/create-store.ts';
import type { Database } from '../sql/sql.ts';
import type { Store } from '../store.ts';
import { openPostgres } from './postgres-database.ts';

export interface PostgresStoreOptions {
  /** `postgres://user:password@host:5432/database`; parameters such as `?sslmode=require` as libpq has them. */
  url: string;
  /** Connections at most. Default `10`. */
  maxConnections?: number | undefined;
  /** Concurrent transactions that write incoming requests; requests that wait share one. Default `2`. */
  writers?: number | undefined;
  /** How long a connection may take to be made, in milliseconds. Default `5_000`. */
  connectTimeoutMs?: number | undefined;
  /** How long a statement may take, in milliseconds; then the request is answered 503. Default `10_000`. */
  queryTimeoutMs?: number | undefined;
}

/**
 * A {@link Store} in a Postgres database (15 or newer), which many relays may share. Nothing of a session is used, so a
 * pooler may stand before it.
 *
 * @throws TrackLayerError `invalid_options` for an address that is not one, or tables of a newer relay; `unreachable`
 *   when the database cannot be used. No message holds the password.
 */
export async function createPostgresStore(options: PostgresStoreOptions): Promise<Store> {
  return createSqlStore(await connectPostgres(options));
}

/** Connects without a store. */
export async function connectPostgres(options: PostgresStoreOptions): Promise<Database> {
  const {
    url,
    maxConnections = 10,
    writers = 2,
    connectTimeoutMs = 5_000,
    queryTimeoutMs = 10_000,
  } = (options as PostgresStoreOptions | undefined) ?? { url: '' };
  checkText('url', url, 'a postgres:// URL');
  const place = shown(url);
  try {
    return await openPostgres({ url, maxConnections, writers, connectTimeoutMs, queryTimeoutMs });
  } catch (cause) {
    if (isTrackLayerError(cause)) throw cause;
    throw new TrackLayerError('unreachable', `${place} cannot be used: ${reasonOf(cause)}`);
  }
}

/** The address without user and password. */
function shown(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !['postgres:', 'postgresql:'].includes(url.protocol)) {
    throw new TrackLayerError(
      'invalid_options',
      'the address of the database must be a URL such as postgres://user:password@host:5432/database',
    );
  }
  return `postgres://${url.host}${url.pathname}`;
}

function reasonOf(cause: unknown): string {
  if (cause instanceof AggregateError) return cause.errors.map(reasonOf).join('; ');
  return cause instanceof Error ? cause.message : 'unknown';
}
