import { availableParallelism } from 'node:os';
import { playwright } from '@vitest/browser-playwright';
import { msw } from 'msw/vite';
import { defaultClientConditions, defaultServerConditions } from 'vite';
import { defineConfig } from 'vitest/config';
import { chromiumLaunchOptions } from './tools/chromium.ts';

// A limit ends what hangs and never judges speed: a busy machine takes many times as long as a quiet one.
const limits = { testTimeout: 300_000, hookTimeout: 120_000, expect: { poll: { timeout: 120_000 } } };

/**
 * The pages of one browser share its cookies, so its files come one by one. Vitest's `fileParallelism: false` says the
 * same, and lets them begin only when all others are done.
 */
function onePageOfChromium(): ReturnType<typeof playwright> {
  const chromium = playwright({ launchOptions: chromiumLaunchOptions() });
  const providerFactory: typeof chromium.providerFactory = (project) =>
    Object.assign(chromium.providerFactory(project), { supportsParallelism: false });
  return { ...chromium, providerFactory };
}

export default defineConfig({
  test: {
    // A line for each file; what failed, and what it printed, stands last.
    slowTestThreshold: Infinity,
    silent: 'passed-only',
    // Half as many again as there are cores: many files wait, for a process, a browser or a retry.
    maxWorkers: Math.ceil(availableParallelism() * 1.5),
    coverage: {
      provider: 'v8',
      include: ['packages/*/src/**/*.ts'],
      reporter: ['text-summary', 'json-summary'],
      thresholds: { lines: 80 },
    },
    projects: [
      {
        ssr: { resolve: { conditions: ['@tracklayer/source', ...defaultServerConditions] } },
        // For tests in happy-dom.
        resolve: { conditions: ['@tracklayer/source', ...defaultClientConditions] },
        test: {
          ...limits,
          name: 'node',
          environment: 'node',
          // Nothing of ours is kept in modules, and each test gives back what it replaced, so files share their worker.
          isolate: false,
          setupFiles: ['test/share-compile-cache.ts'],
          include: ['{packages,examples}/*/test/**/*.test.ts', 'test/**/*.test.ts'],
          exclude: ['{packages,examples}/*/test/browser/**', '**/node_modules/**'],
        },
      },
      {
        plugins: [msw({ mode: 'worker-only' })],
        resolve: { conditions: ['@tracklayer/source', ...defaultClientConditions] },
        test: {
          ...limits,
          name: 'browser',
          include: ['{packages,examples}/*/test/browser/**/*.test.{ts,tsx}'],
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: onePageOfChromium(),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
    ],
  },
});
