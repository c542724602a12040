import { createTestRelay } from '@tracklayer/testing';
import { expect, onTestFinished, test } from 'vitest';
import { createFunction } from '../function.ts';

test('a function that is frozen after its answer has delivered before', async () => {
  const relay = await createTestRelay({ port: 0 });
  const waiting: Promise<unknown>[] = [];
  const platform = { waitUntil: (work: Promise<unknown>) => void waiting.push(work) };
  const { handle, tracklayer } = createFunction(platform, { endpoint: relay.endpoint, key: 'tlk_test' });
  onTestFinished(async () => {
    await tracklayer.close();
    await relay.close();
  });

  const body = JSON.stringify({ lead_id: 'ld_1', email: 'jane@example.com' });
  const answer = await handle(new Request('https://shop.example.com/lead', { method: 'POST', body }));
  expect(answer.status).toBe(200);
  await Promise.all(waiting);

  expect(relay.events).toMatchObject([{ event_id: 'ld_1_generate_lead', anonymous_id: 'lead_ld_1' }]);
  expect(JSON.stringify(relay.requests)).not.toContain('jane');
});
