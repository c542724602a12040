import { cpSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Options } from 'tsup';
import { library } from '../../tools/tsup.ts';

const builds = library({
  platform: 'neutral',
  entry: {
    index: 'src/index.ts',
    'fake-heap': 'src/fake-heap/index.ts',
    vitest: 'src/vitest.ts',
    jest: 'src/jest.ts',
    playwright: 'src/playwright.ts',
    suites: 'src/suites/index.ts',
  },
}) as Options[];

const bundled = fileURLToPath(import.meta.resolve('./src/load-msw/load-msw-bundled.ts'));
const mswParent = dirname(realpathSync(join(import.meta.dirname, 'node_modules/msw')));
const llhttp = '@mswjs/interceptors/lib/node/llhttp/llhttp.wasm';

/** msw ships ES modules only, which Jest cannot require, so the CommonJS build carries it, loaded as late as in the other. */
function withMsw(build: Options): Options {
  return {
    ...build,
    platform: 'node',
    // Read beside the bundle.
    onSuccess: async () =>
      cpSync(join(mswParent, llhttp), join(import.meta.dirname, 'dist/llhttp/llhttp.wasm')),
    noExternal: [...(build.noExternal ?? []), /^msw/, /^@mswjs/],
    esbuildOptions(options) {
      options.supported = { 'dynamic-import': false };
    },
    esbuildPlugins: [
      {
        name: 'load-msw-bundled',
        setup({ onResolve }) {
          onResolve({ filter: /\/load-msw\.ts$/ }, () => ({ path: bundled }));
        },
      },
    ],
  };
}

export default builds.map((build) => (build.format === 'cjs' ? withMsw(build) : build));
