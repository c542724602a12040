import { TrackLayerError } from '@tracklayer/core';
import { kindOf } from '@tracklayer/core/adapter';

/** @throws TrackLayerError `invalid_options` where something is missing that types would ask for. */
export function checkOptions(given: object | null | undefined): void {
  const { store, keys } = (given ?? {}) as { store?: { capture?: unknown }; keys?: unknown };
  if (typeof store?.capture !== 'function')
    throw invalid(
      `\`store\` must be what createSqliteStore or createPostgresStore returns, got ${kindOf(store)}`,
    );
  if (!Array.isArray(keys))
    throw invalid(`\`keys\` must be a list of { environment, secret, scopes }, got ${kindOf(keys)}`);
  if (keys.length === 0) throw invalid('`keys` is empty, so that no client could send');
}

/** @throws TrackLayerError `invalid_options` for what is no text. */
export function checkText(name: string, value: unknown, wanted: string): void {
  if (typeof value !== 'string' || value === '')
    throw invalid(`\`${name}\` must be ${wanted}, got ${kindOf(value)}`);
}

const invalid = (message: string): TrackLayerError => new TrackLayerError('invalid_options', message);
