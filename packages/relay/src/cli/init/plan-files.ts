import { heapGuideRegistry } from '@tracklayer/core';
import { planPage } from './page-file.ts';
import { keyPlace, registryFile, type ByHand, type PlannedFile } from './planned-file.ts';
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

/**
 * Decides what a project gets (pure). Where a text holds `keyPlace`, the relay's development key belongs.
 *
 * @param relayUrl - where the relay listens on this machine.
 */
export function planFiles(project: Project, relayUrl: string): InitPlan {
  const server = planServer(project);
  const page = planPage(project);
  const test = {
    path: 'tracklayer.test.mjs',
    text: testText,
    what: 'a first test; run it with: node --test tracklayer.test.mjs',
  };
  const environment = {
    path: '.env.example',
    text: `# Copy to .env. The relay prints the key when it starts.\n${variablesText(relayUrl, '')}`,
    what: 'the variables that the endpoint reads',
  };
  const variables = {
    path: '.env',
    text: variablesText(relayUrl, keyPlace),
    what: 'the same, with the key of the relay on this machine; stays out of Git',
  };
  return {
    files: [
      { path: registryFile, text: registryText(), what: 'the Heap labels that become events' },
      ...server.files,
      page.file,
      test,
      environment,
      variables,
      ...(project.ignored === undefined
        ? [
            {
              path: '.gitignore',
              text: `node_modules/\n${secrets.join('\n')}\n`,
              what: 'keeps secrets out of Git',
            },
          ]
        : []),
    ],
    byHand: [...server.byHand, ...page.byHand, ...keptByHand(project, relayUrl)],
    install: installCommand(project),
    start: isRunAlone(project) ? startCommand(project) : howToStart(project),
  };
}

const secrets = ['.env', '.tracklayer/'];

/** Secrets stay out of Git, and files with variables that the project has already get our lines. */
function keptByHand({ environment, variables, ignored = secrets }: Project, relayUrl: string): ByHand[] {
  const unignored = secrets.filter(
    (path) => !ignored.some((line) => line.replace(/^\/|\/$/g, '') === path.replace(/\/$/, '')),
  );
  const linesFor = (where: string, text: string | undefined, key: string): ByHand[] =>
    text === undefined || text.includes('TRACKLAYER_KEY')
      ? []
      : [{ where, lines: variablesText(relayUrl, key).trimEnd().split('\n') }];
  return [
    ...linesFor('.env.example', environment, ''),
    ...linesFor('.env', variables, keyPlace),
    ...(unignored.length > 0 ? [{ where: '.gitignore', lines: unignored }] : []),
  ];
}

function installCommand({ manager, packages }: Project): string[] {
  const missing = ['@tracklayer/browser', '@tracklayer/node'].filter((name) => !packages.has(name));
  const add = { npm: 'npm install', pnpm: 'pnpm add', yarn: 'yarn add', bun: 'bun add' }[manager];
  return missing.length > 0 ? [`${add} ${missing.join(' ')}`] : [];
}

const howToStart = ({ framework }: Project): string => {
  if (framework === 'express' || framework === 'fastify' || framework === 'hono')
    return 'start your server with the variables of .env, for example: node --env-file=.env server.js';
  return framework === 'nuxt'
    ? 'start your app as usual; it reads .env. In production: node --env-file=.env .output/server/index.mjs'
    : 'start your app as usual; it reads .env';
};

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

const variablesText = (relayUrl: string, key: string): string =>
  `TRACKLAYER_URL=${relayUrl}\nTRACKLAYER_KEY=${key}\n`;
