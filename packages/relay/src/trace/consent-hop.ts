import { consentPurposes } from '@tracklayer/core/adapter';
import type { TraceFacts } from './facts.ts';
import type { Hop } from './trace.ts';

/** What the person agreed to at the time of the event (docs/wire.md W-10). */
export function consentHop({ record }: TraceFacts): Hop {
  const consent = record?.event.consent;
  const at = record?.event.occurred_at ?? record?.received_at ?? null;
  const value = { ...consent };
  if (!consent) {
    return {
      hop: 'consent',
      verdict: 'missing',
      at: null,
      detail: record ? 'the event carries no consent: it was not asked for' : 'unknown: no event arrived',
      advice:
        'hand the choice of your consent tool to setConsent; a destination that needs consent skips the event else',
      value,
    };
  }
  const named = consentPurposes.filter((purpose) => consent[purpose] !== undefined);
  const told = named.map((purpose) => `${purpose} ${consent[purpose] ?? ''}`);
  if (consent.gpc) told.push('Global Privacy Control is on');
  const denied = named.filter((purpose) => consent[purpose] === 'denied');
  if (denied.length > 0) {
    return {
      hop: 'consent',
      verdict: 'failed',
      at,
      detail: told.join(', '),
      advice: `destinations that need ${denied.join(' and ')} skip the event; that is right if the person refused`,
      value,
    };
  }
  return { hop: 'consent', verdict: 'ok', at, detail: told.join(', '), value };
}
