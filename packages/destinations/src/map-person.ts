import { refusalOfConsent } from './map-event.ts';
import type { AnyMirror } from './mirror.ts';
import { readPerson, type KnownPerson } from './person.ts';
import type { Mapped } from './refusal.ts';
import type { CommonSettings } from './settings.ts';

/**
 * Maps one person for one list: may they be there, and what does the platform know them by.
 *
 * @param now - milliseconds since 1970.
 * @returns `{ payload }`, or `{ refused: { reason } }`. Never throws.
 */
export function mapPerson(
  mirror: AnyMirror,
  known: KnownPerson,
  settings: object,
  target: object,
  now: number,
): Mapped<object> {
  const nothing = { event: '', event_id: '', occurred_at: new Date(now).toISOString() };
  const person = readPerson(nothing, known, now);
  const common: Pick<CommonSettings, 'consent'> = settings;
  return (
    refusalOfConsent(common.consent?.needs ?? mirror.consent, person, common) ??
    mirror.map(person, settings, target)
  );
}
