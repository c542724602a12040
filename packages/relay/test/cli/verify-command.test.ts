import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCli } from '../../src/cli/run-cli.ts';
import { paidOrder } from '../events.ts';
import { now, secret, verifiedRelay } from '../verify/verified-relay.ts';

function setUp(deliveries?: Parameters<typeof verifiedRelay>[0]) {
  const { relay, capture } = verifiedRelay(deliveries);
  const run = async (...flags: string[]) => {
    const printed: string[] = [];
    const print = (text: string) => void printed.push(text);
    const code = await runCli(
      ['verify', '--event', 'purchase', '--user', 'cust_2048', '--timeout', '0', ...flags],
      {
        env: { TRACKLAYER_URL: 'https://relay.test', TRACKLAYER_KEY: secret },
        print,
        printError: print,
        fetch: (request) => relay.fetch(request),
        now: () => now,
      },
    );
    return { code, text: printed.join('\n') };
  };
  return { run, capture };
}

test('P-10 verify prints, as docs/verify.md shows, the checks of the guide with what was seen, and ends with 0', async () => {
  const { run, capture } = setUp();
  await capture(paidOrder({ consent: { ad_user_data: 'granted' } }));
  const page = readFileSync(join(import.meta.dirname, '../../../../docs/verify.md'), 'utf8');
  const [, text] = /```\n(purchase .*?)\n```/s.exec(page) ?? [];
  expect(await run('--order', 'ord_10492')).toEqual({ code: 0, text });
});

test('P-10 docs/verify.md names each word of a check, and no other', () => {
  const read = (path: string): string => readFileSync(join(import.meta.dirname, '../../../..', path), 'utf8');
  const [, union = ''] =
    /type CheckWord =(.*?);/s.exec(read('packages/relay/src/verify/verification.ts')) ?? [];
  const [, table = ''] = /## The checks\n(.*?)\n`--dest/s.exec(read('docs/verify.md')) ?? [];
  const wordsIn = (text: string, quote: string): string[] =>
    [...text.matchAll(new RegExp(`${quote}([a-z]+(?:_[a-z]+)+)${quote}`, 'g'))].map(([, word = '']) => word);
  const named = new Set(wordsIn(table, '`'));
  for (const property of ['order_id', 'lead_id']) named.delete(property);
  expect(named).toEqual(new Set(wordsIn(union, "'")));
});

test('what fails has what to change below it, and ends with 2', async () => {
  const { run } = setUp([{ status: 'failed', reason: 'the token was revoked' }]);
  const { code, text } = await run();
  expect(code).toBe(2);
  expect(text).toContain(`  ✗ accepted downstream  meta did not accept it: the token was revoked
                         → fix what meta reports`);
});

test('what is still open ends with 1, and --json has the stable words', async () => {
  const { run } = setUp([{ status: 'pending', attempts: 0 }]);
  const { code, text } = await run('--json');
  expect(code).toBe(1);
  expect(JSON.parse(text)).toMatchObject({
    status: 'waiting',
    checks: expect.arrayContaining([
      expect.objectContaining({ check: 'downstream', verdict: 'waiting', word: 'still_pending' }),
    ]) as unknown,
    trace: { event: 'purchase' },
  });
});

test.each([
  [['--consent', 'maybe'], '--consent must be granted or denied'],
  [['--timeout', 'long'], '--timeout must be a whole number of seconds'],
  [['--properties', '[1]'], '--properties must be a JSON object'],
  [['--page', 'shop'], '--page must be an http(s) URL'],
  [['--event', 'purchse'], 'did you mean purchase?'],
  [['--key', 'tlk_unknown_0123456789'], 'the relay answered 401'],
  [['--page', 'http://localhost/', '--chromium', '/nowhere/chromium'], 'Chromium cannot be started'],
])('%j ends with 3 and says why', async (flags, words) => {
  const { code, text } = await setUp().run(...flags);
  expect([code, text]).toEqual([3, expect.stringContaining(words)]);
});
