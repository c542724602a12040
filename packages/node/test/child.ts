import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

/** What became of a child process. */
export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  output: string;
  /** What it wrote to stderr. */
  errors: string;
}

/** Runs a script of `fixtures/` in a process of its own. */
export function runFixture(
  name: string,
  args: readonly string[],
): { child: ChildProcess; ended: Promise<Ended> } {
  const path = fileURLToPath(new URL(`./fixtures/${name}.ts`, import.meta.url));
  const child = spawn(process.execPath, ['--conditions=@tracklayer/source', '--no-warnings', path, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const ended = once(child, 'close').then(([code, signal]) => ({
    code: code as number | null,
    signal: signal as NodeJS.Signals | null,
    output,
    errors,
  }));
  return { child, ended };
}

/** Resolves when the script has said something. */
export async function firstWord(child: ChildProcess): Promise<void> {
  await once(child.stdout!, 'data');
}
