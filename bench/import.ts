// What importing the built packages costs a process: `node bench/import.ts`, after a build. Medians of 31 starts each,
// taken in turn, over those of a process that imports nothing.
import { spawnSync } from 'node:child_process';

const starts = 31;
const programs: Record<string, string> = {
  nothing: '',
  '@tracklayer/core': "await import('@tracklayer/core')",
  '@tracklayer/node': "await import('@tracklayer/node')",
  ky: "await import('ky')",
};
const taken = Object.keys(programs).map((name) => ({ name, ms: [] as number[] }));
for (let start = 0; start < starts; start++) {
  for (const { name, ms } of taken) {
    const before = performance.now();
    spawnSync(process.execPath, ['--input-type=module', '-e', programs[name] ?? ''], {
      cwd: import.meta.dirname,
    });
    ms.push(performance.now() - before);
  }
}
const quantile = (ms: readonly number[], q: number): number =>
  ms.toSorted((a, b) => a - b)[Math.floor((ms.length - 1) * q)]!;
const bare = quantile(taken[0]!.ms, 0.5);
for (const { name, ms } of taken) {
  const [low, median, high] = [0.25, 0.5, 0.75].map((q) => (quantile(ms, q) - bare).toFixed(1));
  console.log(`${name.padEnd(18)} ${median} ms over nothing (quarter ${low}, three quarters ${high})`);
}
