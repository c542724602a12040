// The whole release, on this machine: `pnpm release:dry`. In a copy of what is committed, changesets make the versions
// and the CHANGELOGs; each public package is packed and published to a registry on loopback, installed from there into an
// empty project, and each of its entries is loaded. Changes nothing here and publishes nothing elsewhere.
import { execFileSync } from 'node:child_process';
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
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as Destinations from '../packages/destinations/src/index.ts';
import { startLoopbackRegistry } from './loopback-registry.ts';
import { publishPacked } from './publish-packed.ts';
import { mustRun, runCommand } from './run-command.ts';

interface Manifest {
  name: string;
  version: string;
  private?: boolean;
  exports: Record<string, unknown>;
  bin?: Record<string, string>;
  peerDependenciesMeta?: Record<string, { optional?: boolean }>;
}

const root = join(import.meta.dirname, '..');
const work = mkdtempSync(join(tmpdir(), 'tracklayer-release-'));
const copy = join(work, 'copy');
const project = join(work, 'project');
const problems: string[] = [];
const readManifest = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;

/** A copy of the last commit with the packages as they are built here, and versions made by changesets. */
async function makeVersions(): Promise<string[]> {
  mkdirSync(copy);
  const archive = join(work, 'commit.tar');
  execFileSync('git', ['archive', '--output', archive, 'HEAD'], { cwd: root });
  execFileSync('tar', ['-xf', archive, '-C', copy]);
  for (const name of readdirSync(join(root, 'packages'))) {
    const built = join(root, 'packages', name, 'dist');
    if (!existsSync(built)) throw new Error(`packages/${name} is not built: pnpm build`);
    cpSync(built, join(copy, 'packages', name, 'dist'), { recursive: true });
  }
  await mustRun('pnpm', ['install', '--frozen-lockfile', '--prefer-offline', '--ignore-scripts'], copy);
  await mustRun('pnpm', ['exec', 'changeset', 'version'], copy);
  return readdirSync(join(copy, 'packages')).filter(
    (name) => !readManifest(join(copy, 'packages', name)).private,
  );
}

function showChangelog(name: string): void {
  const path = join(copy, 'packages', name, 'CHANGELOG.md');
  if (!existsSync(path)) return void problems.push(`packages/${name} gets no CHANGELOG.md`);
  const [title, ...sections] = readFileSync(path, 'utf8').split(/^## /m);
  const newest = (sections[0] ?? '').trim().split('\n');
  const counted = newest.filter((line) => line.startsWith('- ')).length;
  console.log(`\n${title?.trim().replace(/^# /, '')} ${newest[0]}: ${counted} entries; the first:`);
  console.log(newest.filter(Boolean).slice(1, 5).join('\n').replace(/^/gm, '    '));
}

/** Loads each entry by `import` and by `require`. An entry may need an optional peer, whose name it must say. */
async function loadEntries(names: readonly string[]): Promise<void> {
  const optional = (name: string): string[] =>
    Object.keys(readManifest(join(project, 'node_modules/@tracklayer', name)).peerDependenciesMeta ?? {});
  const loaders = { import: '--input-type=module', require: '--input-type=commonjs' };
  for (const name of names) {
    const manifest = readManifest(join(project, 'node_modules/@tracklayer', name));
    const entries = Object.keys(manifest.exports).filter((entry) => !entry.endsWith('.json'));
    const told: string[] = [];
    for (const entry of entries)
      for (const [how, type] of Object.entries(loaders)) {
        const specifier = manifest.name + entry.slice(1);
        const load = how === 'import' ? `await import('${specifier}')` : `require('${specifier}')`;
        // Matchers join the test runner's global `expect`.
        const code = `globalThis.expect = { extend() {} }; ${load}`;
        const { ok, output } = await runCommand('node', [type, '--eval', code], project);
        const missing = optional(name).find((peer) => output.includes(`'${peer}`));
        if (ok) continue;
        if (missing) told.push(`${entry} needs ${missing}`);
        else problems.push(`${how} of ${specifier} failed:\n${output.split('\n').slice(0, 12).join('\n')}`);
      }
    for (const command of Object.keys(manifest.bin ?? {}))
      await mustRun('npx', ['--no-install', command, '--version'], project);
    const note = told.length > 0 ? `, of which ${[...new Set(told)].join(', ')}` : '';
    console.log(`  ${manifest.name}@${manifest.version}: ${entries.length} entries${note}`);
  }
}

/** Lists the API versions of platforms that end within 30 days: what is released then stops soon after. */
async function showSunsets(): Promise<void> {
  const entry = join(project, 'node_modules/@tracklayer/destinations/dist/index.js');
  const { destinations, sunsets } = (await import(pathToFileURL(entry).href)) as typeof Destinations;
  const soon = sunsets(Object.values(destinations), { now: Date.now(), days: 30 });
  for (const { type, version, sunset, days } of soon)
    problems.push(`${type}: API version ${version} ends on ${sunset}, ${days} days from now`);
  console.log(`\nPlatform API versions that end within 30 days: ${soon.length}`);
}

const upstream = (await mustRun('npm', ['config', 'get', 'registry'], root)).trim();
const registry = await startLoopbackRegistry({ scope: '@tracklayer', upstream });
try {
  const names = await makeVersions();
  for (const name of names) showChangelog(name);
  await publishPacked(
    names.map((name) => join(copy, 'packages', name)),
    { to: registry.url, work },
  );
  console.log(`\nPublished to ${registry.url}\n  ${registry.published.join('\n  ')}`);
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), '{ "private": true }\n');
  writeFileSync(
    join(project, '.npmrc'),
    `registry=${registry.url}\nfund=false\naudit=false\nmin-release-age=0\n`,
  );
  // The peers that a package cannot do without come by themselves.
  await mustRun('npm', ['install', ...registry.published], project);
  console.log('\nInstalled into an empty project; each entry loaded by import and by require:');
  await loadEntries(names);
  await showSunsets();
} finally {
  await registry.close();
  rmSync(work, { recursive: true, force: true });
}
for (const problem of problems) console.error(`\n✗ ${problem}`);
console.log(problems.length > 0 ? `\n${problems.length} problems` : '\nReady to release.');
process.exitCode = problems.length > 0 ? 1 : 0;
