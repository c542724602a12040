import { playwright } from '@vitest/browser-playwright';
import { msw } from 'msw/vite';
import { defaultClientConditions, defaultServerConditions } from 'vite';
import { defineConfig } from 'vitest/config';
import { chromiumLaunchOptions } from './tools/chromium.ts';

export default defineConfig({
  test: {
    coverage: {
      provider: 'v8',
      include: ['packages/*/src/**/*.ts'],
      reporter: ['text-summary', 'json-summary'],
      thresholds: { lines: 80 },
    },
    projects: [
      {
        ssr: { resolve: { conditions: ['@tracklayer/source', ...defaultServerConditions] } },
        test: {
          name: 'node',
          environment: 'node',
          include: ['{packages,examples}/*/test/**/*.test.ts', 'test/**/*.test.ts'],
          exclude: ['{packages,examples}/*/test/browser/**', '**/node_modules/**'],
        },
      },
      {
        plugins: [msw({ mode: 'worker-only' })],
        resolve: { conditions: ['@tracklayer/source', ...defaultClientConditions] },
        test: {
          name: 'browser',
          include: ['{packages,examples}/*/test/browser/**/*.test.{ts,tsx}'],
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({ launchOptions: chromiumLaunchOptions() }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
    ],
  },
});
