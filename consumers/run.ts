// Installs the packed packages into fresh projects, as a customer would, and builds, types, runs and tests each:
// `pnpm test:consumers`, or with names: `pnpm test:consumers vite jest`. Needs a network; takes some minutes.
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { startLoopbackRegistry } from '../tools/loopback-registry.ts';
import { publishPacked } from '../tools/publish-packed.ts';
import { mustRun, runCommand, type Ran } from '../tools/run-command.ts';
import { follow } from './newcomers/follow.ts';
import { newcomers } from './newcomers/newcomers.ts';

const here = import.meta.dirname;
const root = join(here, '..');
const steps = ['types', 'build', 'run', 'test'] as const;
const work = mkdtempSync(join(tmpdir(), 'tracklayer-consumers-'));
const wanted = process.argv.slice(2);
/** Followed by name as `init:vite`, or all of them as `init`. */
const followed = newcomers.filter(
  ({ name }) => wanted.length === 0 || wanted.includes('init') || wanted.includes(`init:${name}`),
);
const projects = [
  ...readdirSync(join(here, 'projects')).map((name) => join(here, 'projects', name)),
  join(root, 'examples/next-app'),
].filter((folder) => wanted.length === 0 || wanted.includes(basename(folder)));

async function consume(source: string, registry: string): Promise<Record<string, Ran | undefined>> {
  const folder = join(work, 'projects', basename(source));
  cpSync(source, folder, { recursive: true });
  const manifestPath = join(folder, 'package.json');
  const manifest = readFileSync(manifestPath, 'utf8').replaceAll(
    /("@tracklayer\/\w+": )"(tracklayer:version|latest)"/g,
    '$1"0.0.0"',
  );
  writeFileSync(manifestPath, manifest);
  for (const file of readdirSync(join(here, 'shared'))) {
    if (!existsSync(join(folder, file))) cpSync(join(here, 'shared', file), join(folder, file));
  }
  writeFileSync(join(folder, '.npmrc'), `registry=${registry}\nfund=false\naudit=false\nmin-release-age=0\n`);
  const { scripts = {} } = JSON.parse(manifest) as { scripts?: Record<string, string> };
  const results: Record<string, Ran | undefined> = { install: await runCommand('npm', ['install'], folder) };
  for (const step of steps) {
    if (!scripts[step] || !results['install']?.ok) continue;
    results[step] = await runCommand('npm', ['run', '--silent', step], folder);
  }
  return results;
}

/**
 * npm's cache, with packages that `npx` has set up left out: it would run those of an earlier run, which have the same
 * version.
 */
async function freshNpxCache(): Promise<string> {
  const cache = join(work, 'npm-cache');
  mkdirSync(cache);
  const known = (await mustRun('npm', ['config', 'get', 'cache'], root)).trim();
  symlinkSync(join(known, '_cacache'), join(cache, '_cacache'), 'junction');
  return cache;
}

const upstream = (await mustRun('npm', ['config', 'get', 'registry'], root)).trim();
const registry = await startLoopbackRegistry({ scope: '@tracklayer', upstream });
let failed = 0;
try {
  // The console is part of the relay's package.
  const folders = readdirSync(join(root, 'packages')).filter((name) => name !== 'console');
  await publishPacked(
    folders.map((name) => join(root, 'packages', name)),
    { to: registry.url, work },
  );
  console.log(`${'project'.padEnd(20)}${['install', ...steps].map((step) => step.padEnd(12)).join('')}`);
  for (const source of projects) {
    const name = basename(source);
    const results = await consume(source, registry.url);
    const cell = (step: string): string => {
      const ran = results[step];
      return (ran ? `${ran.ok ? '✓' : '✗'} ${ran.seconds.toFixed(1)} s` : '–').padEnd(12);
    };
    console.log(`${name.padEnd(20)}${['install', ...steps].map(cell).join('')}`.trimEnd());
    for (const [step, ran] of Object.entries(results)) {
      if (!ran || ran.ok) continue;
      failed++;
      console.log(`\n${name}, ${step}:\n${ran.output.split('\n').slice(-30).join('\n')}\n`);
    }
  }
  const cache = await freshNpxCache();
  for (const newcomer of followed) {
    const folder = join(work, 'newcomers', newcomer.name);
    try {
      const { commands, seconds } = await follow(newcomer, { folder, registry: registry.url, cache });
      console.log(`${`init:${newcomer.name}`.padEnd(20)}✓ ${commands} commands, ${seconds.toFixed(1)} s`);
    } catch (error) {
      failed++;
      console.log(
        `${`init:${newcomer.name}`.padEnd(20)}✗ ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
} finally {
  await registry.close();
  rmSync(work, { recursive: true, force: true });
}
process.exit(failed > 0 ? 1 : 0);
