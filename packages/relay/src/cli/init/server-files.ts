import { registryFile, type ByHand, type PlannedFile } from './planned-file.ts';
import type { Framework, Project } from './read-project.ts';
import { startText } from './start-file.ts';

/** A framework whose own bundler builds the server, so that the registry can be imported into it. */
const isBundled = ({ framework }: Project): boolean =>
  ['next', 'react-router', 'sveltekit', 'nuxt'].includes(framework);

/** Whether the project has no server that could have the endpoint: it gets one. */
export const isRunAlone = ({ framework }: Project): boolean => framework === 'vite' || framework === 'html';

const serverExtension = ({ isTypeScript }: Project): string => (isTypeScript ? 'ts' : 'mjs');

/** Beside the server's own files, or at the root where a bundler finds it from anywhere. */
const serverFolder = (project: Project): string =>
  isBundled(project) || isRunAlone(project) ? '' : project.source;

export const startCommand = (project: Project): string =>
  `node --env-file=.env tracklayer.start.${serverExtension(project)}    # ${
    project.framework === 'html'
      ? 'your pages, with the endpoint: http://localhost:3000'
      : 'the endpoint; then start your pages as usual'
  }`;

/** The endpoint's files, and the lines that mount it in a server of the project. */
export function planServer(project: Project): { files: PlannedFile[]; byHand: readonly ByHand[] } {
  const extension = serverExtension(project);
  const route = routes[project.framework]?.(project);
  return {
    files: [
      {
        path: `${serverFolder(project)}tracklayer.server.${extension}`,
        text: serverText(project),
        what: 'the first-party endpoint that pages post to',
      },
      ...(route ? [{ ...route, what: 'its route, /tl' }] : []),
      ...(isRunAlone(project)
        ? [
            {
              path: `tracklayer.start.${extension}`,
              text: startText(project),
              what:
                project.framework === 'html'
                  ? 'a server for it and for your pages, on port 3000'
                  : 'a server for it, on port 3000',
            },
          ]
        : []),
    ],
    byHand: mounts[project.framework]?.(project) ?? [],
  };
}

function serverText(project: Project): string {
  const { framework, isTypeScript } = project;
  const variable = (name: string): string => `process.env${isTypeScript ? `['${name}']` : `.${name}`}`;
  const imports = [
    ...(isBundled(project) ? [] : [`import { readFileSync } from 'node:fs';`]),
    ...(framework === 'sveltekit' ? [`import { existsSync } from 'node:fs';`] : []),
    `import { createCaptureHandler, createNodeClient, parseRegistry } from '@tracklayer/node';`,
    ...(isBundled(project) ? [`import entries from './${registryFile}';`] : []),
  ];
  const entries = isBundled(project) ? 'entries' : `JSON.parse(readFileSync('${registryFile}', 'utf8'))`;
  return `${imports.join('\n')}
${framework === 'sveltekit' ? loadEnvironment : ''}
/** The server's own client. Capture with it what only the server knows, such as a payment. */
export const tracklayer = createNodeClient({
  endpoint: ${variable('TRACKLAYER_URL')} ?? 'http://127.0.0.1:8787',
  key: ${variable('TRACKLAYER_KEY')},
});

/** The first-party endpoint: pages post to /tl, and it passes on the events that the registry names. */
export const handler = createCaptureHandler({
  client: tracklayer,
  registry: parseRegistry(${entries}),
  // The user who is logged in, from your own session. Until this is set, events from pages have no user_id:
  // resolveUser: async (request) => (await sessionOf(request))?.userId,
  // The number of reverse proxies in front of this server that are yours; needed to learn a visitor's address:
  // trustProxy: 1,
});
`;
}

/** SvelteKit gives .env to modules of its own only, and each major version names them differently. */
const loadEnvironment = `
// SvelteKit does not put .env into process.env. Variables that are set already are kept.
if (existsSync('.env')) process.loadEnvFile('.env');
`;

type Route = Pick<PlannedFile, 'path' | 'text'>;

const routes: Readonly<Partial<Record<Framework, (project: Project) => Route>>> = {
  next: ({ source, isTypeScript }) => ({
    path: `${source}app/tl/[...path]/route.${isTypeScript ? 'ts' : 'js'}`,
    text: `import { handler } from '${source === '' ? '../../..' : '../../../..'}/tracklayer.server${isTypeScript ? '' : '.mjs'}';

export const POST = (request${isTypeScript ? ': Request' : ''}) => handler(request);
export const OPTIONS = POST;
`,
  }),
  'react-router': ({ isTypeScript }) => ({
    path: `app/routes/tl.$.${isTypeScript ? 'ts' : 'js'}`,
    text: `import { handler } from '../../tracklayer.server${isTypeScript ? '' : '.mjs'}';

const answer = ({ request }${isTypeScript ? ': { request: Request }' : ''}) => handler(request);
export { answer as action, answer as loader };
`,
  }),
  sveltekit: ({ isTypeScript }) => ({
    path: `src/routes/tl/[...path]/+server.${isTypeScript ? 'ts' : 'js'}`,
    text: `import { handler } from '../../../../tracklayer.server${isTypeScript ? '' : '.mjs'}';

export const POST = ({ request, getClientAddress }${
      isTypeScript ? ': { request: Request; getClientAddress: () => string }' : ''
    }) => handler(request, { ip: getClientAddress() });
export const OPTIONS = POST;
`,
  }),
  // Nuxt imports the three functions by itself; a package of its own, h3, has them, which not every manager lets an app import.
  nuxt: ({ isTypeScript }) => ({
    path: `server/routes/tl/[...path].${isTypeScript ? 'ts' : 'js'}`,
    text: `import { handler } from '../../../tracklayer.server${isTypeScript ? '' : '.mjs'}';

export default defineEventHandler((event) => handler(toWebRequest(event), { ip: getRequestIP(event) }));
`,
  }),
};

function importServer(project: Project): string {
  const { isTypeScript, importsTypeScript } = project;
  const extension = isTypeScript && !importsTypeScript ? 'js' : serverExtension(project);
  return `import { handler } from './tracklayer.server.${extension}';`;
}

/** The lines that mount the endpoint in a file of the project, beside `tracklayer.server`. */
const mounts: Readonly<Partial<Record<Framework, (project: Project) => readonly ByHand[]>>> = {
  express: (project) => [
    {
      where: 'the file that creates your Express app, before express.json()',
      lines: [
        `import { toNodeHandler } from '@tracklayer/node';`,
        importServer(project),
        `app.use('/tl', toNodeHandler(handler));`,
      ],
    },
  ],
  fastify: (project) => [
    {
      where: 'the file that creates your Fastify app',
      lines: [
        `import { toNodeHandler } from '@tracklayer/node';`,
        importServer(project),
        `app.all('/tl/*', toNodeHandler(handler));`,
      ],
    },
  ],
  hono: (project) => [
    {
      where: 'the file that creates your Hono app',
      lines: project.packages.has('@hono/node-server')
        ? [
            `import { getConnInfo } from '@hono/node-server/conninfo';`,
            importServer(project),
            `app.all('/tl/*', (context) => handler(context.req.raw, { ip: getConnInfo(context).remote.address }));`,
          ]
        : [importServer(project), `app.all('/tl/*', (context) => handler(context.req.raw));`],
    },
  ],
  vite: () => [
    {
      where: 'the configuration in vite.config, so that the dev server passes /tl on',
      lines: [`server: { proxy: { '/tl': { target: 'http://127.0.0.1:3000', changeOrigin: false } } },`],
    },
  ],
  html: () => [
    {
      where: 'the nginx configuration of your site (or the like), once tracklayer.start.mjs runs beside it',
      lines: ['location /tl/ { proxy_pass http://127.0.0.1:3000; proxy_set_header Host $host; }'],
    },
  ],
  'react-router': ({ isTypeScript }) => [
    {
      where: 'the list in app/routes, unless it reads the routes from file names (import { route } first)',
      lines: [`route('tl/*', 'routes/tl.$.${isTypeScript ? 'ts' : 'js'}'),`],
    },
  ],
};
