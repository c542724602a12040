import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What `tracklayer init` knows how to set up. */
export const frameworks = [
  'next',
  'react-router',
  'sveltekit',
  'express',
  'fastify',
  'hono',
  'vite',
  'html',
] as const;
export type Framework = (typeof frameworks)[number];

/** A project, as far as it decides what is written. */
export interface Project {
  framework: Framework;
  isTypeScript: boolean;
  /** `src/` where there is such a folder; else empty. */
  source: string;
  manager: 'npm' | 'pnpm' | 'yarn' | 'bun';
  /** Where Heap's snippet is, and of which Heap. */
  heap: { file: string; generation: 'SDK 5' | 'classic' } | undefined;
  /** Packages that it has already. */
  packages: ReadonlySet<string>;
}

/** Which packages tell a framework, the surest first: a project with several has the one that answers requests. */
const signs: readonly (readonly [framework: Framework, packages: readonly string[]])[] = [
  ['next', ['next']],
  ['react-router', ['@react-router/dev', '@remix-run/dev']],
  ['sveltekit', ['@sveltejs/kit']],
  ['express', ['express']],
  ['fastify', ['fastify']],
  ['hono', ['hono']],
  ['vite', ['vite']],
];

const lockFiles = {
  'pnpm-lock.yaml': 'pnpm',
  'yarn.lock': 'yarn',
  'bun.lock': 'bun',
  'bun.lockb': 'bun',
} as const;

/** Looks at a project's folder; reads, and changes nothing. */
export function readProject(folder: string): Project {
  const has = (path: string): boolean => existsSync(join(folder, path));
  const packages = new Set(packagesOf(folder));
  const framework = signs.find(([, names]) => names.some((name) => packages.has(name)))?.[0] ?? 'html';
  const manager = Object.entries(lockFiles).find(([file]) => has(file))?.[1] ?? 'npm';
  return {
    framework,
    isTypeScript: has('tsconfig.json') || packages.has('typescript'),
    source: has('src') ? 'src/' : '',
    manager,
    heap: findHeap(folder),
    packages,
  };
}

function packagesOf(folder: string): string[] {
  try {
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<
      string,
      unknown
    >;
    return ['dependencies', 'devDependencies'].flatMap((kind) => Object.keys(manifest[kind] ?? {}));
  } catch {
    return [];
  }
}

const isPage = /\.(html?|[jt]sx?|svelte|ejs|hbs|pug)$/;
const isSkipped = /^(\.|node_modules$|dist$|build$|out$|coverage$)/;
/** Snippets stand near the surface: a large project is not read to its end. */
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
