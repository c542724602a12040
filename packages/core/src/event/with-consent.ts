import type { ConsentSnapshot } from './event.ts';

/** Adds what the person decided to a message that waited for it. */
export const withConsent = (json: string, consent: ConsentSnapshot): string =>
  `${json.slice(0, -1)},"consent":${JSON.stringify(consent)}}`;
