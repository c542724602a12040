// Installs the packed packages into fresh projects, as a customer would, and builds, types, runs and tests each:
// `pnpm test:consumers`, or with names: `pnpm test:consumers vite jest`. Needs a network; takes some minutes.
import { spawn, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

const here = import.meta.dirname;
const root = join(here, '..');
const steps = ['types', 'build', 'run', 'test'] as const;
const work = mkdtempSync(join(tmpdir(), 'tracklayer-consumers-'));
const wanted = process.argv.slice(2);
const projects = [
  ...readdirSync(join(here, 'projects')).map((name) => join(here, 'projects', name)),
  join(root, 'examples/next-app'),
].filter((folder) => wanted.length === 0 || wanted.includes(basename(folder)));

interface Ran {
  ok: boolean;
  seconds: number;
  output: string;
}

function run(command: string, args: string[], cwd: string, env: Record<string, string> = {}): Promise<Ran> {
  const startedAt = performance.now();
  return new Promise((resolve) => {
    // What the workspace's own scripts leave in the environment is not a customer's.
    const clean = Object.fromEntries(
      Object.entries(process.env).filter(([name]) => !/^(npm_|PNPM_|INIT_CWD)/i.test(name)),
    );
    const child = spawn(command, args, {
      cwd,
      env: { ...clean, CI: '1', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.on('error', (error) => (output += error.message));
    const limit = setTimeout(() => child.kill('SIGKILL'), 300_000);
    child.on('close', (code) => {
      clearTimeout(limit);
      resolve({ ok: code === 0, seconds: (performance.now() - startedAt) / 1_000, output });
    });
  });
}

async function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** A registry on loopback that has our packages and passes everything else on. */
async function startRegistry(): Promise<{ url: string; stop: () => void }> {
  const folder = join(work, 'registry');
  mkdirSync(folder);
  const upstream = spawnSync('npm', ['config', 'get', 'registry'], { encoding: 'utf8' }).stdout.trim();
  // verdaccio asks for a dist-tag of node-fetch that is no release.
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({
      private: true,
      dependencies: { verdaccio: '6.10.4' },
      overrides: { 'node-fetch': '2.7.0' },
    }),
  );
  writeFileSync(
    join(folder, 'config.yaml'),
    [
      'storage: ./storage',
      'auth: { htpasswd: { file: ./htpasswd, max_users: 100 } }',
      `uplinks: { upstream: { url: ${JSON.stringify(upstream)}, cache: false } }`,
      'packages:',
      "  '@tracklayer/*': { access: $all, publish: $anonymous }",
      "  '**': { access: $all, proxy: upstream }",
      'log: { type: file, path: ./log, level: warn }',
    ].join('\n'),
  );
  const installed = await run('npm', ['install', '--no-audit', '--no-fund'], folder);
  if (!installed.ok) throw new Error(`the registry could not be installed:\n${installed.output}`);
  const port = await freePort();
  const server = spawn(
    'node',
    ['node_modules/verdaccio/bin/verdaccio', '--config', 'config.yaml', '--listen', `127.0.0.1:${port}`],
    { cwd: folder, stdio: 'ignore' },
  );
  const url = `http://127.0.0.1:${port}/`;
  for (let turn = 0; turn < 100; turn++) {
    const isUp = await fetch(`${url}-/ping`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isUp) return { url, stop: () => void server.kill() };
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error('the registry did not start');
}

async function publish(registry: string): Promise<string> {
  const version = `0.0.0-consumers.${Date.now()}`;
  const staged = join(work, 'packages');
  const names = readdirSync(join(root, 'packages'));
  for (const name of names) {
    const packed = await run('pnpm', ['pack', '--pack-destination', staged], join(root, 'packages', name));
    if (!packed.ok) throw new Error(packed.output);
  }
  const npmrc = join(work, 'npmrc');
  writeFileSync(npmrc, `registry=${registry}\n//${new URL(registry).host}/:_authToken=anyone\n`);
  for (const tarball of readdirSync(staged)) {
    const folder = join(work, 'unpacked', tarball);
    mkdirSync(folder, { recursive: true });
    spawnSync('tar', ['-xzf', join(staged, tarball), '-C', folder]);
    const manifest = join(folder, 'package/package.json');
    // The console is part of the relay's package, and none of its own.
    if (/"private": true/.test(readFileSync(manifest, 'utf8'))) continue;
    const text = readFileSync(manifest, 'utf8')
      .replace('"version": "0.0.0"', `"version": "${version}"`)
      .replaceAll(/("@tracklayer\/\w+": )"\^0\.0\.0"/g, `$1"${version}"`);
    writeFileSync(manifest, text);
    // Only a build server can state where a package came from.
    const args = ['publish', '--tag', 'consumers', '--provenance=false'];
    const published = await run('npm', args, join(folder, 'package'), {
      NPM_CONFIG_USERCONFIG: npmrc,
    });
    if (!published.ok) throw new Error(published.output);
  }
  return version;
}

async function consume(
  source: string,
  registry: string,
  version: string,
): Promise<Record<string, Ran | undefined>> {
  const folder = join(work, 'projects', basename(source));
  cpSync(source, folder, { recursive: true });
  const manifestPath = join(folder, 'package.json');
  const manifest = readFileSync(manifestPath, 'utf8').replaceAll(
    /("@tracklayer\/\w+": )"(tracklayer:version|latest)"/g,
    `$1"${version}"`,
  );
  writeFileSync(manifestPath, manifest);
  for (const file of readdirSync(join(here, 'shared'))) {
    if (!existsSync(join(folder, file))) cpSync(join(here, 'shared', file), join(folder, file));
  }
  writeFileSync(join(folder, '.npmrc'), `registry=${registry}\nfund=false\naudit=false\nmin-release-age=0\n`);
  const { scripts = {} } = JSON.parse(manifest) as { scripts?: Record<string, string> };
  const results: Record<string, Ran | undefined> = { install: await run('npm', ['install'], folder) };
  for (const step of steps) {
    if (!scripts[step] || !results['install']?.ok) continue;
    results[step] = await run('npm', ['run', '--silent', step], folder);
  }
  return results;
}

const registry = await startRegistry();
let failed = 0;
try {
  const version = await publish(registry.url);
  console.log(`${'project'.padEnd(20)}${['install', ...steps].map((step) => step.padEnd(12)).join('')}`);
  for (const source of projects) {
    const name = basename(source);
    const results = await consume(source, registry.url, version);
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
} finally {
  registry.stop();
  rmSync(work, { recursive: true, force: true });
}
process.exit(failed > 0 ? 1 : 0);
