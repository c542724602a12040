import { createClient, createMemoryTransport, type ConsentSnapshot } from '@tracklayer/core';
import { describe, expect, test } from 'vitest';
import { clientWith } from './client-with.ts';
import { paidOrder } from './events.ts';

/** What banners and tools say that is no decision of docs/wire.md W-10. */
const unreadable: [string, unknown][] = [
  ['false', false],
  ['true', true],
  ['undefined', undefined],
  ['null', null],
  ['{}', {}],
  ['text', 'granted'],
  ['a list', ['granted']],
  ['GPC alone', { gpc: true }],
  ['another vocabulary', { marketing: 'granted' }],
  ['Google’s names', { ad_storage: 'denied' }],
  ['a flag', { analytics: true }],
  ['a grant beside a flag', { analytics: 'granted', ad_user_data: true }],
];
const granted: ConsentSnapshot = { analytics: 'granted' };

describe('W-10 P-5 consent is a gate', () => {
  test.each(unreadable)('%s opens nothing while consent is pending, and is reported', async (_, value) => {
    const { client, transport, platform, errors } = clientWith(undefined, { consent: 'pending' });
    client.capture(paidOrder());
    client.setConsent(value as never);
    await platform.advance(60_000);
    expect(transport.requests).toEqual([]);
    expect(client.stats()).toMatchObject({ pending: 1, dropped: {} });
    expect(errors).toEqual(['consent']);
    client.setConsent(granted);
    await client.flush();
    expect(transport.delivered).toMatchObject([{ consent: granted }]);
  });

  test.each(unreadable)('%s neither closes nor opens what was decided', async (_, value) => {
    const { client, transport } = clientWith(undefined, { consent: granted });
    client.setConsent(value as never);
    client.capture(paidOrder('ord_1'));
    await client.flush();
    expect(transport.delivered).toMatchObject([{ consent: granted }]);
    client.setConsent({ analytics: 'denied' });
    client.setConsent(value as never);
    client.capture(paidOrder('ord_2'));
    expect(client.stats().dropped).toEqual({ consent: 1 });
  });

  test.each(unreadable.filter(([, value]) => value !== undefined))(
    '%s is refused when a client is made',
    (_, value) => {
      expect(() => createClient({ transport: createMemoryTransport(), consent: value as never })).toThrow(
        /^\[invalid_options\] `consent` must be "pending" or \{ ad_user_data, ad_personalization, analytics \}/,
      );
    },
  );

  test('what waited carries the answer beside Global Privacy Control', async () => {
    const { client, transport } = clientWith(undefined, { consent: 'pending', gpc: true });
    client.capture(paidOrder('ord_1'));
    client.setConsent(granted);
    client.capture(paidOrder('ord_2'));
    await client.flush();
    const consent = { gpc: true, ...granted };
    expect(transport.delivered).toMatchObject([{ consent }, { consent }]);
  });

  test('a purpose that is granted opens, one that is denied with none granted closes', async () => {
    const { client, transport } = clientWith(undefined, { consent: 'pending' });
    client.capture(paidOrder('ord_1'));
    client.setConsent({ analytics: 'denied', ad_user_data: 'granted' });
    await client.flush();
    expect(transport.delivered).toHaveLength(1);
    client.setConsent({ analytics: 'denied' });
    client.capture(paidOrder('ord_2'));
    expect(client.stats().dropped).toEqual({ consent: 1 });
  });

  test('the report names the accepted shape and the type of what came, never its value', () => {
    const messages: string[] = [];
    const { client } = clientWith(undefined, {
      consent: 'pending',
      onError: ({ message }) => messages.push(message),
    });
    client.setConsent('denied by ada@example.com' as never);
    expect(messages).toEqual([
      '[consent] setConsent must get { ad_user_data, ad_personalization, analytics }, each "granted" or "denied", got text. Consent is still pending',
    ]);
  });

  test.each(['the client', 'a decision', 'an event', 'beforeSend'])(
    'P-4 P-5 of what a consent tool hands over for %s, only the four fields travel',
    async (place) => {
      const tool: object = { ...granted, gpc: true, email: 'jane@example.com', size: 10n };
      Object.assign(tool, { self: tool });
      const { client, transport, errors } = clientWith(undefined, {
        consent: place === 'the client' ? tool : 'pending',
        beforeSend: (event) => (place === 'beforeSend' ? { ...event, consent: tool } : event),
      });
      client.capture({ ...paidOrder(), ...(place === 'an event' && { consent: tool }) });
      if (place !== 'the client') client.setConsent(place === 'a decision' ? tool : granted);
      await client.flush();
      expect(transport.delivered).toMatchObject([{ consent: { ...granted, gpc: true } }]);
      expect(transport.requests[0]?.body).not.toMatch(/jane|size|self/);
      expect(errors).toEqual([]);
    },
  );

  test('P-4 a decision that throws when it is read opens nothing, and is reported', () => {
    const { client, errors } = clientWith(undefined, { consent: 'pending' });
    client.setConsent({
      get analytics(): 'granted' {
        throw new Error('of a consent tool');
      },
    });
    expect(client.consent()).toBe('pending');
    expect(errors).toEqual(['consent']);
  });

  test.each([[['granted']], ['undefined'], [{ toString: (): string => 'granted' }]])(
    'an event whose consent is %j, and only looks like a choice, is refused',
    (analytics) => {
      const { client, drops } = clientWith();
      client.capture({ ...paidOrder(), consent: { analytics } } as never);
      expect(drops).toMatchObject([{ problems: [{ path: 'consent.analytics' }] }]);
    },
  );

  test('what the app does to its snapshot afterwards changes nothing', async () => {
    const snapshot: ConsentSnapshot = { analytics: 'granted' };
    const { client, transport } = clientWith(undefined, { consent: snapshot });
    snapshot.analytics = 'denied';
    client.capture(paidOrder());
    await client.flush();
    expect(transport.delivered).toMatchObject([{ consent: { analytics: 'granted' } }]);
  });

  test('the browser’s privacy signal travels in the snapshot and refuses nothing', async () => {
    const { client, transport } = clientWith(undefined, { gpc: true });
    client.capture(paidOrder('ord_1'));
    client.setConsent(granted);
    client.capture(paidOrder('ord_2'));
    await client.flush();
    expect(transport.delivered).toMatchObject([
      { consent: { gpc: true } },
      { consent: { gpc: true, analytics: 'granted' } },
    ]);
  });
});
