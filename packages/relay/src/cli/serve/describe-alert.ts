import { destinations, sunsets } from '@tracklayer/destinations';
import type { Alert } from '../../deliver/engine.ts';

const words: Record<Alert['kind'], string> = {
  down: 'does not take events',
  auth_broken: 'needs to be connected again',
  config: 'needs its settings changed',
};

/** One line when a destination stops taking events, and one when it takes them again. */
export const describeAlert = ({ environment, destination, kind, state, detail }: Alert): string =>
  state === 'ended'
    ? `${destination} (${environment}) takes events again`
    : `${destination} (${environment}) ${words[kind]}: ${detail}. Its events wait; the other destinations go on`;

const warnDays = 30;

/** API versions that end within 30 days, or have ended; `version` in the config takes another one. */
export const describeSunsets = (now: number): string[] =>
  sunsets(Object.values(destinations), { now, days: warnDays }).map(
    ({ type, version, sunset, days }) =>
      `${type}: API version ${version} ${days < 0 ? 'ended' : 'ends'} on ${sunset}; set \`version\` of the destination to a newer one`,
  );
