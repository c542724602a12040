import type { JsonObject } from '@tracklayer/core';

/** What platforms know a company by. An identify with an account says it of the account, too. */
const names = ['company', 'company_domain'] as const;

/** Of a user's traits those that are true of their account. */
export const accountTraitsIn = (traits: JsonObject = {}): JsonObject =>
  Object.fromEntries(
    names.flatMap((name) => (Object.hasOwn(traits, name) ? [[name, traits[name]] as const] : [])),
  );

/** What a source may say of one: a text, or nothing any more. */
export const isAccountTrait = (value: unknown): boolean =>
  value === null || (typeof value === 'string' && value.length > 0 && value.length <= 256);
