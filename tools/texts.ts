// Texts for people cost a page kilobytes. Its production build carries their numbers instead, with what is filled in:
// `properties.value #17`. tools/texts.json gives each text its number, for good, and docs/texts.md shows them.
// `node tools/texts.ts && pnpm format` adds new texts; test/texts.test.ts fails while one is missing.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import type { Plugin } from 'esbuild';
import ts from 'typescript';
import known from './texts.json' with { type: 'json' };

const root = join(import.meta.dirname, '..');

/** A literal of a source: its text with `{}` for what is filled in, and the code of that. */
interface Literal {
  start: number;
  end: number;
  text: string;
  filled: string[];
}

/** Texts by number: place 0 is #1. What is filled in stands as `{}`. Imported, since tsup bundles what its config needs. */
export const texts: readonly string[] = known;

// Not of a page's client, or made to be read there: by the panel of `trace`.
const withoutTexts =
  /\/(schema|json-schemas|heap-guide|memory-transport|http|http-request|network-error|read-endpoint)\.ts$|\/(full|json-schema|trace)\/|\/debug\.ts$/;
const pageSource = /\/packages\/(core|browser)\/src\/.+\.ts$/;

/** Whether a page may carry the texts of this source. */
export const mayHoldTexts = (path: string): boolean => {
  const unix = path.split(sep).join('/');
  return pageSource.test(unix) && !withoutTexts.test(unix);
};

/** Two words or more besides what is filled in: not a name, a path or a selector. */
const isForPeople = (text: string): boolean =>
  /[a-z]{2,}[^a-z]* [^a-z]*[a-z]{2,}/i.test(text.replaceAll('{}', '')) && !text.includes('\n');

export function literalsOf(source: string): Literal[] {
  const found: Literal[] = [];
  const file = ts.createSourceFile('source.ts', source, ts.ScriptTarget.ES2022, true);
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node) || ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return;
    const place = { start: node.getStart(), end: node.getEnd() };
    if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) {
      found.push({ ...place, text: node.text, filled: [] });
    } else if (ts.isTemplateExpression(node)) {
      const text = node.head.text + node.templateSpans.map(({ literal }) => `{}${literal.text}`).join('');
      found.push({
        ...place,
        text,
        filled: node.templateSpans.map(({ expression }) => expression.getText()),
      });
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/** The texts of a source that are for people. */
export const textsOf = (source: string): string[] =>
  literalsOf(source)
    .map(({ text }) => text)
    .filter(isForPeople);

/** A source with the numbers of its texts, for people who look them up. */
export function withNumbers(source: string): string {
  const numbers = new Map(texts.map((text, place) => [text, place + 1]));
  const literals = literalsOf(source).toSorted((a, b) => b.end - a.end || a.start - b.start);
  let made = source;
  // From the end, so that places hold; a text within another goes with it.
  let before = Infinity;
  for (const { start, end, text, filled } of literals) {
    const number = numbers.get(text);
    if (number === undefined || end > before) continue;
    before = start;
    const inner = filled.map((code) => `\${${withNumbers(code)}} `).join('');
    const numbered = filled.length > 0 ? `\`${inner}#${number}\`` : `'#${number}'`;
    made = made.slice(0, start) + numbered + made.slice(end);
  }
  return made;
}

/** For a page's production build. */
export const numberedTexts = (): Plugin => ({
  name: 'numbered-texts',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, ({ path }) =>
      mayHoldTexts(path) ? { contents: withNumbers(readFileSync(path, 'utf8')), loader: 'ts' } : undefined,
    );
  },
});

/** Every text that a page may carry, in the order of files. */
export function textsInSources(): string[] {
  const paths = ['core', 'browser'].flatMap((name) => {
    const folder = join(root, 'packages', name, 'src');
    return readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) => join(folder, path));
  });
  return [
    ...new Set(
      paths
        .filter(mayHoldTexts)
        .toSorted()
        .flatMap((path) => textsOf(readFileSync(path, 'utf8'))),
    ),
  ];
}

const escaped = (text: string): string =>
  text
    .replaceAll('|', '\\|')
    .replaceAll('{}', '…')
    .replaceAll('<', '&lt;')
    // The site takes braces at the end of a cell for its attributes.
    .replaceAll('{', '&#123;')
    .replaceAll('}', '&#125;')
    .replaceAll('\n', ' ');

export function textsPage(all: readonly string[], current: ReadonlySet<string>): string {
  const rows = all.flatMap((text, place) =>
    current.has(text) ? [`| #${place + 1} | ${escaped(text)} |`] : [],
  );
  return [
    '# Texts by number',
    '<!--- Written by tools/texts.ts. --->',
    'A production build of a page carries the numbers of these texts, to save some kilobytes: `value 12 #57`. What stands in front of the number is filled in for each `…`. Builds under the condition `development` (the default of dev servers), Node.js and tests show the texts themselves.',
    ['| Number | Text |', '| --- | --- |', ...rows].join('\n'),
    '',
  ].join('\n\n');
}

if (import.meta.main) {
  const found = textsInSources();
  const all = [...texts, ...found.filter((text) => !texts.includes(text))];
  writeFileSync(join(root, 'tools/texts.json'), `${JSON.stringify(all, undefined, 2)}\n`);
  writeFileSync(join(root, 'docs/texts.md'), textsPage(all, new Set(found)));
}
