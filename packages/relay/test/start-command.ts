import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

// Of the environment, only what starts Node.js, and starts it soon.
const { PATH = '', NODE_COMPILE_CACHE = '' } = process.env;
const cli = join(import.meta.dirname, '../src/cli.ts');

/** `tracklayer serve` as a process, once it listens. Rejects with what it printed when it ends instead. */
export async function startCommand(
  args: string[],
  env: Record<string, string> = {},
): Promise<{ process: ChildProcess; url: string; output: () => string }> {
  const command = spawn(process.execPath, ['--conditions=@tracklayer/source', cli, ...args], {
    env: { PATH, NODE_COMPILE_CACHE, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void command.kill('SIGKILL'));
  let output = '';
  command.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  // Read to its end: a pipe that is closed early would break the command.
  const url = await new Promise<string>((resolve, reject) => {
    command.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      const found = /listens on (\S+)/.exec(output)?.[1];
      if (found && /key/.test(output)) resolve(found);
    });
    command.once('close', () => reject(new Error(`the command ended: ${output}`)));
  });
  return { process: command, url, output: () => output };
}
