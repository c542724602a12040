import { destinations, sunsets } from '@tracklayer/destinations';
import type { Alert } from '../../deliver/alert.ts';

const words: Record<Alert['kind'], string> = {
  down: 'does not accept events',
  auth_broken: 'needs to be connected again',
  config: 'needs its settings changed',
  backlog: 'is behind',
  sunset: 'needs a newer API version',
};
const ended: Partial<Record<Alert['kind'], string>> = {
  backlog: 'has caught up',
  sunset: 'has an API version that lasts',
};

/** One line when something is wrong with a destination, and one when it is over. */
export function describeAlert({ environment, destination, kind, state, detail }: Alert): string {
  const subject = `${destination} (${environment})`;
  if (state === 'ended') return `${subject} ${ended[kind] ?? 'accepts events again'}`;
  const isHeld = kind !== 'backlog' && kind !== 'sunset';
  return `${subject} ${words[kind]}: ${detail}${isHeld ? '. Its events wait; other destinations are not affected' : ''}`;
}

const warnDays = 30;

/** API versions that end within 30 days, or have ended; `version` in the config takes another one. */
export const describeSunsets = (now: number): string[] =>
  sunsets(Object.values(destinations), { now, days: warnDays }).map(
    ({ type, version, sunset, days }) =>
      `${type}: API version ${version} ${days < 0 ? 'ended' : 'ends'} on ${sunset}; set \`version\` of the destination to a newer one`,
  );
