import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEvents, type EventMap, type Events, type RegistryEntry } from '@tracklayer/core';
import { expect, onTestFinished, test } from 'vitest';
import { runCli } from '../../src/cli/run-cli.ts';
import { createRelay, createSqliteStore } from '../../src/index.ts';
import { paidOrder } from '../events.ts';
import { heapEntry } from '../registry/entries.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const key = 'tlk_test_0123456789abcdef';
const now = Date.parse('2026-11-23T10:00:00.000Z');

const ownRows = {
  redeem_points: { required: ['redemption_id'], key: 'redemption_id', properties: { redemption_id: 'id' } },
};

function setUp(events?: Events<EventMap>) {
  const folder = temporaryFolder();
  const db = join(folder, 'relay.db');
  const store = createSqliteStore({ path: db });
  const scopes = ['events:read', 'registry:write'] as const;
  const relay = createRelay({ store, keys: [{ environment: 'production', secret: key, scopes }], events });
  onTestFinished(() => relay.close());
  const run = async (...argv: string[]) => {
    const printed: string[] = [];
    const print = (text: string) => void printed.push(text);
    const env = argv.includes('--db') ? {} : { TRACKLAYER_URL: 'http://relay.test', TRACKLAYER_KEY: key };
    const code = await runCli(argv, {
      env,
      print,
      printError: print,
      fetch: (r) => relay.fetch(r),
      now: () => now,
    });
    return { code, text: printed.join('\n') };
  };
  const written = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  const file = (name: string, entries: readonly RegistryEntry[]): string =>
    written(name, JSON.stringify({ entries }));
  return { folder, db, store, run, file, written };
}

test('W-32 push puts a file in force, pull gets it, and diff finds nothing', async () => {
  const { folder, run, file } = setUp();
  const path = file('a.json', [heapEntry()]);
  expect(await run('registry', 'push', path)).toEqual({
    code: 0,
    text: 'careful   heap "Order Completed": approved as purchase, new\noverall careful\nversion 1 is in force',
  });
  const pulled = join(folder, 'pulled.json');
  expect((await run('registry', 'pull', pulled)).text).toContain('version 1, 1 entry');
  expect(JSON.parse(readFileSync(pulled, 'utf8'))).toEqual({ version: 1, entries: [heapEntry()] });
  expect(await run('registry', 'diff', pulled)).toEqual({ code: 0, text: 'no change' });
});

test('W-32 push --json names the version that is in force then, put or refused', async () => {
  const { run, file } = setUp();
  const push = async (path: string, ...flags: string[]): Promise<unknown> =>
    JSON.parse((await run('registry', 'push', path, '--json', ...flags)).text);
  const path = file('a.json', [heapEntry()]);
  expect(await push(path)).toMatchObject({ severity: 'careful', version: 1 });
  expect(await push(path)).toEqual({ severity: 'safe', changes: [], version: 1, refused: false });
  expect(await push(file('b.json', []))).toMatchObject({ severity: 'breaking', version: 1, refused: true });
  expect(await push(file('b.json', []), '--allow-breaking')).toMatchObject({ version: 2 });
});

test('a relay that refuses ends with 3, code first, without the key', async () => {
  const { run } = setUp();
  const { code, text } = await run('registry', 'pull', '--key', 'tlk_wrong_key_of_nobody');
  expect([code, text]).toEqual([3, expect.stringContaining('tracklayer: [setup] the relay answered 401: ')]);
  expect(text).not.toContain('tlk_wrong');
});

test('W-32 a push that breaks something is refused unless it is meant', async () => {
  const { store, run, file } = setUp();
  await run('registry', 'push', file('a.json', [heapEntry()]));
  const empty = file('b.json', []);
  expect(await run('registry', 'push', empty)).toEqual({
    code: 2,
    text: [
      'breaking  heap "Order Completed": approved entry removed',
      'overall breaking',
      'not put in force because of a breaking change: version 1 stays in force. To do it anyway, pass --allow-breaking',
    ].join('\n'),
  });
  expect((await store.registry('production')).version).toBe(1);
  expect((await run('registry', 'push', empty, '--allow-breaking')).text).toContain('version 2 is in force');
});

test('W-32 the exit code shows the severity, and --json the changes', async () => {
  const { run, file } = setUp();
  const [before, after] = [file('a.json', []), file('b.json', [heapEntry()])];
  const diff = (...flags: string[]) => run('registry', 'diff', after, '--against', before, ...flags);
  expect((await diff()).code).toBe(0);
  expect((await diff('--strict')).code).toBe(1);
  expect((await run('registry', 'diff', before, '--against', after)).code).toBe(2);
  expect(JSON.parse((await diff('--json')).text)).toMatchObject({
    severity: 'careful',
    changes: [{ source_event: 'Order Completed', severity: 'careful' }],
  });
});

test('W-32 a dry run counts the promotions that would disappear', async () => {
  const { folder, run, file } = setUp();
  const recording = join(folder, 'recorded.jsonl');
  const call = { source: 'heap', source_event: 'Order Completed', properties: paidOrder().properties };
  writeFileSync(recording, `${JSON.stringify(call)}\n`.repeat(3));
  const [before, after] = [file('a.json', [heapEntry()]), file('b.json', [heapEntry({ status: 'draft' })])];
  const answer = await run('registry', 'diff', after, '--against', before, '--dry-run', recording);
  expect([answer.code, answer.text]).toEqual([
    2,
    expect.stringContaining('3 recorded calls:\n  heap "Order Completed": 3 promotions would disappear'),
  ]);
});

test.each([
  ['a missing file', ['registry', 'check', 'nowhere.yaml'], 'nowhere.yaml cannot be read (ENOENT)'],
  ['a key that no relay takes', ['key', 'Live'], 'a key needs an environment of a-z'],
  ['an unknown command', ['nonsense'], "unknown command 'nonsense'"],
  ['a mistyped command', ['registri'], 'Did you mean registry?'],
  ['a mistyped command of a group', ['registry', 'psuh', 'a'], 'Did you mean push?'],
  ['a version that is none', ['registry', 'rollback', 'last'], 'the version must be a whole number'],
  [
    'an address with a password',
    ['registry', 'pull', '--url', 'https://a:secret@b.c'],
    '`endpoint` must be an http(s) URL without credentials',
  ],
  ['an address that is none', ['registry', 'pull', '--url', 'relay'], '`endpoint` must be an http(s) URL'],
  ['a key of two lines', ['registry', 'pull', '--key', 'secret\nsecret'], 'pass the key as it was printed'],
  ['an unknown flag', ['registry', 'check', 'a', '--loud'], "unknown option '--loud'"],
])('%s ends with 3', async (_, argv, words) => {
  const { code, text } = await setUp().run(...argv);
  expect([code, text]).toEqual([3, expect.stringContaining(words)]);
  expect(text).not.toContain('secret');
});

test('W-32 check names the entry that is wrong', async () => {
  const { run, file } = setUp();
  const path = file('a.json', [heapEntry(), heapEntry({ source_event: 'X', canonical_event: 'order' })]);
  const { code, text } = await run('registry', 'check', path);
  expect([code, text]).toEqual([
    3,
    expect.stringMatching(/a\.json has one problem\n {2}\S+a\.json:1:\d+ "X":? .*order/),
  ]);
});

test('W-32 check --json lists the problems by line', async () => {
  const { run, written } = setUp();
  const path = written('a.yaml', 'source: heap\nsource_event: X\ncanonical_event: order\nstatus: draft\n');
  const { code, text } = await run('registry', 'check', path, '--json');
  expect([code, JSON.parse(text)]).toEqual([
    3,
    { problems: [expect.objectContaining({ source_event: 'X', line: expect.any(Number) as number })] },
  ]);
});

test('P-10 check prints what docs/registry.md shows', async () => {
  const page = readFileSync(join(import.meta.dirname, '../../../../docs/registry.md'), 'utf8');
  const [, shown] = /```\n(tracklayer: \[invalid_registry\].*?)\n```/s.exec(page) ?? [];
  const { run, written } = setUp();
  const blocks = [
    'source: heap\nsource_event: Order Completed\ncanonical_event: purchse\nstatus: approved',
    'source: heap\nsource_event: Signed Up\ncanonical_event: sign_up\nstatus: aproved',
  ];
  const path = written('registry.yaml', blocks.join('\n---\n'));
  expect((await run('registry', 'check', path)).text.replaceAll(path, 'registry.yaml')).toBe(shown);
});

test('W-32 history lists every version, and rollback puts one in force again', async () => {
  const { store, run, file } = setUp();
  expect((await run('registry', 'history')).text).toBe('no registry has been put in force yet');
  await run('registry', 'push', file('a.json', [heapEntry()]));
  await run('registry', 'push', file('b.json', [heapEntry(), heapEntry({ source_event: 'Paid' })]));
  expect((await run('registry', 'history')).text).toMatch(
    /^version 2 {3}\S+Z {2}2 entries\nversion 1 {3}\S+Z {2}1 entry$/,
  );
  expect((await run('registry', 'rollback', '1')).text).toContain(
    'not put in force because of a breaking change: version 2 stays in force. To do it anyway, pass --allow-breaking',
  );
  expect(await run('registry', 'rollback', '1', '--allow-breaking')).toMatchObject({
    code: 0,
    text: expect.stringContaining('version 3 is in force'),
  });
  expect((await store.registry('production')).entries).toEqual([heapEntry()]);
  expect((await run('registry', 'rollback', '9')).text).toContain('has no such version');
});

test.each([
  [
    'a page',
    new Response('<html>', { headers: { 'content-type': 'text/html; charset=utf-8' } }),
    '200 with text/html',
  ],
  ['another API', Response.json({ error: 'x' }, { status: 404 }), '404 with application/json'],
  ['a redirect', new Response(null, { status: 302 }), '302 with no content type'],
  ['a proxy', new Response('', { status: 502 }), 'a proxy without its relay'],
])('an address that answers as %s is told to be no relay', async (_, answer, words) => {
  const io = { env: { TRACKLAYER_KEY: key }, print: () => {}, now: () => now };
  const told: string[] = [];
  const code = await runCli(['registry', 'pull', '--url', 'https://shop.test'], {
    ...io,
    printError: (text) => void told.push(text),
    fetch: async () => answer,
  });
  expect([code, told]).toEqual([3, [expect.stringContaining('https://shop.test is ')]]);
  expect(told[0]).toContain(words);
});

test('W-38 drift of an unknown event is refused, with what was probably meant', async () => {
  const { run } = setUp();
  const { code, text } = await run('drift', 'inspect', 'purchse');
  expect([code, text]).toEqual([3, expect.stringContaining('did you mean purchase?')]);
  expect(text).toContain('not in the vocabulary');
});

test('W-38 drift without a registry says how to put one in force', async () => {
  const { run, file } = setUp();
  expect((await run('drift', 'inspect')).text).toContain('put one: tracklayer registry push registry.yaml');
  await run('registry', 'push', file('a.json', [heapEntry()]));
  expect((await run('drift', 'inspect')).text).not.toContain('registry push');
});

test('W-32 check lists deprecated entries, and until when they promote', async () => {
  const { run, file } = setUp();
  const deprecated = (source_event: string, deprecated_until?: string): RegistryEntry =>
    heapEntry({ source_event, status: 'deprecated', deprecated_until });
  const entries = [
    heapEntry(),
    deprecated('A', '2026-11-23'),
    deprecated('B', '2026-11-22'),
    deprecated('C'),
  ];
  expect((await run('registry', 'check', file('a.json', entries))).text.split('\n').slice(1)).toEqual([
    'deprecated  heap "A": promotes until 2026-11-23',
    'deprecated  heap "B": expired on 2026-11-22',
    'deprecated  heap "C": promotes until its deprecated_until, which is missing',
  ]);
});

test('W-38 drift is inspected in the relay and in its file alike', async () => {
  const { db, store, run } = setUp();
  const event = { ...paidOrder(), occurred_at: '2026-11-23T09:00:00.000Z' };
  const messages = [{ event, key_properties: ['order_id'] }];
  await store.capture({ environment: 'production', received_at: Date.now(), messages });
  const remote = await run('drift', 'inspect', 'purchase', '--since', '2026-01-01');
  expect([remote.code, remote.text]).toEqual([0, expect.stringContaining('purchase from heap: 1 copies')]);
  const flags = ['--since', '2026-01-01', '--environment', 'production'];
  expect(await run('drift', 'inspect', 'purchase', '--db', db, ...flags)).toEqual(remote);
});

const points = heapEntry({
  source_event: 'Points',
  canonical_event: 'redeem_points',
  required_properties: ['redemption_id'],
  properties: { redemption_id: 'id' },
});

test('W-32 registries with own events are checked, pushed, compared and pulled with --events', async () => {
  const { run, file, written } = setUp(parseEvents(ownRows));
  const events = ['--events', written('own.json', JSON.stringify(ownRows))];
  const path = file('a.json', [points]);
  expect(await run('registry', 'check', path)).toMatchObject({
    code: 3,
    text: expect.stringContaining('names redeem_points, which is not in the vocabulary'),
  });
  expect(await run('registry', 'check', path, ...events)).toMatchObject({ code: 0 });
  expect((await run('registry', 'push', path, ...events)).text).toContain('version 1 is in force');
  const other = file('b.json', [{ ...points, properties: { redemption_id: 'number' } }]);
  // The same id would be made of something else.
  expect(await run('registry', 'diff', other, ...events)).toMatchObject({ code: 2 });
  expect((await run('registry', 'pull', ...events)).text).toContain('"redeem_points"');
});

test('W-6 a dry run says that an own event would get another id', async () => {
  const { run, file, written } = setUp();
  const properties = { id: 'r_1', number: 'n_1' };
  const recording = written('r.jsonl', JSON.stringify({ source_event: 'Points', properties }));
  const after = file('b.json', [{ ...points, properties: { redemption_id: 'number' } }]);
  const flags = ['--against', file('a.json', [points]), '--dry-run', recording];
  const events = ['--events', written('own.json', JSON.stringify(ownRows))];
  expect((await run('registry', 'diff', after, ...flags, ...events)).text).toContain(
    '1 promotion would become another event or event_id',
  );
});

test('W-38 drift of a file whose registry names own events needs --events', async () => {
  const { db, store, run, written } = setUp();
  await store.putRegistry('development', { replaces: 0, entries: [points], at: now });
  expect(await run('drift', 'inspect', '--db', db)).toMatchObject({ code: 3 });
  const events = written(
    'own.yaml',
    'redeem_points:\n  key: redemption_id\n  properties: { redemption_id: id }\n',
  );
  expect(await run('drift', 'inspect', '--db', db, '--events', events)).toMatchObject({ code: 0 });
});

test.each([
  ['a field', 'redeem_points: { keys: a }', 'redeem_points.keys is not a field of an event'],
  [
    'a type',
    'redeem_points: { properties: { points: integer } }',
    'redeem_points.properties.points must be one of',
  ],
  ['an event twice', 'a: {}\na: {}', 'line 2'],
  ['no table', '- redeem_points', 'events must map names to events'],
])('a file of events with a mistake in %s is refused by its path', async (_, text, words) => {
  const { run, written } = setUp();
  const answer = await run('registry', 'check', 'any.json', '--events', written('own.yaml', text));
  expect(answer).toMatchObject({ code: 3, text: expect.stringMatching(/invalid_options\] .*own\.yaml: /) });
  expect(answer.text).toContain(words);
});

test('W-38 schemas are printed by name, or written to a file', async () => {
  const { folder, run, written } = setUp();
  const titleOf = async (...argv: string[]): Promise<unknown> =>
    (JSON.parse((await run('schema', ...argv)).text) as { title?: string }).title;
  expect(await titleOf('purchase')).toBe('purchase');
  expect(await titleOf('registry')).toBe('registry');
  expect(await titleOf('redeem_points', '--events', written('own.json', JSON.stringify(ownRows)))).toBe(
    'redeem_points',
  );
  expect(JSON.parse((await run('schema', 'openapi')).text)).toMatchObject({ openapi: '3.1.0' });
  const out = join(folder, 'schemas.json');
  expect(await run('schema', '--out', out)).toEqual({ code: 0, text: `${out}: all schemas` });
  expect(Object.keys(JSON.parse(readFileSync(out, 'utf8')) as object)).toEqual([
    'events',
    'capture',
    'identify',
    'registry',
  ]);
});

test('an unknown schema is refused, with those that there are', async () => {
  const { code, text } = await setUp().run('schema', 'order');
  expect([code, text]).toEqual([
    3,
    expect.stringMatching(
      /no schema "order"; the schemas are capture, identify, registry, openapi, .*purchase/,
    ),
  ]);
});

test('types writes a module whose events are those of the file', async () => {
  const { folder, run, written } = setUp();
  const file = written(
    'own.yaml',
    'redeem_points:\n  key: redemption_id\n  properties: { redemption_id: id }\n',
  );
  const out = join(folder, 'events.ts');
  expect(await run('types', file, '--out', out)).toEqual({ code: 0, text: `${out}: the events of ${file}` });
  const text = readFileSync(out, 'utf8');
  expect(text).toContain("import { defineEvents } from '@tracklayer/core';");
  const table: unknown = JSON.parse(/defineEvents\((.*)\);/s.exec(text)?.[1] ?? '');
  expect(parseEvents(table).rows['redeem_points']).toMatchObject({ key: 'redemption_id' });
  expect((await run('types', file, '--import', '@tracklayer/node')).text).toContain(
    "from '@tracklayer/node'",
  );
  expect((await run('types', written('bad.yaml', 'a: { keys: b }'))).text).toContain('bad.yaml: ');
});

test('key and help are printed', async () => {
  const { run } = setUp();
  expect((await run('key', 'staging')).text).toMatch(/^key {5}staging:tlk_\S+\nsha256 {2}[0-9a-f]{64}$/);
  expect(await run('--help')).toMatchObject({ code: 0, text: expect.stringContaining('registry') });
});
