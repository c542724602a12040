import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const root = join(import.meta.dirname, '..');

/** As a strict project has them; packages are read from their sources. */
export const editorOptions: ts.CompilerOptions = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noEmit: true,
  skipLibCheck: true,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  allowImportingTsExtensions: true,
  customConditions: ['@tracklayer/source'],
  lib: ['lib.es2022.d.ts', 'lib.webworker.d.ts'],
  types: [],
};

/** One file that is open in an editor; the cursor is at `|` in its code. */
export interface OpenFile {
  /** What the editor shows of the name right of the cursor. */
  hover(): string;
  /** The names that the editor offers at the cursor. */
  completions(): string[];
  /** Replaces the code, as typing does. */
  type(code: string): void;
}

/** TypeScript's language service, as editors run it, on a file beside the tests of core that is nowhere on disk. */
export function openFile(code: string): OpenFile {
  const path = join(root, 'packages/core/test/open-file.ts');
  let version = 0;
  let text = '';
  let cursor = 0;

  function type(next: string): void {
    version++;
    cursor = next.indexOf('|');
    text = next.slice(0, cursor) + next.slice(cursor + 1);
  }

  const service = ts.createLanguageService({
    getCompilationSettings: () => editorOptions,
    getScriptFileNames: () => [path],
    getScriptVersion: (name) => (name === path ? String(version) : '1'),
    getScriptSnapshot: (name) =>
      name === path
        ? ts.ScriptSnapshot.fromString(text)
        : existsSync(name)
          ? ts.ScriptSnapshot.fromString(readFileSync(name, 'utf8'))
          : undefined,
    getCurrentDirectory: () => root,
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    fileExists: ts.sys.fileExists,
    readFile: ts.sys.readFile,
    readDirectory: ts.sys.readDirectory,
    directoryExists: ts.sys.directoryExists,
    getDirectories: ts.sys.getDirectories,
    ...(ts.sys.realpath && { realpath: ts.sys.realpath }),
  });
  type(code);

  return {
    hover() {
      const shown = service.getQuickInfoAtPosition(path, cursor);
      return ts.displayPartsToString(shown?.documentation).replaceAll(/\s+/g, ' ');
    },
    completions: () =>
      (service.getCompletionsAtPosition(path, cursor, {})?.entries ?? []).map(({ name }) => name),
    type,
  };
}
