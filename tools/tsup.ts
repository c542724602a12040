import { rmSync } from 'node:fs';
import { defineConfig, type Options } from 'tsup';

/** The build of one package: ES modules and CommonJS with types, and a script-tag bundle where `global` names it. */
export function library(options: {
  platform: 'neutral' | 'node';
  entry?: Record<string, string>;
  global?: string;
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
    // ky ships ES modules only, which Jest and other CommonJS loaders cannot require, so this build carries it.
    { ...shared, format: 'cjs', noExternal: ['ky'], sourcemap: false },
  ];
  if (options.global) {
    builds.push({
      ...shared,
      entry: { index: 'src/index.ts' },
      format: 'iife',
      globalName: options.global,
      platform: 'browser',
      noExternal: [/.*/],
      minify: true,
      dts: false,
    });
  }
  return defineConfig(builds);
}
