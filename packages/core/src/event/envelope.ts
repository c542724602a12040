import { isFields } from './is-fields.ts';
import { consentPurposes, isChoice } from './consent-purposes.ts';
import type { ConsentSnapshot } from './event.ts';
import { hasHalfCharacter } from './id-text.ts';
import { kindOf, problemAt, type Problem } from './problem.ts';

// What is asked of a message around its properties: by `capture` as by servers (docs/wire.md W-10).

/** `event_id` (docs/wire.md W-3). */
export const problemOfEventId = (id: unknown): Problem | undefined =>
  typeof id === 'string' && /^[\w.:-]{1,128}$/.test(id)
    ? undefined
    : id === undefined
      ? problemAt('event_id', 'is missing', 'missing')
      : problemAt(
          'event_id',
          `must be 1 to 128 characters of A-Z a-z 0-9 _ . : - (docs/wire.md W-3)${gotUnlessText(id)}`,
        );

const gotUnlessText = (value: unknown): string => (typeof value === 'string' ? '' : `, got ${kindOf(value)}`);

/** At least one of the two ids (docs/wire.md W-10, W-16). */
export const problemOfNobody = (user_id: unknown, anonymous_id: unknown): Problem | undefined =>
  user_id === undefined && anonymous_id === undefined
    ? problemAt(
        'user_id',
        'is missing, and so is anonymous_id: one of the two is needed (docs/wire.md W-10)',
        'missing',
      )
    : undefined;

export const problemOfSource = (source: unknown): Problem | undefined =>
  source === undefined || (typeof source === 'string' && source.length < 256 && !hasHalfCharacter(source))
    ? undefined
    : problemAt('source', 'must be text of up to 255 characters');

/** A consent snapshot (docs/wire.md W-10). */
export function problemOfConsent(consent: unknown): Problem | undefined {
  if (consent === undefined) return undefined;
  if (!isFields(consent)) {
    return problemAt('consent', `must be { analytics: 'granted' | 'denied', … }, got ${kindOf(consent)}`);
  }
  const { gpc, ...choices } = consent as ConsentSnapshot;
  const wrong = consentPurposes.find((name) => choices[name] !== undefined && !isChoice(choices[name]));
  if (wrong) return problemAt(`consent.${wrong}`, "must be 'granted' or 'denied'");
  return gpc === undefined || typeof gpc === 'boolean'
    ? undefined
    : problemAt('consent.gpc', `must be true or false, got ${kindOf(gpc)}`);
}
