import type { ConsentSnapshot, WireEvent, WireIdentify } from './event.ts';
import { jsonText } from './json-text.ts';

/** Adds what the person decided to a message that waited for it. */
export const withConsent = (
  content: WireEvent | WireIdentify | string,
  consent: ConsentSnapshot,
): WireEvent | WireIdentify | string =>
  typeof content === 'string'
    ? `${content.slice(0, -1)},"consent":${jsonText(consent)}}`
    : { ...content, consent };
