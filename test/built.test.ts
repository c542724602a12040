import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

// What people install, as `pnpm build` left it: tests elsewhere run from the sources.
const consumer = join(import.meta.dirname, '../examples/heap-checkout');
const run = (type: 'module' | 'commonjs', code: string): string =>
  execFileSync(process.execPath, [`--input-type=${type}`, '--no-warnings', '-e', code], {
    cwd: consumer,
    encoding: 'utf8',
  }).trim();

const entries = {
  '@tracklayer/core': 'createClient',
  '@tracklayer/core/adapter': 'createAdapterClient',
  '@tracklayer/core/debug': 'debugClient',
  '@tracklayer/core/http': 'createHttpTransport',
  '@tracklayer/core/schema': 'parseEvent',
  '@tracklayer/browser': 'createBrowserClient',
  '@tracklayer/browser/autocapture': 'autocapture',
  '@tracklayer/browser/consent': 'fromTcf',
  '@tracklayer/browser/hash': 'createTraitHasher',
  '@tracklayer/browser/react': 'TrackLayerProvider',
  '@tracklayer/browser/registry': 'parseRegistry',
  '@tracklayer/browser/trace': 'traceHeap',
  '@tracklayer/browser/watch': 'watchSilence',
  '@tracklayer/destinations': 'mapEvent',
  '@tracklayer/destinations/sandbox': 'startSandbox',
  '@tracklayer/destinations/suite': 'testDestination',
  '@tracklayer/node': 'createNodeClient',
  '@tracklayer/node/heap': 'createHeapClient',
  '@tracklayer/node/heap-connect': 'importHeapConnect',
  '@tracklayer/node/http-kit': 'readMessages',
  '@tracklayer/node/phone': 'createPhoneNormalizer',
  '@tracklayer/relay': 'serveRelay',
  '@tracklayer/testing': 'createTestRelay',
  '@tracklayer/testing/fake-heap': 'installFakeHeap',
};

test.each(Object.entries(entries))('the built %s is imported and required', (entry, name) => {
  expect(run('module', `import { ${name} } from '${entry}'; console.log(typeof ${name})`)).toBe('function');
  expect(run('commonjs', `console.log(typeof require('${entry}').${name})`)).toBe('function');
});

test('the built command of the relay runs', () => {
  const command = join(import.meta.dirname, '../packages/relay/dist/cli.js');
  expect(execFileSync(process.execPath, [command, '--help'], { encoding: 'utf8' })).toContain(
    'serve [options]',
  );
});

test('P-9 importing @tracklayer/node loads neither ky, zod nor node:sqlite', () => {
  const code = `
    const before = new Set(process.moduleLoadList);
    await import('@tracklayer/node');
    console.log(process.moduleLoadList.filter((name) => !before.has(name)).join())`;
  expect(run('module', code)).not.toMatch(/undici|sqlite/);
});

test.each(['index', 'full'])(
  'P-4 the script %s.global.js runs under a strict content security policy',
  (name) => {
    const script = readFileSync(
      join(import.meta.dirname, `../packages/browser/dist/${name}.global.js`),
      'utf8',
    );
    expect(script.length).toBeGreaterThan(10_000);
    expect(script).not.toMatch(/\beval\(|\bnew Function\b|\bFunction\(/);
  },
);
