import { existsSync, readFileSync } from 'node:fs';
import module from 'node:module';
import { extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { TrackLayerError } from '@tracklayer/core';
import { parse, YAMLParseError } from 'yaml';
import { checkSettings } from './check-settings.ts';
import type { RelaySettings } from './settings.ts';

/** Looked for in the working folder when no file is named. */
const usualNames = ['ts', 'js', 'mjs', 'json', 'yaml', 'yml'].map((end) => `tracklayer.config.${end}`);

/**
 * Reads a configuration file: a module that exports settings by default, JSON, or YAML.
 *
 * @param path - as given; without one, `tracklayer.config.*` of the working folder, if it is there.
 * @throws TrackLayerError `invalid_options`, naming the file and the field, and never a value.
 */
export async function readConfigFile(path: string | undefined): Promise<RelaySettings> {
  const found = path ?? usualNames.find((name) => existsSync(name));
  if (found === undefined) return {};
  const isText = ['.json', '.yaml', '.yml'].includes(extname(found));
  return checkSettings(isText ? readText(found) : await importModule(found), found);
}

/** JSON is YAML too, and this reader finds a name that is given twice, which `JSON.parse` does not. */
function readText(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw unreadable(path, `cannot be read (${codeOf(cause)})`);
  }
  try {
    return parse(text, { prettyErrors: true, uniqueKeys: true, logLevel: 'error' });
  } catch (cause) {
    // The message quotes the text around the mistake, and that may be a secret.
    const at = cause instanceof YAMLParseError ? cause.linePos?.[0] : undefined;
    const what =
      cause instanceof YAMLParseError && cause.code === 'DUPLICATE_KEY'
        ? 'names a setting twice'
        : 'cannot be parsed';
    throw unreadable(path, `${what}${at ? ` at line ${at.line}, column ${at.col}` : ''}`);
  }
}

async function importModule(path: string): Promise<unknown> {
  let loaded: { default?: unknown };
  const hooks = typescriptAsModules();
  try {
    loaded = (await import(pathToFileURL(resolve(path)).href)) as { default?: unknown };
  } catch (cause) {
    const code = codeOf(cause);
    if (code === 'ERR_UNKNOWN_FILE_EXTENSION') {
      throw unreadable(path, 'needs Node.js 22.18 or newer to be read; older ones take .js, .json and .yaml');
    }
    throw new TrackLayerError('invalid_options', `${path} cannot be loaded (${code}): ${messageOf(cause)}`, {
      cause,
    });
  } finally {
    hooks?.deregister();
  }
  if (loaded.default === undefined) throw unreadable(path, 'must export its settings by default');
  return loaded.default;
}

/**
 * TypeScript is written with `import`, whatever `type` package.json has: `npm init` sets `commonjs`, by which Node.js would
 * refuse it, and without a `type` it warns.
 */
function typescriptAsModules(): module.ModuleHooks | undefined {
  // Not in every runtime that reads TypeScript by itself.
  const { registerHooks } = module as Partial<typeof module>;
  return registerHooks?.({
    load: (url, context, next) =>
      /^file:.*\.ts$/.test(url) && !url.includes('/node_modules/')
        ? next(url, { ...context, format: 'module-typescript' })
        : next(url, context),
  });
}

const codeOf = (cause: unknown): string =>
  cause instanceof Error ? String('code' in cause ? cause.code : cause.name) : 'unknown';
const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));
const unreadable = (path: string, what: string): TrackLayerError =>
  new TrackLayerError('invalid_options', `${path} ${what}`);
