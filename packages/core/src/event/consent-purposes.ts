import type { ConsentChoice } from './event.ts';

/** What a person is asked (docs/wire.md W-10). */
export const consentPurposes = ['ad_user_data', 'ad_personalization', 'analytics'] as const;

/** Whether it is one of the two answers to a purpose. */
export const isChoice = (answer: unknown): answer is ConsentChoice =>
  answer === 'granted' || answer === 'denied';
