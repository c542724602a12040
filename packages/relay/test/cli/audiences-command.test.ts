import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { runCli } from '../../src/cli/run-cli.ts';
import { createRelay } from '../../src/index.ts';
import { freshStore } from '../fresh-store.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const key = 'tlk_test_0123456789abcdef';

/** A relay, a file, and the command that imports it. */
function setUp() {
  let time = Date.parse('2026-11-27T10:00:00.000Z');
  const now = () => (time += 1);
  const relay = createRelay({
    store: freshStore(),
    keys: [{ environment: 'production', secret: key, scopes: ['events:read', 'audiences:write'] }],
    destinations: { meta: { dataset: '1', token: 't' } },
    audiences: { vip: { to: { meta: { audience: '900' } } } },
    now,
  });
  onTestFinished(() => relay.close());
  const file = join(temporaryFolder(), 'people.csv');
  const sent: { page: number; total_pages: number; bytes: number; add: readonly object[] }[] = [];
  const spareMemory = vi.fn<() => void>();
  const run = async (
    argv: readonly string[],
    { before }: { before?: (count: number) => Promise<Response | undefined> } = {},
  ) => {
    const printed: string[] = [];
    const print = (text: string) => void printed.push(text);
    const code = await runCli(['audiences', ...argv], {
      env: { TRACKLAYER_URL: 'https://relay.test', TRACKLAYER_KEY: key },
      print,
      printError: print,
      spareMemory,
      async fetch(request) {
        if (request.method === 'POST') {
          const body = await request.clone().text();
          const { page, total_pages, add } = JSON.parse(body) as (typeof sent)[number];
          sent.push({ page, total_pages, bytes: Buffer.byteLength(body), add });
          const answer = await before?.(sent.length);
          if (answer) return answer;
        }
        return relay.fetch(request);
      },
      now,
    });
    return { code, text: printed.join('\n') };
  };
  const sizeOf = async (audience: string): Promise<unknown> => {
    const { text } = await run(['list']);
    return new RegExp(`^${audience}  members: (\\d+)`, 'm').exec(text)?.[1];
  };
  const people = (count: number, idOf = (n: number) => `cust_${n}`): void =>
    writeFileSync(file, `user_id\n${Array.from({ length: count }, (_, n) => idOf(n)).join('\n')}\n`);
  return { file, sent, run, sizeOf, people, spareMemory };
}

test('an import replaces the members, in pages of 10,000', async () => {
  const { file, sent, run, sizeOf, people } = setUp();
  people(10_001);
  expect(await run(['import', 'crm', file])).toEqual({
    code: 0,
    text: '10001 members sent; the relay compares them with the members it has',
  });
  expect(sent).toMatchObject([
    { page: 1, total_pages: 2 },
    { page: 2, total_pages: 2 },
  ]);
  await expect.poll(() => sizeOf('crm'), { timeout: 20_000 }).toBe('10001');
});

test('pages of long ids are cut by their bytes, as the relay bounds those of a body', async () => {
  const { file, sent, run, people } = setUp();
  people(10_000, (n) => `${n}_${'é'.repeat(120)}`);
  expect(await run(['import', 'crm', file])).toMatchObject({ code: 0 });
  expect(sent.length).toBeGreaterThan(2);
  expect(sent.map(({ page }) => page)).toEqual(sent.map((_, place) => place + 1));
  expect(new Set(sent.map(({ total_pages }) => total_pages))).toEqual(new Set([sent.length]));
});

test('each line of a file is in one page, in its order, wherever the file is cut into pieces and pages', async () => {
  const { file, sent, run } = setUp();
  const accounts = Array.from({ length: 9_000 }, (_, n) => ({
    account_id: `acc_${n}`,
    // Some pieces of the file end inside a character.
    ...(n % 3 > 0 && { company: `"${'日本'.repeat(n % 40)}", Inc.` }),
  }));
  const lines = accounts.map(
    ({ account_id, company = '' }) => `${account_id},"${company.replaceAll('"', '""')}"`,
  );
  writeFileSync(file, `account_id,company\n${lines.join('\n')}`);
  expect(await run(['import', 'crm', file])).toMatchObject({ code: 0 });
  expect(sent.length).toBeGreaterThan(1);
  expect(Math.max(...sent.map(({ bytes }) => bytes))).toBeLessThan(1_048_576);
  expect(sent.flatMap(({ add }) => add)).toEqual(accounts);
});

test('an import keeps its memory small; other commands do not ask for it', async () => {
  const { file, run, people, spareMemory } = setUp();
  people(1);
  await run(['list']);
  expect(spareMemory).not.toHaveBeenCalled();
  await run(['import', 'crm', file]);
  expect(spareMemory).toHaveBeenCalledOnce();
});

test('a file without members removes nobody, unless that is said', async () => {
  const { file, sent, run, sizeOf, people } = setUp();
  people(3);
  await run(['import', 'vip', file]);
  await expect.poll(() => sizeOf('vip')).toBe('3');
  people(0);
  expect(await run(['import', 'vip', file])).toMatchObject({
    code: 3,
    text: expect.stringContaining('has no members. Nothing was sent; pass --empty to remove everybody'),
  });
  expect(sent).toHaveLength(1);
  expect(await run(['import', 'vip', file, '--empty'])).toMatchObject({ code: 0 });
  await expect.poll(() => sizeOf('vip')).toBe('0');
});

test('an import that breaks off says that nothing changed, and goes through when it is run again', async () => {
  const { file, run, sizeOf, people } = setUp();
  people(25_000);
  const broken = () => Promise.resolve(Response.json({ code: 'busy', detail: 'busy' }, { status: 503 }));
  const before = (count: number) => (count < 2 ? Promise.resolve(undefined) : broken());
  const { code, text } = await run(['import', 'crm', file], { before });
  expect(code).toBe(3);
  expect(text).toContain('1 of 3 pages were sent. The audience is as it was; import the file again');
  expect(await sizeOf('crm')).toBe('0');
  await run(['import', 'crm', file]);
  await expect.poll(() => sizeOf('crm'), { timeout: 20_000 }).toBe('25000');
});

test('an import that another one overtakes says so, and the newer one stands', async () => {
  const { file, run, sizeOf, people } = setUp();
  people(10_001);
  const newer = join(temporaryFolder(), 'newer.csv');
  writeFileSync(newer, 'user_id\nzoe\n');
  let text = '';
  const before = async (count: number) => {
    if (count === 2) ({ text } = await run(['import', 'vip', newer]));
    return undefined;
  };
  expect((await run(['import', 'vip', file], { before })).text).toBe(
    '10001 members sent; another full list, which began later, has replaced them; nothing changes',
  );
  expect(text).toMatch(/^1 member sent; the relay compares/);
  await expect.poll(() => sizeOf('vip'), { timeout: 20_000 }).toBe('1');
});

test('an audience that no rule names is listed as one that goes nowhere', async () => {
  const { file, run, people } = setUp();
  people(1);
  await run(['import', 'Vip', file]);
  const { text } = await run(['list']);
  expect(text).toMatch(
    /^Vip .*\n {2}nobody is sent: the config names no destination for it in this environment\nvip /,
  );
});

test.each(['../../x', 'a'.repeat(300), 'vip list'])('an audience named %s is refused', async (name) => {
  const { file, run, people } = setUp();
  people(1);
  expect(await run(['import', name, file])).toMatchObject({
    code: 3,
    text: expect.stringContaining('422: a name is 1 to 64 letters, digits, _ and -'),
  });
});
