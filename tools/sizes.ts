// What the packages cost those who install them, against what they may: `node tools/sizes.ts` after a build.
// Prints a table and fails over the ceiling, or when README.md says something else; `--write` puts the table into
// README.md. The aim is what the design asks for; the ceiling is what holds today. It comes down, and rose three times
// (docs/decisions/0016-the-page-grew-once.md).
import { readdirSync, readFileSync, realpathSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build, type Metafile } from 'esbuild';

interface Row {
  what: string;
  size: number;
  ceiling: number;
  aim: number;
  problem?: string | undefined;
}

const root = fileURLToPath(new URL('..', import.meta.url));
const kB = 1_000;
const MB = 1_000_000;

/** Bundled as an app would (minified, ES modules) from the built packages, then gzip -9. No code of others may be inside, but `allowed`. */
async function bundle(
  what: string,
  limits: { ceiling: number; aim: number },
  code: string,
  allowed = '',
): Promise<Row> {
  const { outputFiles, metafile } = await build({
    stdin: { contents: code, resolveDir: join(root, 'examples/heap-checkout'), loader: 'ts' },
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    // What is imported when it is needed is a file of its own, as every bundler makes one.
    splitting: true,
    write: false,
    metafile: true,
    outdir: 'bundle',
    entryNames: 'entry',
  });
  const loaded = loadedAtOnce(metafile);
  const foreign = loaded
    .flatMap((path) => Object.entries(metafile.outputs[path]?.inputs ?? {}))
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([path]) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1])
    .filter((name) => name !== undefined && name !== allowed);
  const contents = outputFiles.filter((file) => loaded.some((path) => file.path.endsWith(path)));
  const size = gzipSync(Buffer.concat(contents.map((file) => file.contents)), { level: 9 }).byteLength;
  return { what, size, ...limits, problem: foreign.length > 0 ? `carries ${foreign[0]}` : undefined };
}

/** The entry and the chunks that it imports before it runs, without those that are imported when they are needed. */
function loadedAtOnce({ outputs }: Metafile): string[] {
  const loaded = ['bundle/entry.js'];
  // It grows while it is gone through.
  for (const path of loaded) {
    for (const { path: chunk, kind } of outputs[path]?.imports ?? []) {
      if (kind === 'import-statement' && !loaded.includes(chunk)) loaded.push(chunk);
    }
  }
  return loaded;
}

const client = `import { createBrowserClient } from '@tracklayer/browser';
  export const tracklayer = createBrowserClient({ endpoint: '/tl' });`;
const withHeap = `${client}
  import { promoteHeap } from '@tracklayer/browser';
  import { registry } from './tracklayer.ts';
  promoteHeap(tracklayer, { registry });`;

/** What a page pays for an entry that it loads besides {@link withHeap}. */
async function added(...[what, limits, code, allowed]: Parameters<typeof bundle>): Promise<Row> {
  const without = await bundle(what, limits, withHeap);
  const row = await bundle(what, limits, withHeap + code, allowed);
  return { ...row, size: row.size - without.size };
}

/** Bytes that npm would put on disk for a package: its own files as published, and those of all it depends on. */
function installed(folder: string, seen = new Map<string, number>()): Map<string, number> {
  const { name, files, dependencies } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    name: string;
    files?: string[];
    dependencies?: Record<string, string>;
  };
  if (seen.has(name)) return seen;
  const isOurs = !folder.includes('node_modules');
  const published = isOurs ? ['package.json', ...(files ?? [])].map((path) => join(folder, path)) : [folder];
  seen.set(
    name,
    published.map(bytesIn).reduce((sum, bytes) => sum + bytes, 0),
  );
  for (const dependency of Object.keys(dependencies ?? {})) installed(folderOf(dependency, folder), seen);
  return seen;
}

function bytesIn(path: string): number {
  const { isDirectory, size } = { isDirectory: statSync(path).isDirectory(), size: statSync(path).size };
  if (!isDirectory) return size;
  return readdirSync(path)
    .filter((name) => name !== 'node_modules')
    .reduce((sum, name) => sum + bytesIn(join(path, name)), 0);
}

function folderOf(name: string, from: string): string {
  for (const modules of createRequire(join(from, 'package.json')).resolve.paths(name) ?? []) {
    try {
      return dirname(realpathSync(join(modules, name, 'package.json')));
    } catch {
      // Not in this node_modules: the next one up.
    }
  }
  throw new Error(`${name} is not installed; run pnpm install`);
}

const ofNode = installed(join(root, 'packages/node'));
const foreignOfNode = [...ofNode.keys()].filter((name) => !name.startsWith('@tracklayer/'));
const expected = ['cookie', 'ipaddr.js', 'ky', 'undici', 'zod'];
const unexpected = foreignOfNode.filter((name) => !expected.includes(name));

const rows: Row[] = [
  await bundle(
    'browser client (capture, identify, queue, exit)',
    { ceiling: 21 * kB, aim: 13.5 * kB },
    client,
  ),
  await bundle('browser client and `promoteHeap`', { ceiling: 26.6 * kB, aim: 16.9 * kB }, withHeap),
  await added(
    '`@tracklayer/browser/trace` and its panel, besides',
    { ceiling: 2 * kB, aim: 4 * kB },
    `export { traceHeap } from '@tracklayer/browser/trace';`,
  ),
  await added(
    '`@tracklayer/browser/autocapture`, besides',
    { ceiling: 2.8 * kB, aim: 4 * kB },
    `export { autocapture } from '@tracklayer/browser/autocapture';`,
  ),
  await bundle(
    '`@tracklayer/browser/autocapture`, alone',
    { ceiling: 5.8 * kB, aim: 4 * kB },
    `export { autocapture } from '@tracklayer/browser/autocapture';`,
  ),
  await added(
    '`@tracklayer/browser/hash`, besides',
    { ceiling: 4.7 * kB, aim: 4 * kB },
    `export { createTraitHasher } from '@tracklayer/browser/hash';`,
    '@noble/hashes',
  ),
  await added(
    '`@tracklayer/browser/watch`, besides',
    { ceiling: 1 * kB, aim: 1 * kB },
    `export { countLabels, watchSilence } from '@tracklayer/browser/watch';`,
  ),
  ...(await Promise.all(
    ['fromGoogleConsentMode', 'fromTcf', 'fromOneTrust', 'fromCookiebot'].map((name) =>
      added(
        `\`${name}\` of \`@tracklayer/browser/consent\`, besides`,
        { ceiling: 1 * kB, aim: 1 * kB },
        `export { ${name} } from '@tracklayer/browser/consent';`,
      ),
    ),
  )),
  {
    what: '`@tracklayer/node`, installed',
    size: [...ofNode.values()].reduce((sum, bytes) => sum + bytes, 0),
    ceiling: 8.2 * MB,
    aim: 8 * MB,
    problem: unexpected.length > 0 ? `needs ${unexpected.join(', ')}` : undefined,
  },
];

const readable = (bytes: number): string =>
  bytes < MB ? `${(bytes / kB).toFixed(1)} kB` : `${(bytes / MB).toFixed(1)} MB`;
const table = [
  '| What | Size | Ceiling | Aim |',
  '| --- | --- | --- | --- |',
  ...rows.map(
    ({ what, size, ceiling, aim }) =>
      `| ${what} | ${readable(size)} | ${readable(ceiling)} | ${readable(aim)} |`,
  ),
].join('\n');

const problems = rows.flatMap(({ what, size, ceiling, problem }) => [
  ...(size > ceiling ? [`${what}: ${size} bytes, at most ${ceiling}`] : []),
  ...(problem ? [`${what}: ${problem}`] : []),
]);

console.log(`${table}\n(kB = 1,000 bytes, minified by esbuild, gzip -9)`);
const readme = join(root, 'README.md');
const current = readFileSync(readme, 'utf8');
const written = current.replace(
  /(<!-- sizes -->)[^]*?(<!-- \/sizes -->)/,
  (_, start: string, end: string) => `${start}\n\n${table}\n\n${end}`,
);

// The formatter pads the table, hence by cells.
const shown = new Map(
  current.split('\n').map((line) => {
    const [what = '', ...figures] = line.split(' | ').map((cell) => cell.replace(/^\| |\|$/g, '').trim());
    return [what, figures] as const;
  }),
);
const bytesOf = (figure = ''): number => {
  const [amount, unit] = figure.split(' ');
  return Number(amount) * (unit === 'MB' ? MB : kB);
};

// A size moves by a few bytes with any release that a bundle holds: the README may be 0.2 kB or 2 % off.
const isBehind = rows.some(({ what, size, ceiling, aim }) => {
  const [shownSize, ...shownLimits] = shown.get(what) ?? [];
  return (
    !(Math.abs(bytesOf(shownSize) - size) <= Math.max(200, size * 0.02)) ||
    shownLimits.join() !== [readable(ceiling), readable(aim)].join()
  );
});
if (process.argv.includes('--write')) writeFileSync(readme, written);
else if (isBehind) problems.push('README.md is behind: node tools/sizes.ts --write');

for (const problem of problems) console.error(`✗ ${problem}`);
process.exit(problems.length > 0 ? 1 : 0);
