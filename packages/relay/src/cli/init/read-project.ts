import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The frameworks that `tracklayer init` can set up. */
export const frameworks = [
  'next',
  'react-router',
  'sveltekit',
  'nuxt',
  'express',
  'fastify',
  'hono',
  'vite',
  'html',
] as const;
export type Framework = (typeof frameworks)[number];

/** The facts of a project that decide which files it gets. */
export interface Project {
  framework: Framework;
  isTypeScript: boolean;
  /** Whether the compiler accepts `./a.ts` in an import; where it does not, `./a.js` stands for it. */
  importsTypeScript: boolean;
  /** Whether something bundles the scripts of its pages. */
  bundlesPages: boolean;
  /** The folder of the app's own files: `src/`, in Nuxt `app/`, or empty. */
  source: string;
  /** The folder of files that are served as they are: `public/`, or empty. */
  statics: string;
  manager: 'npm' | 'pnpm' | 'yarn' | 'bun';
  /** The file with Heap's snippet, and the snippet's generation. */
  heap: { file: string; generation: 'SDK 5' | 'classic' } | undefined;
  /** Names of the packages in `package.json`. */
  packages: ReadonlySet<string>;
  /** The text of `.env.example`, where there is one. */
  environment: string | undefined;
  /** The text of `.env`, where there is one. */
  variables: string | undefined;
  /** The lines of `.gitignore`, where there is one. */
  ignored: readonly string[] | undefined;
}

/** Packages that reveal a framework, the surest first. An API beside Vite is the API: it can have the endpoint. */
const signs: readonly (readonly [framework: Framework, packages: readonly string[]])[] = [
  ['next', ['next']],
  ['react-router', ['@react-router/dev', '@remix-run/dev']],
  ['sveltekit', ['@sveltejs/kit']],
  ['nuxt', ['nuxt']],
  ['express', ['express']],
  ['fastify', ['fastify']],
  ['hono', ['hono']],
  ['vite', ['vite']],
];
const bundlers = ['vite', 'webpack', 'esbuild', 'rollup', 'parcel', 'rspack', '@rspack/core', 'tsup'];

const lockFiles = {
  'pnpm-lock.yaml': 'pnpm',
  'yarn.lock': 'yarn',
  'bun.lock': 'bun',
  'bun.lockb': 'bun',
} as const;

/** Reads the facts of the project in `folder`; its framework may be given. Changes nothing. */
export function readProject(folder: string, given?: Framework): Project {
  const has = (path: string): boolean => existsSync(join(folder, path));
  const read = (path: string): string | undefined =>
    has(path) ? readFileSync(join(folder, path), 'utf8') : undefined;
  const packages = new Set(packagesOf(read('package.json')));
  const found = signs.find(([, names]) => names.some((name) => packages.has(name)))?.[0];
  const framework = given ?? found ?? 'html';
  return {
    framework,
    isTypeScript: framework !== 'html' && (has('tsconfig.json') || packages.has('typescript')),
    importsTypeScript: /"(allowImportingTsExtensions|rewriteRelativeImportExtensions)"\s*:\s*true/.test(
      read('tsconfig.json') ?? '',
    ),
    bundlesPages:
      ['next', 'react-router', 'sveltekit', 'nuxt', 'vite'].includes(framework) ||
      bundlers.some((name) => packages.has(name)),
    source: sourceOf(framework, has),
    statics: has('public') ? 'public/' : '',
    manager: Object.entries(lockFiles).find(([file]) => has(file))?.[1] ?? 'npm',
    heap: findHeap(folder),
    packages,
    environment: read('.env.example'),
    variables: read('.env'),
    ignored: read('.gitignore')
      ?.split('\n')
      .map((line) => line.trim()),
  };
}

function sourceOf(framework: Framework, has: (path: string) => boolean): string {
  // Nuxt 4 keeps an app in app/, Nuxt 3 at the root.
  if (framework === 'nuxt') return has('app') ? 'app/' : '';
  // Next ignores src/app when there is an app/ at the root.
  return has('src') && !(framework === 'next' && (has('app') || has('pages'))) ? 'src/' : '';
}

function packagesOf(manifest: string | undefined): string[] {
  try {
    const parsed = JSON.parse(manifest ?? '{}') as Record<string, unknown>;
    return ['dependencies', 'devDependencies'].flatMap((kind) => Object.keys(parsed[kind] ?? {}));
  } catch {
    return [];
  }
}

const isPage = /\.(html?|[jt]sx?|svelte|vue|ejs|hbs|pug)$/;
const isSkipped = /^(\.|node_modules$|dist$|build$|out$|coverage$)/;
/** A snippet is near the root, so a large project is not read to its end. */
const mostFiles = 2_000;
const mostBytes = 500_000;

/** Looks for Heap's snippet, in the files near the root first. */
function findHeap(folder: string): Project['heap'] {
  const folders = [''];
  let looked = 0;
  for (const at of folders) {
    for (const entry of readdirSync(join(folder, at), { withFileTypes: true })) {
      const path = at + entry.name;
      if (isSkipped.test(entry.name)) continue;
      if (entry.isDirectory()) folders.push(`${path}/`);
      else if (isPage.test(entry.name) && looked++ < mostFiles) {
        const text = readFileSync(join(folder, path), 'utf8').slice(0, mostBytes);
        if (/heap\.load\(|heapReadyCb/.test(text))
          return { file: path, generation: text.includes('heapReadyCb') ? 'SDK 5' : 'classic' };
      }
    }
    if (looked >= mostFiles) break;
  }
  return undefined;
}
