import { inWords, isTrackLayerError, parseRegistry } from '@tracklayer/core';
import { expect, test } from 'vitest';
import { clientWith } from './client-with.ts';
import { paidOrder } from './events.ts';

test('a refused event names the field, the reason and a code to branch on', () => {
  const { client, drops } = clientWith();
  client.capture(paidOrder('o', { properties: { order_id: 'o', value: '12', currency: 'EUR' } } as never));
  const [drop] = drops;
  expect(drop?.problems).toMatchObject([{ path: 'properties.value', code: 'invalid' }]);
  expect(drop?.detail).toBe(`purchase: ${inWords(drop!.problems![0]!)}`);
});

test('W-25 too much text is too_large by its code, whatever the message says', () => {
  const { client, drops } = clientWith();
  client.capture({ event: 'login', user_id: 'u_1', properties: { method: 'x'.repeat(50_000) } });
  expect(drops).toMatchObject([{ reason: 'too_large', problems: [{ code: 'too_large' }] }]);
});

test('strict throws the same problem, with its path', () => {
  const { client } = clientWith(undefined, { strict: true });
  const thrown = caught(() => client.capture({ event: 'purchse', user_id: 'u_1' } as never));
  expect(thrown).toMatchObject({
    code: 'invalid_event',
    path: 'event',
    problems: [{ code: 'unknown_event' }],
  });
});

test('a TrackLayerError has its detail apart from its code', () => {
  const error = caught(() => parseRegistry('{')) as Error & { detail: string };
  expect(isTrackLayerError(error)).toBe(true);
  expect(error.message).toBe(`[invalid_registry] ${error.detail}`);
});

function caught(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
}
