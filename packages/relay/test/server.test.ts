import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createSqliteStore, serveRelay } from '../src/index.ts';
import { paidOrder, paidOrders } from './events.ts';
import { startCommand } from './start-command.ts';
import { temporaryFolder } from './temporary-folder.ts';

const secret = 'tlk_test_0123456789abcdef';
const capture = (url: string, body: object): Promise<Response> =>
  fetch(`${url}/api/capture`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
  });

test('W-36 what was answered accepted survives kill -9', async () => {
  const db = join(temporaryFolder(), 'relay.db');
  const env = { TRACKLAYER_KEYS: `production:${secret}` };
  const first = await startCommand(['--port', '0', '--db', db], env);
  const orders = paidOrders(30);
  const answers = await Promise.all(orders.map((order) => capture(first.url, order)));
  first.process.kill('SIGKILL');
  await once(first.process, 'exit');
  expect(answers.map(({ status }) => status)).toEqual(orders.map(() => 200));
  const second = await startCommand(['serve', '--port', '0', '--db', db], env);
  const again = await (await capture(second.url, { batch: orders })).json();
  expect(again).toEqual({ results: orders.map(({ event_id }) => ({ event_id, status: 'duplicate' })) });
});

test('W-11 the command takes own events from a file that its configuration names', async () => {
  const folder = temporaryFolder();
  const own = join(folder, 'events.yaml');
  writeFileSync(own, 'redeem_points:\n  key: redemption_id\n  properties:\n    redemption_id: id\n');
  const config = join(folder, 'relay.json');
  const keys = [{ environment: 'production', secret: { env: 'PRODUCTION_KEY' } }];
  writeFileSync(config, JSON.stringify({ port: 0, db: join(folder, 'r.db'), events: own, keys }));
  const { url, output } = await startCommand(['--config', config], { PRODUCTION_KEY: secret });
  expect(output()).toContain(`events ${own}`);
  const properties = { redemption_id: 'r_1' };
  const redemption = { event: 'redeem_points', event_id: 'r_1', user_id: 'cust_2048', properties };
  expect(await (await capture(url, redemption)).json()).toEqual({ event_id: 'r_1', status: 'accepted' });
});

test('a server closes after it has answered', async () => {
  const store = createSqliteStore({ path: ':memory:' });
  const server = await serveRelay({ store, keys: [{ environment: 'production', secret }], port: 0 });
  const answering = capture(server.url, paidOrder());
  await answering.then((answer) => answer.json());
  await server.close();
  await expect(fetch(`${server.url}/api/health`)).rejects.toThrow('fetch failed');
});
