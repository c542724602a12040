import { createMemoryTransport, defineRegistry, type RegistryEntry } from '@tracklayer/core';
import { createCaptureHandler, createNodeClient } from '@tracklayer/node';
import { expect, onTestFinished, test } from 'vitest';
import { allowedEvents } from '../src/handler/allowed-events.ts';
import { paidOrder } from './events.ts';

const label = (source_event: string, fields: Partial<RegistryEntry>): RegistryEntry<never> =>
  ({ source: 'heap', source_event, canonical_event: 'purchase', status: 'approved', ...fields }) as never;
const untilNewYear = { status: 'deprecated', deprecated_until: '2026-12-31' } as const;

const lastDay = Date.parse('2026-12-31T23:59:59.999Z');
const newYear = Date.parse('2027-01-01T00:00:00.000Z');

test.each<[string, Partial<RegistryEntry>[], boolean, boolean]>([
  ['approved', [{}], true, true],
  ['a draft', [{ status: 'draft' }], false, false],
  ['deprecated', [{ status: 'deprecated' }], true, true],
  ['deprecated with a date', [untilNewYear], true, false],
  ['deprecated with a date under one label, approved under another', [{}, untilNewYear], true, true],
  [
    'deprecated with a date under one label, a draft under another',
    [{ status: 'draft' }, untilNewYear],
    true,
    false,
  ],
])('W-9 W-32 an event that is %s may be sent as long as it is promoted', (_, entries, before, after) => {
  const registry = defineRegistry(entries.map((fields, place) => label(`Label ${place}`, fields)));
  const isAllowed = allowedEvents({ registry });
  expect([lastDay, newYear].map((now) => isAllowed('purchase', now))).toEqual([before, after]);
  expect(isAllowed('sign_up', lastDay)).toBe(false);
});

test('W-9 what `allow` lists may be sent whatever the registry says; without both, all may', () => {
  const registry = defineRegistry([label('Order Completed', { status: 'draft' })]);
  expect(allowedEvents({ allow: ['purchase'], registry })('purchase', newYear)).toBe(true);
  expect(allowedEvents({ allow: [], registry })('purchase', newYear)).toBe(false);
  expect(allowedEvents({})('purchase', newYear)).toBe(true);
});

test('W-9 the endpoint asks its registry at every request', async () => {
  let registry = defineRegistry([label('Order Completed', {})]);
  const client = createNodeClient({ transport: createMemoryTransport() });
  onTestFinished(() => client.close().then(() => undefined));
  const live = {
    get entries() {
      return registry.entries;
    },
    find: (source: string, source_event: string) => registry.find(source, source_event),
  };
  const handler = createCaptureHandler({ client, registry: live });
  const post = async (): Promise<number> => {
    const anonymous_id = 'anon_0193f1a2-7b3c-7d4e-8f50-123456789abc';
    const body = JSON.stringify({ ...paidOrder('ord_1'), event_id: 'ord_1_purchase', anonymous_id });
    const headers = { 'content-type': 'application/json' };
    const url = 'https://shop.example.com/tl/api/capture';
    return (await handler(new Request(url, { method: 'POST', headers, body }))).status;
  };
  expect(await post()).toBe(200);
  registry = defineRegistry([label('Order Completed', { status: 'draft' })]);
  expect(await post()).toBe(422);
});
