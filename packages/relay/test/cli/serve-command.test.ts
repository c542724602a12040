import { once } from 'node:events';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCli } from '../../src/cli/run-cli.ts';
import { heapEntry } from '../registry/entries.ts';
import { startCommand } from '../start-command.ts';
import { temporaryFolder } from '../temporary-folder.ts';

test('the command listens on loopback, makes a key when none is given, and ends on SIGTERM', async () => {
  const {
    process: command,
    url,
    output,
  } = await startCommand(['--port', '0', '--db', join(temporaryFolder(), 'r.db')]);
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(output()).toMatch(/tlk_\S{32}/);
  expect((await fetch(`${url}/api/health`)).status).toBe(200);
  command.kill('SIGTERM');
  expect((await once(command, 'exit'))[0]).toBe(0);
});

test('the development key is kept beside the database, and may push a registry', async () => {
  const folder = temporaryFolder();
  const db = join(folder, 'relay.db');
  const first = await startCommand(['--port', '0', '--db', db]);
  const key = /tlk_\S{32}/.exec(first.output())?.[0] ?? '';
  first.process.kill('SIGTERM');
  await once(first.process, 'exit');
  const second = await startCommand(['--port', '0', '--db', db]);
  expect(second.output()).toContain(key);
  expect(statSync(join(folder, 'development.key')).mode & 0o777).toBe(0o600);

  const registry = join(folder, 'registry.json');
  writeFileSync(registry, JSON.stringify([heapEntry()]));
  const printed: string[] = [];
  const code = await runCli(['registry', 'push', registry], {
    // The key of a relay on this machine is found beside its database.
    env: { TRACKLAYER_URL: second.url, TRACKLAYER_DB: db },
    print: (text) => void printed.push(text),
    printError: (text) => void printed.push(text),
    fetch,
    now: Date.now,
  });
  expect([code, printed.at(-1)]).toEqual([0, 'version 1 is in force']);
});

test.each(['{ "type": "commonjs" }', '{}', '{ "type": "module" }'])(
  'tracklayer.config.ts and what it imports are modules, without a warning, beside package.json %s',
  async (package_json) => {
    const folder = temporaryFolder();
    const [config, db] = [join(folder, 'tracklayer.config.ts'), join(folder, 'relay.db')];
    writeFileSync(join(folder, 'package.json'), package_json);
    writeFileSync(join(folder, 'traits.ts'), 'export const traits: object = { is_new: () => true };');
    writeFileSync(config, "import { traits } from './traits.ts';\nexport default { traits };");
    const { output } = await startCommand(['--port', '0', '--db', db, '--config', config]);
    expect(output()).not.toMatch(/warning/i);
  },
);

test('a port in use names --port and ends the command, also one that has destinations', async () => {
  const folder = temporaryFolder();
  const { url } = await startCommand(['--port', '0', '--db', join(folder, 'a.db')]);
  const { port } = new URL(url);
  const config = join(folder, 'tracklayer.config.json');
  writeFileSync(config, JSON.stringify({ destinations: { heap: { appId: '11' } }, traits: {} }));
  const args = ['--port', port, '--db', join(folder, 'b.db'), '--config', config];
  await expect(startCommand(args)).rejects.toThrow(
    `[invalid_options] port ${port} of 127.0.0.1 is in use; stop the process that listens there, or pass --port`,
  );
});

test('the command refuses an open address without a key, and unknown words', async () => {
  for (const args of [['--host', '0.0.0.0'], ['destroy'], ['--port', 'x'], ['--events', 'nowhere.yaml']]) {
    await expect(startCommand(args)).rejects.toThrow(/tracklayer: /);
  }
});
