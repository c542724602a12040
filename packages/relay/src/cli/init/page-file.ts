import { registryFile, type ByHand, type PlannedFile } from './planned-file.ts';
import type { Project } from './read-project.ts';

/** A page's import in the text of a file. This file itself does not import it. */
const browser = '@tracklayer/browser';

/** The page's client, and how a page loads it. */
export function planPage(project: Project): { file: PlannedFile; byHand: readonly ByHand[] } {
  const file = { ...pageFile(project), what: 'the client of the page; promotes what Heap records' };
  // Nuxt loads what is in plugins/ by itself.
  return { file, byHand: project.framework === 'nuxt' ? [] : [mountOf(project, file.path)] };
}

function mountOf({ framework, source, statics, bundlesPages, isTypeScript }: Project, path: string): ByHand {
  if (framework === 'next')
    return {
      where: `${source}app/layout, inside <body>`,
      lines: [`import { TrackLayer } from './tracklayer';`, '<TrackLayer />'],
    };
  if (!bundlesPages)
    return {
      command: `npx esbuild ${path} --bundle --minify --outfile=${statics}tracklayer.bundle.js`,
      where: `the head of your pages, above Heap's snippet`,
      lines: ['<script src="/tracklayer.bundle.js"></script>'],
    };
  if (framework === 'react-router') return { where: 'app/root', lines: [`import './tracklayer.client';`] };
  if (framework === 'sveltekit')
    return {
      where: `src/hooks.client.${isTypeScript ? 'ts' : 'js'}; create it if there is none`,
      lines: [`import './tracklayer${isTypeScript ? '' : '.js'}';`],
    };
  const name = path.replace(/^.*\//, './').replace(/\.(ts|js)$/, isTypeScript ? '' : '.js');
  return { where: `the first script of your pages, next to ${path}`, lines: [`import '${name}';`] };
}

const noteOn = ({ heap }: Project): string =>
  heap === undefined
    ? '// It may run before or after Heap.'
    : `// Heap (${heap.generation}) is in ${heap.file}. It may run before or after this.`;

function pageFile(project: Project): Omit<PlannedFile, 'what'> {
  if (project.framework === 'next') return nextComponent(project);
  return project.framework === 'nuxt' ? nuxtPlugin(project) : pageModule(project);
}

function nuxtPlugin(project: Project): Omit<PlannedFile, 'what'> {
  const { source, isTypeScript } = project;
  return {
    // Nuxt leaves plugins that end in .client out of the server.
    path: `${source}plugins/tracklayer.client.${isTypeScript ? 'ts' : 'js'}`,
    text: `${imports}
import entries from '${source === '' ? '..' : '../..'}/${registryFile}';

export default defineNuxtPlugin(() => {
  const tracklayer = createBrowserClient({ endpoint: '/tl' });
  ${noteOn(project)}
  promoteHeap(tracklayer, {
    registry: parseRegistry(entries),
    ${traceNote}
    ${traceOption},
  });
  return { provide: { tracklayer } }; // useNuxtApp().$tracklayer.capture(…)
});
`,
  };
}

function nextComponent(project: Project): Omit<PlannedFile, 'what'> {
  const { source, isTypeScript } = project;
  return {
    path: `${source}app/tracklayer.${isTypeScript ? 'tsx' : 'jsx'}`,
    text: `'use client';

${imports}
import { useEffect } from 'react';
import entries from '${source === '' ? '..' : '../..'}/${registryFile}';

${noteOn(project)}
export function TrackLayer() {
  useEffect(() => {
    const tracklayer = createBrowserClient({ endpoint: '/tl' });
    const promotion = promoteHeap(tracklayer, { registry: parseRegistry(entries), ${traceOption} });
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

const imports = `import { createBrowserClient, promoteHeap } from '${browser}';
import { parseRegistry } from '${browser}/registry';
import { traceHeap } from '${browser}/trace';`;
const traceOption = 'trace: traceHeap()';
const traceNote = `// Set localStorage.tracklayer_debug to '1' to see a panel with each call of Heap and its outcome.`;

function pageModule(project: Project): Omit<PlannedFile, 'what'> {
  const { framework, isTypeScript, bundlesPages } = project;
  const folder = framework === 'react-router' ? 'app/' : framework === 'html' ? '' : project.source;
  // Without a bundler of its own, a project has no compiler for its pages' types either.
  const extension = isTypeScript && bundlesPages ? 'ts' : 'js';
  return {
    // React Router leaves modules that end in .client out of the server.
    path: `${folder}tracklayer${framework === 'react-router' ? '.client' : ''}.${extension}`,
    text: `${imports}
import entries from '${folder === '' ? '.' : '..'}/${registryFile}';

export const tracklayer = createBrowserClient({ endpoint: '/tl' });

${noteOn(project)}
promoteHeap(tracklayer, {
  registry: parseRegistry(entries),
  ${traceNote}
  ${traceOption},
});
`,
  };
}
