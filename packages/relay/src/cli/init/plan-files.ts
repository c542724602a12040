import { heapGuideRegistry } from '@tracklayer/core';
import type { Framework, Project } from './read-project.ts';

export interface PlannedFile {
  path: string;
  text: string;
  /** What it is, in a few words. */
  what: string;
}

/** What is written into a project, and what its developer does by hand. */
export interface InitPlan {
  files: readonly PlannedFile[];
  /** Lines for a file that exists and is not touched. */
  byHand: readonly { where: string; lines: readonly string[] }[];
  install: readonly string[];
  /** How the server that has the endpoint is started, where we wrote one. */
  serverCommand: string | undefined;
}

const registryFile = 'tracklayer.registry.json';
/** What pages import: this file itself does not. */
const browser = '@tracklayer/browser';

/** Decides what a project gets (pure). */
export function planFiles(project: Project): InitPlan {
  const { framework, isTypeScript, manager, packages } = project;
  const extension = isTypeScript ? 'ts' : 'mjs';
  const server = `tracklayer.server.${extension}`;
  const route = routes[framework];
  const isAlone = framework === 'vite' || framework === 'html';
  const files: PlannedFile[] = [
    { path: registryFile, text: registryText(), what: 'which labels of Heap become which events' },
    { path: server, text: serverText(project), what: 'the first-party endpoint that pages post to' },
    ...(route ? [{ path: route.path(project), text: route.text(project), what: 'its address, /tl' }] : []),
    ...(isAlone
      ? [
          {
            path: `tracklayer.start.${extension}`,
            text: startText(extension),
            what: 'a server for it, on port 3000',
          },
        ]
      : []),
    pageFile(project),
    { path: `tracklayer.test.mjs`, text: testText(), what: 'a first test: node --test tracklayer.test.mjs' },
    { path: '.env.example', text: environmentText, what: 'what the endpoint needs to know' },
  ];
  const needed = [browser, '@tracklayer/node'].filter((name) => !packages.has(name));
  const neededInDevelopment = ['@tracklayer/relay'].filter((name) => !packages.has(name));
  const add = { npm: 'npm install', pnpm: 'pnpm add', yarn: 'yarn add', bun: 'bun add' }[manager];
  const flag = manager === 'npm' ? '--save-dev' : '-D';
  return {
    files,
    byHand: [...(mounts[framework]?.(extension) ?? []), ...pageMount(project)],
    install: [
      ...(needed.length > 0 ? [`${add} ${needed.join(' ')}`] : []),
      ...(neededInDevelopment.length > 0 ? [`${add} ${flag} ${neededInDevelopment.join(' ')}`] : []),
    ],
    serverCommand: isAlone ? `node --env-file=.env tracklayer.start.${extension}` : undefined,
  };
}

const registryText = (): string => {
  const entries = heapGuideRegistry().entries.map((entry) => ({
    ...entry,
    properties: propertiesOf[entry.canonical_event],
  }));
  return `${JSON.stringify({ entries }, undefined, 2)}\n`;
};

/** Names that Heap's calls often have; each is changed to what the site says. */
const propertiesOf: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  add_to_cart: { items: 'items', value: 'value', currency: 'currency' },
  begin_checkout: { items: 'items', value: 'value', currency: 'currency' },
  add_payment_info: { value: 'value', currency: 'currency' },
  purchase: { order_id: 'order_id', value: 'value', currency: 'currency' },
  qualify_lead: { lead_id: 'lead_id', pipeline_stage: 'pipeline_stage' },
};

function serverText({ framework, isTypeScript }: Project): string {
  const proxy = framework === 'next' || framework === 'sveltekit' || framework === 'react-router';
  const type = isTypeScript ? ': Request' : '';
  return `import { readFileSync } from 'node:fs';
import { createCaptureHandler, createNodeClient, parseRegistry } from '@tracklayer/node';

/** The backend's own client: capture what only the server knows, such as a payment. */
export const tracklayer = createNodeClient({
  endpoint: process.env${isTypeScript ? "['TRACKLAYER_URL']" : '.TRACKLAYER_URL'} ?? 'http://127.0.0.1:8787',
  key: process.env${isTypeScript ? "['TRACKLAYER_KEY']" : '.TRACKLAYER_KEY'},
});

const registry = parseRegistry(JSON.parse(readFileSync('${registryFile}', 'utf8')));

/** The first-party endpoint: pages post to /tl, and it passes on what the registry names. */
export const handler = createCaptureHandler({
  client: tracklayer,
  registry,${
    proxy
      ? `
  // Behind a proxy of yours, or on a platform that has one: say how many there are, and addresses are believed.
  // trustProxy: 1,`
      : ''
  }
  // Who is logged in, by your own session: a page's word does not count.
  resolveUser: (request${type}) => /(?:^|; )user_id=([^;]+)/.exec(request.headers.get('cookie') ?? '')?.[1],
});
`;
}

const routes: Readonly<
  Partial<Record<Framework, { path: (project: Project) => string; text: (project: Project) => string }>>
> = {
  next: {
    path: ({ source, isTypeScript }) => `${source}app/tl/[...path]/route.${isTypeScript ? 'ts' : 'js'}`,
    text: ({ source, isTypeScript }) => {
      const up = source === '' ? '../../..' : '../../../..';
      const type = isTypeScript ? ': Request' : '';
      return `import { handler } from '${up}/tracklayer.server${isTypeScript ? '' : '.mjs'}';

export const POST = (request${type}) => handler(request);
export const OPTIONS = (request${type}) => handler(request);
`;
    },
  },
  'react-router': {
    path: ({ isTypeScript }) => `app/routes/tl.$.${isTypeScript ? 'ts' : 'js'}`,
    text: ({
      isTypeScript,
    }) => `import { handler } from '../../tracklayer.server${isTypeScript ? '' : '.mjs'}';

const answer = ({ request }${isTypeScript ? ': { request: Request }' : ''}) => handler(request);
export { answer as action, answer as loader };
`,
  },
  sveltekit: {
    path: ({ isTypeScript }) => `src/routes/tl/[...path]/+server.${isTypeScript ? 'ts' : 'js'}`,
    text: ({
      isTypeScript,
    }) => `import { handler } from '../../../../tracklayer.server${isTypeScript ? '' : '.mjs'}';

export const POST = ({ request, getClientAddress }${
      isTypeScript ? ': { request: Request; getClientAddress: () => string }' : ''
    }) => handler(request, { ip: getClientAddress() });
export const OPTIONS = POST;
`,
  },
};

/** What stands in a server's own file, which is not ours to change. */
const mounts: Readonly<Partial<Record<Framework, (extension: string) => InitPlan['byHand']>>> = {
  express: (extension) => [
    {
      where: 'where your Express app is made, before express.json()',
      lines: [
        `import { toNodeHandler } from '@tracklayer/node';`,
        `import { handler } from './tracklayer.server.${extension}';`,
        `app.use('/tl', toNodeHandler(handler));`,
      ],
    },
  ],
  fastify: (extension) => [
    {
      where: 'where your Fastify app is made',
      lines: [
        `import { toNodeHandler } from '@tracklayer/node';`,
        `import { handler } from './tracklayer.server.${extension}';`,
        `app.all('/tl/*', toNodeHandler(handler));`,
      ],
    },
  ],
  hono: (extension) => [
    {
      where: 'where your Hono app is made',
      lines: [
        `import { handler } from './tracklayer.server.${extension}';`,
        `app.all('/tl/*', (context) => handler(context.req.raw));`,
      ],
    },
  ],
  vite: () => [
    {
      where: 'vite.config, so that the dev server passes /tl on',
      lines: [`server: { proxy: { '/tl': { target: 'http://127.0.0.1:3000', changeOrigin: false } } },`],
    },
  ],
  'react-router': () => [
    {
      where: 'app/routes.ts, if it does not read the routes from their files',
      lines: [`route('tl/*', 'routes/tl.$.ts'),`],
    },
  ],
};

const startText = (extension: string): string => `import { createServer } from 'node:http';
import { toNodeHandler } from '@tracklayer/node';
import { handler } from './tracklayer.server.${extension}';

const capture = toNodeHandler(handler);
createServer((request, response) => {
  capture(request, response, () => response.writeHead(404).end('not found'));
}).listen(3_000, '127.0.0.1');
`;

function pageFile({ framework, isTypeScript, source, heap }: Project): PlannedFile {
  const what = 'the page: what Heap hears becomes events';
  const note =
    heap === undefined
      ? '// It may run before or after Heap.'
      : `// Heap (${heap.generation}) is in ${heap.file}. It may run before or after this.`;
  if (framework === 'next') {
    const folder = `${source}app`;
    const up = source === '' ? '..' : '../..';
    return {
      path: `${folder}/tracklayer.${isTypeScript ? 'tsx' : 'jsx'}`,
      what,
      text: `'use client';

import { createBrowserClient, promoteHeap } from '${browser}';
import { parseRegistry } from '${browser}/registry';
import { useEffect } from 'react';
import entries from '${up}/${registryFile}';

${note}
export function TrackLayer() {
  useEffect(() => {
    const tracklayer = createBrowserClient({ endpoint: '/tl' });
    const promotion = promoteHeap(tracklayer, { registry: parseRegistry(entries) });
    return () => {
      promotion.stop();
      void tracklayer.close();
    };
  }, []);
  return null;
}
`,
    };
  }
  const folder = framework === 'react-router' ? 'app/' : source;
  const isBundled = framework !== 'html';
  const up = folder === '' ? '.' : '..';
  const attributes = isTypeScript ? '' : " with { type: 'json' }";
  return {
    path: `${folder}tracklayer.${isTypeScript ? 'ts' : 'js'}`,
    what,
    text: `import { createBrowserClient, promoteHeap } from '${browser}';
import { parseRegistry } from '${browser}/registry';
import { traceHeap } from '${browser}/trace';
import entries from '${up}/${registryFile}'${isBundled ? '' : attributes};

export const tracklayer = createBrowserClient({ endpoint: '/tl' });

${note}
promoteHeap(tracklayer, {
  registry: parseRegistry(entries),
  // Off unless localStorage.tracklayer_debug is '1': then a panel says what became of each call of Heap, and why.
  trace: traceHeap(),
});
`,
  };
}

function pageMount(project: Project): InitPlan['byHand'] {
  const { framework, isTypeScript } = project;
  if (framework === 'next')
    return [
      {
        where: `${project.source}app/layout, inside <body>`,
        lines: [`import { TrackLayer } from './tracklayer';`, '<TrackLayer />'],
      },
    ];
  const { path } = pageFile(project);
  if (framework === 'html')
    return [
      {
        where: `your page's bundle; ${path} needs a bundler, as by npx esbuild ${path} --bundle --outfile=tracklayer.bundle.js`,
        lines: ['<script src="/tracklayer.bundle.js"></script>'],
      },
    ];
  const name = path.replace(/^.*\//, './').replace(/\.(ts|js)$/, isTypeScript ? '' : '.js');
  return [{ where: `the first script of your pages, beside ${path}`, lines: [`import '${name}';`] }];
}

const testText = (): string => `import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { parseRegistry, promote } from '@tracklayer/node';

const registry = parseRegistry(JSON.parse(readFileSync('${registryFile}', 'utf8')));

test('a completed order in Heap is one purchase, under an id of its own', () => {
  const promotion = promote(registry, {
    source: 'heap',
    source_event: 'Order Completed',
    // What your site passes to heap.track.
    properties: { order_id: 'ord_10492', value: 129.95, currency: 'EUR' },
  });
  assert.equal(promotion.status, 'promoted');
  assert.equal(promotion.event, 'purchase');
  assert.deepEqual(promotion.properties, { order_id: 'ord_10492', value: 129.95, currency: 'EUR' });
});
`;

const environmentText = `# Copy to .env. The relay prints its key when it starts: npx tracklayer
TRACKLAYER_URL=http://127.0.0.1:8787
TRACKLAYER_KEY=
`;
