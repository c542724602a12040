import { heapGuideRegistry } from '@tracklayer/core';
import { planPage } from './page-file.ts';
import { registryFile, type ByHand, type PlannedFile } from './planned-file.ts';
import type { Project } from './read-project.ts';
import { isRunAlone, planServer, startCommand } from './server-files.ts';

/** The files that a project gets, and the steps that are left to its developer. */
export interface InitPlan {
  files: readonly PlannedFile[];
  byHand: readonly ByHand[];
  /** The command that installs the missing packages; empty when there are none. */
  install: readonly string[];
  /** How the app is started with the variables of `.env`. */
  start: string;
}

/** Decides what a project gets (pure). */
export function planFiles(project: Project): InitPlan {
  const server = planServer(project);
  const page = planPage(project);
  const test = {
    path: 'tracklayer.test.mjs',
    text: testText,
    what: 'a first test; run it with: node --test tracklayer.test.mjs',
  };
  const environment = {
    path: '.env.example',
    text: `# Copy to .env. \`npx @tracklayer/relay\` prints the key.\n${environmentText}`,
    what: 'the variables that the endpoint reads',
  };
  return {
    files: [
      { path: registryFile, text: registryText(), what: 'the Heap labels that become events' },
      ...server.files,
      page.file,
      test,
      environment,
    ],
    byHand: [...server.byHand, ...page.byHand, ...keptByHand(project)],
    install: installCommand(project),
    start: isRunAlone(project) ? startCommand(project) : howToStart(project),
  };
}

/** Secrets stay out of Git, and an `.env.example` of the project's own gets our lines. */
function keptByHand({ environment, ignored }: Project): ByHand[] {
  const unignored = ['.env', '.tracklayer/'].filter(
    (path) => !ignored?.some((line) => line.replace(/^\/|\/$/g, '') === path.replace(/\/$/, '')),
  );
  return [
    ...(environment !== undefined && !environment.includes('TRACKLAYER_KEY')
      ? [{ where: '.env.example', lines: environmentText.trimEnd().split('\n') }]
      : []),
    ...(unignored.length > 0 ? [{ where: '.gitignore', lines: unignored }] : []),
  ];
}

function installCommand({ manager, packages }: Project): string[] {
  const missing = ['@tracklayer/browser', '@tracklayer/node'].filter((name) => !packages.has(name));
  const add = { npm: 'npm install', pnpm: 'pnpm add', yarn: 'yarn add', bun: 'bun add' }[manager];
  return missing.length > 0 ? [`${add} ${missing.join(' ')}`] : [];
}

const howToStart = ({ framework }: Project): string =>
  framework === 'express' || framework === 'fastify' || framework === 'hono'
    ? 'start your server with the variables of .env, for example: node --env-file=.env server.js'
    : 'start your app as usual; it reads .env';

const registryText = (): string => {
  const entries = heapGuideRegistry().entries.map((entry) => ({
    ...entry,
    properties: usualProperties[entry.canonical_event],
  }));
  return `${JSON.stringify({ entries }, undefined, 2)}\n`;
};

/** Property names that calls of Heap often have; the developer changes them to those of the site. */
const usualProperties: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  add_to_cart: { items: 'items', value: 'value', currency: 'currency' },
  begin_checkout: { items: 'items', value: 'value', currency: 'currency' },
  add_payment_info: { value: 'value', currency: 'currency' },
  purchase: { order_id: 'order_id', value: 'value', currency: 'currency' },
  qualify_lead: { lead_id: 'lead_id', pipeline_stage: 'pipeline_stage' },
};

const testText = `import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { parseRegistry, promote } from '@tracklayer/node';

const registry = parseRegistry(JSON.parse(readFileSync('${registryFile}', 'utf8')));

test('a completed order in Heap becomes a purchase', () => {
  const promotion = promote(registry, {
    source: 'heap',
    source_event: 'Order Completed',
    // The properties that your site passes to heap.track.
    properties: { order_id: 'ord_10492', value: 129.95, currency: 'EUR' },
  });
  assert.equal(promotion.status, 'promoted');
  assert.equal(promotion.event, 'purchase');
  assert.deepEqual(promotion.properties, { order_id: 'ord_10492', value: 129.95, currency: 'EUR' });
});
`;

const environmentText = `TRACKLAYER_URL=http://127.0.0.1:8787
TRACKLAYER_KEY=
`;
