// `pnpm check`, which is what `npm test` runs. What needs no build, or only the build, runs beside it and beside the tests:
// these wait for browsers, processes and retries, and leave a core idle meanwhile. What failed stands last.
import { spawn } from 'node:child_process';
import { compileCache } from './compile-cache.ts';

interface Ended {
  name: string;
  isGood: boolean;
  seconds: number;
  /** Standard output and standard error, unless they were shown as they came. */
  output: string;
}

const isWindows = process.platform === 'win32';

function run(name: string, command: readonly string[], isShown = false): Promise<Ended> {
  const startedAt = performance.now();
  return new Promise((resolve) => {
    const child = spawn('pnpm', command, {
      stdio: ['ignore', isShown ? 'inherit' : 'pipe', isShown ? 'inherit' : 'pipe'],
      shell: isWindows,
      env: { ...process.env, NODE_COMPILE_CACHE: compileCache },
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.once('error', (error) => (output += error.message));
    child.once('close', (code) =>
      resolve({ name, isGood: code === 0, seconds: (performance.now() - startedAt) / 1_000, output }),
    );
  });
}

const building = run('build', ['run', 'build'], true);
const beside = Promise.all([
  run('lint', ['run', 'lint']).then(async (lint) => [lint, await run('knip', ['exec', 'knip'])]),
  building.then(async (build) => (build.isGood ? [await run('packages', ['run', 'check:packages'])] : [])),
]);
const build = await building;
const main = build.isGood ? [build, await run('tests', ['run', 'test:all'], true)] : [build];

const ended = [...main, ...(await beside).flat()].toSorted((a, b) => Number(b.isGood) - Number(a.isGood));
for (const { name, isGood, seconds, output } of ended) {
  if (!isGood && output !== '') console.log(`\n${output.trimEnd()}\n`);
  console.log(`${isGood ? '✓' : '✗'} ${name} (${seconds.toFixed(0)} s)`);
}
process.exitCode = ended.every(({ isGood }) => isGood) ? 0 : 1;
