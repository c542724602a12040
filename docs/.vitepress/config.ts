// The site: `pnpm docs` builds it, `pnpm docs:check` opens every page of it in Chromium.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig, type DefaultTheme } from 'vitepress';
import llms from 'vitepress-plugin-llms';

const repository = 'https://github.com/tracklayer/sdk';
const docs = join(import.meta.dirname, '..');

const titleOf = (path: string): string =>
  /^# (.+)$/m.exec(readFileSync(join(docs, `${path}.md`), 'utf8'))?.[1] ?? path;

/** A sidebar group. A page that a branch does not have yet is left out. */
const group = (
  text: string,
  pages: readonly (readonly [path: string, text?: string])[],
): DefaultTheme.SidebarItem => ({
  text,
  items: pages
    .filter(([path]) => existsSync(join(docs, `${path}.md`)))
    .map(([path, name]) => ({ text: name ?? titleOf(path), link: `/${path}` })),
});

const decisions = readdirSync(join(docs, 'decisions'))
  .filter((name) => name.endsWith('.md'))
  .sort()
  .map((name) => [`decisions/${name.slice(0, -3)}`] as const);

export default defineConfig({
  title: 'TrackLayer',
  description:
    'The few milestones that mean business, from Heap to ad platforms and CRMs: each once, with consent.',
  head: [['link', { rel: 'icon', type: 'image/svg+xml', href: '/favicon.svg' }]],
  cleanUrls: true,
  lastUpdated: false,
  srcExclude: ['README.md'],
  vite: { plugins: [llms()] },
  markdown: {
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
    config(md) {
      // A link out of docs/ leads to the file on GitHub: `../examples/serverless` is no page of the site.
      const open =
        md.renderer.rules['link_open'] ??
        ((tokens, index, options, _env, self) => self.renderToken(tokens, index, options));
      md.renderer.rules['link_open'] = (tokens, index, options, env, self) => {
        const href = tokens[index]?.attrGet('href');
        if (href?.startsWith('../') && !(env as { relativePath?: string }).relativePath?.includes('/')) {
          tokens[index]?.attrSet('href', `${repository}/blob/main/${href.slice(3)}`);
        }
        return open(tokens, index, options, env, self);
      };
      // A table too wide for a phone is scrolled, also by keyboard.
      md.renderer.rules['table_open'] = () => '<div class="wide" tabindex="0" role="group"><table>\n';
      md.renderer.rules['table_close'] = () => '</table></div>\n';
      // A header cell without text names nothing to a screen reader.
      for (const rule of ['th_open', 'th_close']) {
        md.renderer.rules[rule] = (tokens, index, options, _env, self) => {
          const text = tokens[index + (rule === 'th_open' ? 1 : -1)]?.content;
          const token = tokens[index];
          if (token && !text) token.tag = 'td';
          return self.renderToken(tokens, index, options);
        };
      }
    },
  },
  themeConfig: {
    search: { provider: 'local' },
    socialLinks: [{ icon: 'github', link: repository }],
    outline: [2, 3],
    nav: [
      { text: 'Quickstart', link: '/quickstart' },
      { text: 'Reference', link: '/options' },
    ],
    sidebar: [
      group('Start', [['heap-in-ten-minutes'], ['quickstart', 'Quickstart'], ['frameworks', 'Frameworks']]),
      group('Guides', [
        ['heap', 'Heap in the page'],
        ['heap-server', 'Heap on the server'],
        ['consent', 'Consent'],
        ['testing', 'Tests'],
        ['registry', 'Registry'],
        ['destinations', 'Destinations'],
        ['audiences', 'Audiences'],
        ['traits', 'Computed traits'],
        ['verify', 'Verify one event'],
        ['console', 'Console'],
        ['operate', 'Operate a relay'],
        ['scale', 'Scale'],
        ['report', 'Report'],
        ['migrate', 'Migrate'],
        ['add-a-destination', 'Add a destination'],
      ]),
      group('Reference', [
        ['options', 'Options'],
        ['vocabulary', 'Vocabulary'],
        ['wire', 'HTTP contract'],
        ['problems', 'Problems'],
        ['texts', 'Errors by number'],
        ['delivery', 'What is delivered'],
        ['benchmarks', 'Benchmarks'],
      ]),
      group('Decisions', decisions),
    ],
  },
});
