import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startSandbox } from '@tracklayer/destinations/sandbox';
import { runCli } from '../../src/cli/run-cli.ts';
import { configureDestinations } from '../../src/deliver/configured.ts';
import { resolveConfig } from '../../src/config/resolve-config.ts';
import { createSqliteStore, serveRelay } from '../../src/index.ts';
import { paidOrder } from '../events.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const secret = 'tlk_test_0123456789abcdef';
const granted = { ad_user_data: 'granted', ad_personalization: 'granted', analytics: 'granted' } as const;

async function shopWithMeta() {
  const sandbox = await startSandbox();
  const relay = await serveRelay({
    store: createSqliteStore({ path: ':memory:' }),
    keys: [
      { environment: 'production', secret, scopes: ['events:write', 'events:read', 'destinations:write'] },
    ],
    port: 0,
    destinations: { meta: { ...sandbox.settings.meta, holdMs: 0 } },
  });
  onTestFinished(async () => {
    await relay.close();
    await sandbox.close();
  });
  const run = async (...argv: string[]) => {
    const printed: string[] = [];
    const print = (text: string): void => void printed.push(text);
    const code = await runCli([...argv, '--url', relay.url, '--key', secret], {
      env: {},
      print,
      printError: print,
      fetch,
      now: Date.now,
    });
    return { code, text: printed.join('\n') };
  };
  const capture = async (change: object): Promise<void> => {
    await fetch(`${relay.url}/api/capture`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      body: JSON.stringify({ ...paidOrder(), occurred_at: new Date().toISOString(), ...change }),
    });
  };
  return { sandbox, relay, run, capture };
}

test('W-42 deliveries are listed by status and reason, and the command says when there are none', async () => {
  const { run, capture, relay } = await shopWithMeta();
  expect((await run('deliveries')).text).toBe('none');
  await capture({ event_id: 'a', consent: granted, context: { click_ids: { fbc: 'fb.1.1764151200000.x' } } });
  await capture({ event_id: 'b', user_id: 'cust_b', consent: { ad_user_data: 'denied' } });
  await expect
    .poll(async () => (await run('deliveries', 'list', '--status', 'accepted')).text)
    .toMatch(/^accepted meta +a {2}/);
  await expect
    .poll(async () => (await run('deliveries', 'list', '--reason', 'consent_denied')).text)
    .toMatch(/^skipped {2}meta +b .*consent_denied/);
  expect((await run('destinations')).text).toMatch(
    /^meta +ok +API \S+ {2}1 accepted, 0 failed, 1 skipped, 0 pending$/,
  );
  const record = await (
    await fetch(`${relay.url}/api/events/a`, { headers: { authorization: `Bearer ${secret}` } })
  ).json();
  expect(record).toMatchObject({
    deliveries: [
      {
        status: 'accepted',
        answer: {
          request: expect.stringMatching(/^POST 127\.0\.0\.1:\d+, \d+ characters$/),
          status: 200,
          text: expect.stringContaining('events_received'),
        },
      },
    ],
  });
  expect((await run('deliveries', '--limit', '1')).text).toMatch(/there are more; raise --limit$/);
  expect((await run('deliveries', '--limit', '2')).text).toMatch(/2 in all$/);
  expect((await run('deliveries', '--limit', 'all')).text).toContain('--limit must be a whole number');
  expect((await run('deliveries', '--status', 'lost')).text).toContain('status is one of pending');
});

test('W-42 a reason without fields is found by its word, by a list, a replay and the report', async () => {
  const { relay, run, capture } = await shopWithMeta();
  // Only anonymous, and no click id: nothing that Meta could match.
  await capture({ event_id: 'a', user_id: undefined, anonymous_id: 'anon_1', consent: granted, context: {} });
  const found = ['--reason', 'no_match_keys'];
  await expect
    .poll(async () => (await run('deliveries', 'list', ...found)).text)
    .toMatch(/^skipped {2}meta +a .*no_match_keys: /);
  const replay = ['deliveries', 'replay', '--destination', 'meta', '--since', '1d', '--status', 'skipped'];
  expect((await run(...replay, ...found)).text).toMatch(/^1 delivery to meta/);
  const report = await fetch(`${relay.url}/api/report?since=7d`, {
    headers: { authorization: `Bearer ${secret}` },
  });
  expect(await report.json()).toMatchObject({
    rows: [{ destinations: { meta: { skipped: { no_match_keys: 1 } } } }],
  });
});

test('W-42 a preview shows the payload or the reason, and sends nothing', async () => {
  const { sandbox, run, capture } = await shopWithMeta();
  await run('destinations', 'pause', 'meta');
  await capture({ event_id: 'a', consent: granted });
  await capture({ event_id: 'b', user_id: 'cust_b', consent: undefined });
  const { text } = await run('deliveries', 'preview', 'a', '--destination', 'meta');
  expect(JSON.parse(text)).toMatchObject({ event_name: 'Purchase', event_id: 'a' });
  expect((await run('deliveries', 'preview', 'b', '--destination', 'meta')).text).toMatch(
    /^skipped: consent_unknown/,
  );
  expect((await run('deliveries', 'preview', 'c', '--destination', 'meta')).text).toContain(
    'no accepted event',
  );
  expect((await run('deliveries', 'preview', 'a', '--destination', 'mata')).text).toContain(
    'no such destination; there are meta',
  );
  expect(sandbox.accepted('meta')).toEqual([]);
});

test('W-42 a paused destination sends nothing, on any relay, until it is resumed', async () => {
  const { sandbox, run, capture } = await shopWithMeta();
  expect((await run('destinations', 'pause', 'meta')).text).toMatch(/^meta +paused/);
  await capture({ event_id: 'a', consent: granted });
  expect((await run('destinations')).text).toMatch(/^meta +paused/);
  expect((await run('deliveries')).text).toMatch(/^pending {2}meta/);
  expect((await run('destinations', 'resume', 'meta')).text).toMatch(/^meta +ok/);
  await expect.poll(() => sandbox.accepted('meta').length).toBe(1);
});

test('W-42 a replay shows its count first; with --yes it sends again what failed, and nothing accepted', async () => {
  const { sandbox, run, capture } = await shopWithMeta();
  await capture({ event_id: 'a', consent: granted });
  await capture({ event_id: 'b', user_id: 'cust_b', consent: undefined });
  await expect.poll(async () => (await run('deliveries', 'list', '--status', 'skipped')).text).toMatch(/ b /);
  await expect.poll(() => sandbox.accepted('meta').length).toBe(1);
  const replay = ['deliveries', 'replay', '--destination', 'meta', '--since', '1d', '--status', 'skipped'];
  expect((await run(...replay)).text).toBe(
    '1 delivery to meta (skipped) would be sent again; pass --yes to send',
  );
  // The person said yes meanwhile: consent is read when an event is sent.
  await capture({ event_id: 'b', user_id: 'cust_b', consent: granted });
  expect((await run(...replay, '--yes')).text).toBe('1 of 1 delivery to meta (skipped) will be sent again');
  await expect.poll(() => sandbox.accepted('meta').length).toBe(2);
});

test('W-42 a controlled event goes nowhere, replayed as never sent or not', async () => {
  const { sandbox, run, capture } = await shopWithMeta();
  await capture({ event_id: 'a', consent: granted, context: { test: true } });
  const replay = ['deliveries', 'replay', '--destination', 'meta', '--since', '1d', '--status', 'never'];
  await run(...replay, '--yes');
  await expect.poll(async () => (await run('deliveries')).text).toMatch(/^skipped .* controlled/);
  expect(sandbox.accepted('meta')).toEqual([]);
});

test('a secret of a destination comes from the environment, and is named, never shown, when it does not', async () => {
  const config = join(temporaryFolder(), 'tracklayer.config.json');
  const keys = [{ environment: 'production', sha256: 'a'.repeat(64) }];
  const write = (token: unknown): void =>
    writeFileSync(config, JSON.stringify({ keys, destinations: { meta: { dataset: '1', token } } }));
  write({ env: 'META_TOKEN' });
  const { destinations } = await resolveConfig({ config }, { META_TOKEN: 'EAAB' });
  expect(destinations).toEqual({ meta: { dataset: '1', token: 'EAAB' } });
  await expect(resolveConfig({ config }, {})).rejects.toThrow('META_TOKEN');
  write('EAAB-secret');
  await expect(resolveConfig({ config }, {})).rejects.toThrow("destinations.meta.token must be env('NAME')");
  await expect(resolveConfig({ config }, {})).rejects.not.toThrow('EAAB');
});

test('P-10 `tracklayer sandbox` names --port where its port is in use', async () => {
  const sandbox = await startSandbox();
  onTestFinished(() => sandbox.close());
  const { port } = new URL(sandbox.url);
  const printed: string[] = [];
  const print = (text: string): void => void printed.push(text);
  const io = { env: {}, print, printError: print, fetch, now: Date.now };
  expect(await runCli(['sandbox', '--port', port], io)).toBe(3);
  expect(printed).toEqual([
    `tracklayer: [invalid_options] port ${port} of 127.0.0.1 is in use; stop the process that listens there, or pass --port with another one (0 picks a free one)`,
  ]);
});

test('what `tracklayer sandbox` prints is a config that sends to all of its platforms', async () => {
  const printed: string[] = [];
  const print = (text: string): void => void printed.push(text);
  const stops = process.listenerCount('SIGTERM');
  await runCli(['sandbox', '--port', '0'], { env: {}, print, printError: print, fetch, now: Date.now });
  onTestFinished(() =>
    process
      .listeners('SIGTERM')
      .slice(stops)
      .forEach((stop) => stop('SIGTERM')),
  );
  const config = join(temporaryFolder(), 'tracklayer.config.json');
  const settings = JSON.parse(printed.find((text) => text.startsWith('{')) ?? '') as object;
  writeFileSync(
    config,
    JSON.stringify({ ...settings, keys: [{ environment: 'production', sha256: 'a'.repeat(64) }] }),
  );
  const variables = printed.flatMap((text) => {
    const [, name, value] = /^export (\w+)='(.*)'$/.exec(text) ?? [];
    return name === undefined ? [] : [[name, value] as const];
  });
  const { destinations } = await resolveConfig({ config }, Object.fromEntries(variables));
  const known = configureDestinations(destinations, ['production']);
  expect(known.map(({ name }) => name)).toEqual([
    'meta',
    'google',
    'ga4',
    'linkedin',
    'hubspot',
    'salesforce',
    'tiktok',
    'webhook',
    'heap',
  ]);
});
