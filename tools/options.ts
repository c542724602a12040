// Writes docs/options.md from the docstrings of the packages' option interfaces: `node tools/options.ts && pnpm format`.
// test/options.test.ts fails while the page is behind.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { editorOptions } from './language-service.ts';

const root = join(import.meta.dirname, '..');
const packages = ['browser', 'node', 'relay', 'testing', 'core'];

/** Public functions that take the same options. */
interface Section {
  entry: string;
  factories: string[];
  /** The first sentence of the first function's docstring. */
  what: string;
  options: ts.Symbol[];
}

interface Entry {
  name: string;
  path: string;
}

/** `@tracklayer/browser`, `@tracklayer/browser/trace`, …, each with its source. */
function entriesOf(name: string): Entry[] {
  const folder = join(root, 'packages', name);
  const { exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    exports: Record<string, string | { '@tracklayer/source'?: string }>;
  };
  return Object.entries(exports).flatMap(([key, target]) => {
    const source = typeof target === 'string' ? undefined : target['@tracklayer/source'];
    return source ? [{ name: join('@tracklayer', name, key), path: join(folder, source) }] : [];
  });
}

/** A docstring as Markdown, its references as links. */
const textOf = (symbol: ts.Symbol, checker: ts.TypeChecker): string =>
  ts
    .displayPartsToString(symbol.getDocumentationComment(checker))
    .replaceAll(/\{@link (\w+)\}/g, '`$1`')
    .replaceAll(/(?:docs\/wire\.md|\bwire) (W-\d+|§\d+)/g, '[$1](wire.md)')
    .replaceAll(/\s+/g, ' ')
    .trim();

/** The parameter of a function whose type is named `…Options`. */
function optionsOf(symbol: ts.Symbol, checker: ts.TypeChecker): ts.TypeReferenceNode | undefined {
  if (!(symbol.flags & ts.SymbolFlags.Value)) return undefined;
  return checker
    .getTypeOfSymbol(symbol)
    .getCallSignatures()
    .flatMap(({ declaration }) => [...(declaration?.parameters ?? [])])
    .flatMap((parameter) => ('type' in parameter && parameter.type ? [parameter.type] : []))
    .filter((type) => ts.isTypeReferenceNode(type))
    .find(({ typeName }) => typeName.getText().endsWith('Options'));
}

function sections(): { checker: ts.TypeChecker; found: Section[] } {
  const entries = packages.flatMap(entriesOf);
  const program = ts.createProgram(
    entries.map(({ path }) => path),
    editorOptions,
  );
  const checker = program.getTypeChecker();
  const byType = new Map<ts.Symbol, Section>();
  for (const { name: entry, path } of entries) {
    const module = checker.getSymbolAtLocation(program.getSourceFile(path)!);
    for (const exported of module ? checker.getExportsOfModule(module) : []) {
      const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
      const node = optionsOf(symbol, checker);
      const type = node && checker.getSymbolAtLocation(node.typeName);
      if (!node || !type) continue;
      const section = byType.get(type) ?? {
        entry,
        factories: [],
        what: textOf(symbol, checker).replace(/\. .*$/, '.'),
        options: checker.getPropertiesOfType(checker.getTypeFromTypeNode(node)),
      };
      if (!section.factories.includes(exported.name)) section.factories.push(exported.name);
      byType.set(type, section);
    }
  }
  return { checker, found: [...byType.values()] };
}

/** A docstring's sentence of the default, and the rest. */
function readDefault(text: string): { byDefault?: string | undefined; what: string } {
  const found = /\bDefault:? (.+?)\.(?= |$)/.exec(text);
  if (!found) return { what: text };
  return { byDefault: found[1], what: text.replace(found[0], '').replaceAll('  ', ' ').trim() };
}

const cell = (text: string): string => text.replaceAll('|', '\\|');

function rowOf(option: ts.Symbol, checker: ts.TypeChecker): string {
  const declaration = option.declarations?.[0];
  if (!declaration || !ts.isPropertySignature(declaration)) throw new Error(`${option.name} is no property`);
  const type = (declaration.type?.getText() ?? 'unknown')
    .replaceAll(/\s+/g, ' ')
    .replace(/ \| undefined$/, '')
    .replace(/^\| /, '')
    .replace(/^\((.*)\)$/, '$1');
  const { byDefault, what } = readDefault(textOf(option, checker));
  if (!what) throw new Error(`${option.name} has no docstring that says what it is`);
  const isNeeded = !(option.flags & ts.SymbolFlags.Optional);
  return `| \`${option.name}\` | ${cell(`\`${type}\``)} | ${isNeeded ? 'needed' : cell(byDefault ?? '–')} | ${cell(what)} |`;
}

/** The text of docs/options.md. */
export function optionsPage(): string {
  const { checker, found } = sections();
  return `# Options

<!-- Written by tools/options.ts; change the docstrings of the option interfaces instead. -->

Every option of every function that takes some, with its default; "–" is none. \`Ms\` in a name is milliseconds,
\`Bytes\` bytes. W-n are clauses of [the HTTP contract](wire.md).

${found
  .map(
    ({ entry, factories, what, options }) => `## ${factories.join(', ')}

Of \`${entry}\`. ${what}

| Name | Type | Default | What |
| --- | --- | --- | --- |
${options.map((option) => rowOf(option, checker)).join('\n')}
`,
  )
  .join('\n')}`;
}

if (import.meta.main) writeFileSync(join(root, 'docs/options.md'), optionsPage());
