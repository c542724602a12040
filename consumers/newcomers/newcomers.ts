/** A site with Heap, as somebody has it before the first command of docs/heap-in-ten-minutes.md. */
export interface Newcomer {
  name: string;
  files: Readonly<Record<string, string>>;
  /** Where the lines that `init` prints go: a word in what it prints, and a mark in a file; markup may have its own. */
  places: Readonly<Record<string, { file: string; at: string; markupAt?: string }>>;
  /** What starts the site. The first command serves its pages; a command that ends with a flag gets the port after it. */
  start: readonly (readonly [command: string, ...args: string[]])[];
  build?: readonly [command: string, ...args: string[]];
}

/** The classic stub, without the script that it would load. */
const heap = `<script>
  window.heap = window.heap || [];
  heap.load = function (id) { heap.appid = id; };
  ['identify', 'track', 'addUserProperties', 'addEventProperties'].forEach(function (name) {
    heap[name] = function () { heap.push([name].concat([].slice.call(arguments))); };
  });
  heap.load('11');
</script>`;
/** The stub of SDK 5, which loads a library; that one takes the stub's place and makes the calls that waited. */
const sdk5 = `<script>
  window.heapReadyCb = window.heapReadyCb || [];
  window.heap = window.heap || [];
  heap.load = function (envId, clientConfig) {
    heap.envId = envId;
    heap.clientConfig = clientConfig || {};
    var script = document.createElement('script');
    script.async = true;
    script.src = '/library.js';
    document.head.append(script);
    ['init', 'identify', 'track', 'addUserProperties', 'addEventProperties', 'onReady'].forEach(function (name) {
      heap[name] = function () {
        var args = [].slice.call(arguments);
        heapReadyCb.push({ name: name, fn: function () { heap[name].apply(heap, args); } });
      };
    });
  };
  heap.load('11');
</script>`;
const sdk5Library = `const library = { loaded: true };
for (const name of ['init', 'identify', 'track', 'addUserProperties', 'addEventProperties', 'onReady'])
  library[name] = () => {};
window.heap = library;
for (const { fn } of window.heapReadyCb) fn();
`;
const pageWith = (snippet: string): string =>
  `<!doctype html><html><head><title>Shop</title>\n<!-- here -->\n${snippet}\n</head><body>Shop</body></html>`;
const page = pageWith(heap);
const manifest = (dependencies: Readonly<Record<string, string>>): string =>
  JSON.stringify({ private: true, type: 'module', dependencies }, undefined, 2);
const here = '// here';
const inHead = { file: 'public/index.html', at: '<!-- here -->' };
const inServer = { file: 'server.mjs', at: here };
const withEnvironment = ['node', '--env-file=.env'] as const;
const usesVite = { vite: '8.3.8' };

export const newcomers: readonly Newcomer[] = [
  {
    name: 'express',
    files: {
      'package.json': manifest({ express: '5.3.0' }),
      'public/index.html': page,
      'server.mjs': `import express from 'express';
const app = express();
${here}
app.use(express.json());
app.use(express.static('public'));
app.listen(process.env.PORT, '127.0.0.1');
`,
    },
    places: { Express: inServer, head: inHead },
    start: [[...withEnvironment, 'server.mjs']],
  },
  {
    name: 'fastify',
    files: {
      'package.json': manifest({ fastify: '5.12.8' }),
      'public/index.html': page,
      'server.mjs': `import { readFileSync } from 'node:fs';
import fastify from 'fastify';
const app = fastify();
${here}
const send = (file, type) => (request, reply) => reply.type(type).send(readFileSync('public/' + file, 'utf8'));
app.get('/', send('index.html', 'text/html'));
app.get('/tracklayer.bundle.js', send('tracklayer.bundle.js', 'text/javascript'));
await app.listen({ port: Number(process.env.PORT) });
`,
    },
    places: { Fastify: inServer, head: inHead },
    start: [[...withEnvironment, 'server.mjs']],
  },
  {
    name: 'hono',
    files: {
      'package.json': manifest({ hono: '4.13.19', '@hono/node-server': '2.1.9' }),
      'public/index.html': page,
      'server.mjs': `import { serve } from '@hono/node-server';
import { serveStatic } from '@hono/node-server/serve-static';
import { Hono } from 'hono';
const app = new Hono();
${here}
app.use('*', serveStatic({ root: './public' }));
serve({ fetch: app.fetch, hostname: '127.0.0.1', port: Number(process.env.PORT) });
`,
    },
    places: { Hono: inServer, head: inHead },
    start: [[...withEnvironment, 'server.mjs']],
  },
  {
    name: 'html',
    files: { 'index.html': page },
    places: { head: { ...inHead, file: 'index.html' } },
    start: [[...withEnvironment, 'tracklayer.start.mjs']],
  },
  {
    name: 'html-sdk5',
    files: { 'index.html': pageWith(sdk5), 'library.js': sdk5Library },
    places: { head: { ...inHead, file: 'index.html' } },
    start: [[...withEnvironment, 'tracklayer.start.mjs']],
  },
  {
    name: 'vite',
    files: {
      'package.json': manifest(usesVite),
      'index.html': page.replace('</body>', '<script type="module" src="/src/main.js"></script></body>'),
      'src/main.js': `${here}\n`,
      'vite.config.js': `export default {\n  ${here}\n};\n`,
    },
    places: {
      'first script': { file: 'src/main.js', at: here },
      'vite.config': { file: 'vite.config.js', at: here },
    },
    start: [
      ['npx', 'vite', '--host', '127.0.0.1', '--strictPort', '--port'],
      [...withEnvironment, 'tracklayer.start.mjs'],
    ],
    build: ['npx', 'vite', 'build'],
  },
  {
    name: 'next',
    files: {
      'package.json': manifest({ next: '16.4.6', react: '19.3.1', 'react-dom': '19.3.1' }),
      'app/layout.jsx': `// head
export default function Layout({ children }) {
  return (
    <html><head><script src="/heap.js" /></head><body>
      {/* body */}
      {children}
    </body></html>
  );
}
`,
      'public/heap.js': heap.replaceAll(/<\/?script>/g, ''),
      'app/page.jsx': `export default function Page() {\n  return <p>Shop</p>;\n}\n`,
    },
    places: { layout: { file: 'app/layout.jsx', at: '// head', markupAt: '{/* body */}' } },
    start: [['npx', 'next', 'start', '-H', '127.0.0.1', '-p']],
    build: ['npx', 'next', 'build'],
  },
  {
    name: 'react-router',
    files: {
      'package.json': manifest({
        '@react-router/dev': '8.4.0',
        '@react-router/node': '8.4.0',
        '@react-router/serve': '8.4.0',
        isbot: '5.2.3',
        react: '19.3.1',
        'react-dom': '19.3.1',
        'react-router': '8.4.0',
        typescript: '6.0.3',
        vite: '8.3.8',
      }),
      'tsconfig.json': '{ "compilerOptions": { "jsx": "react-jsx", "resolveJsonModule": true } }',
      'vite.config.ts': `import { reactRouter } from '@react-router/dev/vite';
export default { plugins: [reactRouter()] };
`,
      'app/routes.ts': `import { index, route, type RouteConfig } from '@react-router/dev/routes';
export default [
  index('routes/home.tsx'),
  ${here}
] satisfies RouteConfig;
`,
      'app/routes/home.tsx': `export default function Home() {\n  return <p>Shop</p>;\n}\n`,
      'app/root.tsx': `${here}
import { Outlet, Scripts } from 'react-router';
export default function App() {
  return <html><head><script src="/heap.js" /></head><body><Outlet /><Scripts /></body></html>;
}
`,
      'public/heap.js': heap.replaceAll(/<\/?script>/g, ''),
    },
    places: {
      'app/routes': { file: 'app/routes.ts', at: here },
      'app/root': { file: 'app/root.tsx', at: here },
    },
    start: [[...withEnvironment, 'node_modules/@react-router/serve/bin.cjs', './build/server/index.js']],
    build: ['npx', 'react-router', 'build'],
  },
  {
    name: 'nuxt',
    files: {
      'package.json': manifest({ nuxt: '4.5.2' }),
      'app/app.vue': '<template><p>Shop</p></template>\n',
      'nuxt.config.js': `export default {
  compatibilityDate: '2026-11-01',
  telemetry: false,
  app: { head: { script: [{ src: '/heap.js' }] } },
};
`,
      'public/heap.js': heap.replaceAll(/<\/?script>/g, ''),
    },
    places: {},
    start: [[...withEnvironment, '.output/server/index.mjs']],
    build: ['npx', 'nuxt', 'build'],
  },
  {
    name: 'sveltekit',
    files: {
      'package.json': manifest({
        '@sveltejs/kit': '3.2.0',
        '@sveltejs/vite-plugin-svelte': '7.3.1',
        svelte: '5.57.3',
        vite: '8.3.8',
      }),
      'vite.config.js': `import { sveltekit } from '@sveltejs/kit/vite';\nexport default { plugins: [sveltekit()] };\n`,
      'src/app.html': `<!doctype html><html><head>${heap}%sveltekit.head%</head><body>%sveltekit.body%</body></html>`,
      'src/routes/+page.svelte': '<p>Shop</p>\n',
      'src/hooks.client.js': `${here}\n`,
    },
    places: { 'src/hooks.client': { file: 'src/hooks.client.js', at: here } },
    start: [['npx', 'vite', 'preview', '--host', '127.0.0.1', '--strictPort', '--port']],
    build: ['npx', 'vite', 'build'],
  },
];
