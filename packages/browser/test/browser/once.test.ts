import { beforeEach, expect, test } from 'vitest';
import type { Conflict } from '../../src/index.ts';
import { clearPage, openClient, purchase } from './page.ts';
import { installPageRelay } from './page-relay.ts';

beforeEach(clearPage);

test('P-3 a double click, a reload and a second tab send a purchase once', async () => {
  const relay = installPageRelay();
  const first = openClient();
  first.capture(purchase('ord_1'));
  expect(await first.capture(purchase('ord_1')).settled()).toEqual({ status: 'duplicate' });
  await first.flush();
  const second = openClient();
  expect(await second.capture(purchase('ord_1')).settled()).toEqual({ status: 'duplicate' });
  expect(relay.event_ids).toEqual(['ord_1_purchase']);
});

test('W-4 another body under a known id is reported, and sent once', async () => {
  const relay = installPageRelay();
  const first = openClient();
  first.capture(purchase('ord_1', 129.95));
  await first.flush();
  const conflicts: Conflict[] = [];
  const second = openClient({ onConflict: (conflict) => conflicts.push(conflict) });
  second.capture(purchase('ord_1', 99));
  second.capture(purchase('ord_1', 99));
  await second.flush();
  expect(conflicts).toEqual([{ event_id: 'ord_1_purchase', event: 'purchase', seen_by: 'client' }]);
  expect(relay.event_ids).toEqual(['ord_1_purchase', 'ord_1_purchase']);
});
