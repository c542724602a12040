import type { Destination, DestinationAnswer, Outcome, Reading } from './destination.ts';
import { mapEvent, type AcceptedEvent } from './map-event.ts';
import type { KnownPerson } from './person.ts';
import { problemsOfSettings } from './check-settings.ts';
import type { CommonSettings } from './settings.ts';

/** `test` and `expect` of vitest or Jest, or anything alike. */
export interface SuiteTools {
  test: (name: string, fact: () => void | Promise<void>) => void;
  expect: (value: unknown) => { toEqual(wanted: unknown): void };
}

/** What the suite needs to know of a destination. */
export interface DestinationCase<Settings> {
  /** Settings with which it works. */
  settings: Settings;
  /** An event that it takes. */
  event: AcceptedEvent;
  person?: KnownPerson | undefined;
  /** The platform's answer to so many payloads that were all fine. */
  ok: (count: number) => DestinationAnswer;
}

const classes = ['ok', 'duplicate', 'retry', 'throttle', 'refresh_auth', 'auth_broken', 'config', 'reject'];
const strange = [
  '',
  'null',
  '[]',
  '0',
  '"text"',
  '{}',
  '[null]',
  '{"error":null}',
  '{"results":[null]}',
  '{"cut":',
];
const page = '<!doctype html><html><body>Sign in to the network</body></html>';

/**
 * Proves that a destination keeps what an engine relies on: the same event gives the same payload, nothing throws, every
 * payload gets its outcome, and an answer that the platform did not write delivers nothing.
 *
 * @example
 * import { expect, test } from 'vitest';
 * testDestination(acme, { settings, event, ok: (count) => ({ status: 200, body: '{"ok":true}' }) }, { test, expect });
 */
export function testDestination<Settings extends CommonSettings<Payload>, Payload extends object>(
  destination: Destination<Settings, Payload>,
  { settings, event, person = {}, ok }: DestinationCase<NoInfer<Settings>>,
  { test, expect }: SuiteTools,
): void {
  const now = Date.parse(event.occurred_at) + 1_000;
  const map = (given: AcceptedEvent, known = person) =>
    mapEvent(destination, given, known, settings, { now });
  const payloads = (count: number): Payload[] =>
    Array.from({ length: count }, (_, n) =>
      map({ ...event, event_id: `${n}_${event.event_id}`.slice(0, 128) }),
    ).flatMap((mapped) => ('payload' in mapped ? [mapped.payload] : []));
  const fact = (title: string, prove: () => void): void => test(`${destination.type}: ${title}`, prove);

  fact('its type is a plain word, and its settings are right', () => {
    expect(/^[a-z][a-z0-9-]*$/.test(destination.type)).toEqual(true);
    expect(problemsOfSettings(destination, settings)).toEqual([]);
  });

  fact('a setting that is required and missing is named', () => {
    const fields = Object.entries(destination.settings as Record<string, { required?: boolean }>);
    for (const [name] of fields.filter(([, { required }]) => required)) {
      const problems = problemsOfSettings(destination, { ...settings, [name]: undefined });
      expect([name, problems.some((problem) => problem.startsWith(`\`${name}\``))]).toEqual([name, true]);
    }
  });

  fact('the event becomes a payload of JSON, the same one each time, and stays as it was', () => {
    const before = JSON.stringify(event);
    const [first, second] = [map(event), map(event)];
    expect('payload' in first ? undefined : first.refused).toEqual(undefined);
    expect(JSON.stringify(first)).toEqual(JSON.stringify(second));
    expect(JSON.stringify(event)).toEqual(before);
  });

  fact('no event makes it throw', () => {
    const odd = JSON.parse(
      '{"__proto__":{"value":1},"items":[null,1,"x",{}],"constructor":"x","order_id":{}}',
    ) as never;
    const events = [odd, {}, { items: 'none' }, { order_id: '' }, { value: 1 }].map((properties) => ({
      ...event,
      properties,
    }));
    for (const given of [...events, { ...event, context: {} as never }, { ...event, user_id: undefined }])
      for (const known of [person, {}, { traits: { email_sha256: 7, country: [] } }]) map(given, known);
  });

  fact('no clear address leaves in place of a hash', () => {
    const traits = { email_sha256: 'jane@example.com', phone_sha256: '+491711234567' };
    const mapped = map(event, { ...person, traits: { ...person.traits, ...traits } });
    const isOpen = destination.isHashSlot !== undefined && /jane@|1711234567/.test(JSON.stringify(mapped));
    expect(isOpen).toEqual(false);
  });

  fact('a request is one URL, one method and a body, for one payload and for many', () => {
    for (const count of [1, Math.min(3, destination.limits.perRequest)]) {
      const request = destination.request(payloads(count), settings, { now, token: 'token' });
      if (!request) continue;
      expect(/^https?:\/\/[^\s]+$/.test(request.url) && !/undefined|null|\[object/.test(request.url)).toEqual(
        true,
      );
      expect(typeof (request.body ?? '')).toEqual('string');
    }
  });

  fact('a good answer delivers every payload', () => {
    const sent = payloads(Math.min(3, destination.limits.perRequest));
    const reading = destination.read(ok(sent.length), sent, settings);
    const isDone =
      'ask' in reading || outcomesOf(reading, sent.length).every(({ class: word }) => word === 'ok');
    expect(isDone).toEqual(true);
  });

  fact('every answer gives every payload one of the eight outcomes, and none throws', () => {
    const sent = payloads(Math.min(3, destination.limits.perRequest));
    for (const status of [
      200, 201, 202, 204, 207, 301, 400, 401, 403, 404, 409, 410, 413, 418, 422, 429, 500, 503,
    ])
      for (const body of [...strange, page]) {
        const reading = destination.read({ status, body }, sent, settings);
        if ('ask' in reading) continue;
        const words = outcomesOf(reading, sent.length).map(({ class: word }) => word);
        expect([status, body, words.length, words.filter((word) => !classes.includes(word))]).toEqual([
          status,
          body,
          sent.length,
          [],
        ]);
      }
  });

  fact('too many requests hold it, a fault of the server is tried again, a redirect delivers nothing', () => {
    const sent = payloads(1);
    const wordOf = (status: number, body = ''): string =>
      outcomesOf(destination.read({ status, body }, sent, settings), 1)[0]?.class ?? '';
    expect([wordOf(429), wordOf(503), wordOf(500, page)]).toEqual(['throttle', 'retry', 'retry']);
    expect(['ok', 'duplicate'].includes(wordOf(302))).toEqual(false);
  });

  fact('an event beyond its age limit is refused', () => {
    const isLimited = destination.limits.maxAgeMs !== undefined;
    const mapped = map({ ...event, occurred_at: '1970-01-02T00:00:00.000Z' });
    expect(isLimited ? 'refused' in mapped && mapped.refused.reason : 'event_too_old').toEqual(
      'event_too_old',
    );
  });
}

function outcomesOf(reading: Reading, count: number): readonly Outcome[] {
  if ('each' in reading) return reading.each;
  return 'all' in reading ? Array.from({ length: count }, () => reading.all) : [];
}
