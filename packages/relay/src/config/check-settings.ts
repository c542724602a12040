import { TrackLayerError, type Problem } from '@tracklayer/core';
import { scopes } from '../keys.ts';
import { either, fields, isObject, list, oneOf, passes, text, wholeNumber, type Check } from './check.ts';
import { noticeTypes } from '../store/notice.ts';
import type { RelaySettings } from './settings.ts';

const isSecret = (value: unknown): boolean =>
  isObject(value) &&
  Object.keys(value).join() === 'env' &&
  typeof value['env'] === 'string' &&
  value['env'] !== '';
const secret = passes(isSecret, "must be env('NAME'), with the name of an environment variable");
const days = (least: number): Check => wholeNumber(least, 3_650);

const db: Check = (value, path) =>
  typeof value === 'string' && hasPassword(value)
    ? [{ path, message: "holds a password; give it as env('DATABASE_URL')", code: 'invalid' }]
    : either(text, secret, "must be text or env('NAME')")(value, path);

const checkAll = fields({
  $schema: text,
  host: text,
  port: wholeNumber(0, 65_535),
  db,
  events: passes(
    (value) => (typeof value === 'string' && value !== '') || (isObject(value) && isObject(value['rows'])),
    'must be a file, or what defineEvents returns',
  ),
  keys: list(fields({ environment: text, secret, sha256: text, scopes: list(oneOf(scopes)) })),
  retention: fields({ events: days(30), identifies: days(30), reports: days(30), network: days(1) }),
  destinations: passes(isObject, 'must map names to settings, such as { meta: { dataset, token } }'),
  audiences: passes(
    isObject,
    "must map names to rules, such as { checkout_stalled: { to: { meta: { audience: '900' } } } }",
  ),
  traits: passes(isObject, 'must map names to functions, such as { ltv_band: (person) => … }'),
  heap: fields({ secret, environment: text }),
  notify: fields({
    url: text,
    secret,
    on: list(oneOf(noticeTypes)),
    allowPrivate: passes((value) => typeof value === 'boolean', 'must be true or false'),
  }),
  limits: fields({
    requestsPerSecond: wholeNumber(1, 1_000_000),
    bodyBytesInFlight: wholeNumber(1_048_576, 17_179_869_184),
  }),
});

/**
 * Checks what a configuration file says.
 *
 * @param file - its name, for the message.
 * @throws TrackLayerError `invalid_options` with every problem and its path, and never a value.
 */
export function checkSettings(value: unknown, file: string): RelaySettings {
  const problems: readonly Problem[] = checkAll(value, '');
  if (problems.length === 0) return value as RelaySettings;
  const words = problems.map(({ path, message }) => `${path || 'it'} ${message}`).join('; ');
  throw new TrackLayerError('invalid_options', `${file}: ${words}`, { problems });
}

const hasPassword = (address: string): boolean => URL.canParse(address) && new URL(address).password !== '';
