import { rmSync } from 'node:fs';
import { defineConfig, type Options } from 'tsup';
import { numberedTexts } from './texts.ts';

/**
 * The build of one package: ES modules and CommonJS with types; the modules once more with numbered texts, for pages in
 * production, and scripts for pages, where `page` and `global` name them.
 */
export function library(options: {
  platform: 'neutral' | 'node';
  entry?: Record<string, string>;
  /**
   * Entries that pages load: `dist/page` has numbers in place of texts. Each group is a build of its own: what one
   * imports when it is needed must share no chunk with what a page loads at once.
   */
  page?: readonly Record<string, string>[];
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
    // Its types are copies of the ones above: `tools/declare-cjs.ts`.
    {
      ...shared,
      format: 'cjs',
      noExternal: ['cookie', 'ky', /^@noble\/hashes/],
      sourcemap: false,
      dts: false,
    },
  ];
  const numbered: Options = { dts: false, esbuildPlugins: [numberedTexts()] };
  for (const entry of options.page ?? []) {
    builds.push({ ...shared, ...numbered, entry, format: 'esm', outDir: 'dist/page' });
  }
  if (options.global) {
    builds.push({
      ...shared,
      entry: options.global.entry,
      format: 'iife',
      globalName: options.global.name,
      platform: 'browser',
      noExternal: [/.*/],
      minify: 'terser',
      ...numbered,
    });
  }
  return defineConfig(builds);
}
