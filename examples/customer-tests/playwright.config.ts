import { defineConfig } from '@playwright/test';
import { chromiumLaunchOptions } from '../../tools/chromium.ts';

const port = Number(process.env['PORT'] ?? 4173);

export default defineConfig({
  testDir: 'playwright',
  use: { baseURL: `http://127.0.0.1:${port}`, launchOptions: chromiumLaunchOptions() },
  webServer: { command: `node shop/serve.ts ${port}`, port },
});
