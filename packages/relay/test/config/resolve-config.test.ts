import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { resolveConfig } from '../../src/config/resolve-config.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const secret = 'tlk_test_0123456789abcdef';

function fileOf(name: string, text: string): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, text);
  return path;
}

const settings = {
  port: 9000,
  db: { env: 'DATABASE_URL' },
  keys: [{ environment: 'production', secret: { env: 'PRODUCTION_KEY' } }],
  retention: { events: 90 },
};
const variables = { DATABASE_URL: 'postgres://tl:hunter2@db/tl', PRODUCTION_KEY: secret };

test.each([
  ['relay.json', JSON.stringify(settings)],
  [
    'relay.yaml',
    'port: 9000\ndb: { env: DATABASE_URL }\nkeys:\n  - environment: production\n    secret: { env: PRODUCTION_KEY }\nretention: { events: 90 }\n',
  ],
  ['relay.mjs', `export default ${JSON.stringify(settings)};`],
  ['relay.ts', `const port: number = 9000;\nexport default { ...${JSON.stringify(settings)}, port };`],
])('a configuration is read from %s, with secrets of variables', async (name, text) => {
  expect(await resolveConfig({ config: fileOf(name, text) }, variables)).toMatchObject({
    host: '127.0.0.1',
    port: 9000,
    db: 'postgres://tl:hunter2@db/tl',
    keys: [{ environment: 'production', secret }],
    retention: { events: 90 },
  });
});

test('flags win over variables, and both over the file', async () => {
  const config = fileOf('relay.json', JSON.stringify(settings));
  const env = { ...variables, TRACKLAYER_PORT: '9001', TRACKLAYER_HOST: '::1' };
  expect(await resolveConfig({ config, port: '9002' }, env)).toMatchObject({ port: 9002, host: '::1' });
});

test.each([
  ['an unknown setting', '{"prot": 1}', 'prot is an unknown setting; there are'],
  ['one that is nested', '{"limits": {"rps": 1}}', 'limits.rps is an unknown setting'],
  ['a wrong type', '{"port": "9000"}', 'port must be a whole number from 0 to 65535, got text'],
  [
    'ids that are kept too short',
    '{"retention": {"events": 7}}',
    'retention.events must be a whole number from 30',
  ],
  [
    'a secret in the file',
    `{"keys": [{"environment": "p", "secret": "${secret}"}]}`,
    "keys.0.secret must be env('NAME')",
  ],
  [
    'a password in the file',
    '{"db": "postgres://tl:hunter2@db/tl"}',
    "db holds a password; give it as env('DATABASE_URL')",
  ],
  [
    'an unknown scope',
    '{"keys": [{"environment": "p", "scopes": ["all"]}]}',
    'keys.0.scopes.0 must be one of events:write',
  ],
  ['a setting twice', '{"port": 1,\n"port": 2}', 'names a setting twice at line'],
  ['segments without a secret', '{"heap": {}}', "heap.secret is missing; set it to env('NAME')"],
  ['broken text', `{"keys": [{"secret": "${secret}"`, 'cannot be parsed'],
  ['a list', '[]', 'it must be an object, got a list'],
  ['a variable that is not set', JSON.stringify(settings), 'db: the variable DATABASE_URL is not set'],
])('%s is named with its path, and no value of it', async (_, text, message) => {
  const error: unknown = await resolveConfig({ config: fileOf('relay.json', text) }, {}).catch(
    (cause: unknown) => cause,
  );
  expect(String(error)).toContain(message);
  expect(String(error)).not.toMatch(/hunter2|tlk_/);
});

test('every problem of a file is reported at once', async () => {
  const config = fileOf('relay.json', '{"prot": 1, "port": -1}');
  await expect(resolveConfig({ config }, {})).rejects.toMatchObject({
    problems: [{ path: 'prot' }, { path: 'port' }],
  });
});

test('a module without settings, and a file that is not there, are refused', async () => {
  await expect(resolveConfig({ config: fileOf('relay.mjs', 'export const port = 1;') }, {})).rejects.toThrow(
    'must export its settings by default',
  );
  await expect(resolveConfig({ config: '/nowhere/relay.json' }, {})).rejects.toThrow(
    'cannot be read (ENOENT)',
  );
});
