import type { JsonObject } from '@tracklayer/core';
import type { Hop, HopName, Trace } from '../trace/trace.ts';
import type { Check, CheckName, CheckWord } from './verification.ts';

/** What the relay saw under the id, read from the trace. */
export interface Seen {
  trace: Trace;
  copies: Hop;
  properties: JsonObject;
  conflict_fields: readonly string[];
  user_id: string | undefined;
}

/** The first hop of a name. */
export const hopOf = (trace: Trace, name: HopName): Hop | undefined =>
  trace.hops.find(({ hop }) => hop === name);

/** A check that holds. */
export const ok = (check: CheckName, seen: string): Check => ({ check, verdict: 'ok', seen });

/** A check that does not. */
export const failed = (check: CheckName, word: CheckWord, seen: string, advice?: string): Check => ({
  check,
  verdict: 'failed',
  word,
  seen,
  advice,
});
