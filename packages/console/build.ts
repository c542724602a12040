// Builds the console to `dist`, and into the relay's package where that is built: `node build.ts`.
import { cpSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const here = import.meta.dirname;
const out = join(here, 'dist');

export async function buildConsole(): Promise<void> {
  mkdirSync(out, { recursive: true });
  await build({
    entryPoints: { console: join(here, 'src/main.tsx') },
    outdir: out,
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    logLevel: 'error',
  });
  for (const file of ['index.html', 'console.css', 'icon.svg'])
    cpSync(join(here, 'src', file), join(out, file));
  const relay = join(here, '../relay/dist');
  if (existsSync(relay)) cpSync(out, join(relay, 'console'), { recursive: true });
}

if (import.meta.main) await buildConsole();
