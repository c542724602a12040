import { expect, test } from 'vitest';
import { createNodeClient } from '../src/index.ts';
import { firstWord, runFixture } from './child.ts';
import { relayThat } from './relay.ts';
import { temporaryFolder } from './temporary-folder.ts';

test('P-1 a script that simply ends has delivered', async () => {
  const relay = await relayThat();
  expect(await runFixture('capture-then-end', [relay.url]).ended).toMatchObject({ code: 0, output: '' });
  expect(relay.messages.map(({ event_id }) => event_id)).toEqual(['ord_10492_purchase']);
});

test('P-1 a script that ends while the relay is down ends in time and reports what it lost', async () => {
  const relay = await relayThat();
  await relay.close();
  const { code, output } = await runFixture('capture-then-end', [relay.url, '100']).ended;
  expect({ code, output }).toEqual({ code: 0, output: 'ord_10492_purchase closed\n' });
});

test('a process that exits with undelivered events says how many and why', async () => {
  const relay = await relayThat();
  await relay.close();
  const { errors } = await runFixture('capture-then-exit', [relay.url]).ended;
  expect(errors).toMatch(
    /^\[undelivered\] events lost: 3, undelivered when the client ended\. Give flush\(\) or close\(\) more time, or keep events in a spool\. http:\/\/127\.0\.0\.1:\d+ gave no answer: the connection was refused/m,
  );
  const kept = await runFixture('capture-then-exit', [relay.url, temporaryFolder()]).ended;
  expect(kept.errors).toContain('events stored: 3, undelivered yet; the next start sends them');
});

test('with handleSignals SIGTERM delivers, and then ends the process as it would have', async () => {
  const relay = await relayThat();
  const { child, ended } = runFixture('capture-then-stop', [relay.url]);
  await firstWord(child);
  child.kill('SIGTERM');
  expect(await ended).toMatchObject({ signal: 'SIGTERM' });
  expect(relay.messages.map(({ event_id }) => event_id)).toEqual(['ord_10492_purchase']);
});

test('P-1 what a killed process captured is delivered by the next one, under the same ids', async () => {
  const relay = await relayThat();
  const spool = temporaryFolder();
  const down = await relayThat(() => ({ status: 503 }));
  const { child, ended } = runFixture('capture-then-hang', [down.url, spool, '250']);
  await firstWord(child);
  child.kill('SIGKILL');
  await ended;
  const client = createNodeClient({ endpoint: relay.url, spool });
  expect(await client.close()).toMatchObject({ delivered: 250, pending: 0 });
  const ids = relay.messages.map(({ event_id }) => event_id);
  expect(ids).toHaveLength(250);
  expect(new Set(ids)).toEqual(new Set(Array.from({ length: 250 }, (_, i) => `ord_${i + 1}_purchase`)));
});
