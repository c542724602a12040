import { rmSync } from 'node:fs';
import { defineConfig, type Options } from 'tsup';

/** The build of one package: ES modules and CommonJS with types, and scripts for pages where `global` names them. */
export function library(options: {
  platform: 'neutral' | 'node';
  entry?: Record<string, string>;
  global?: { name: string; entry: Record<string, string> };
}): ReturnType<typeof defineConfig> {
  // Chunks of an earlier build would be published too. By `clean`, one format would take away the other's.
  rmSync('dist', { recursive: true, force: true });
  const shared: Options = {
    entry: options.entry ?? { index: 'src/index.ts' },
    target: 'es2022',
    platform: options.platform,
    dts: true,
    sourcemap: true,
    // Maps point to `src`, which is published too.
    esbuildOptions(settings) {
      settings.sourcesContent = false;
    },
    treeshake: true,
    silent: true,
    // `sqlite` without `node:` is no module.
    removeNodeProtocol: false,
  };
  const builds: Options[] = [
    { ...shared, format: 'esm' },
    // These ship ES modules only, which Jest and other CommonJS loaders cannot require, so this build carries them.
    { ...shared, format: 'cjs', noExternal: ['cookie', 'ky', /^@noble\/hashes/], sourcemap: false },
  ];
  if (options.global) {
    builds.push({
      ...shared,
      entry: options.global.entry,
      format: 'iife',
      globalName: options.global.name,
      platform: 'browser',
      noExternal: [/.*/],
      minify: true,
      dts: false,
    });
  }
  return defineConfig(builds);
}
