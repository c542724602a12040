import { spawn } from 'node:child_process';

/** What a command did. */
export interface Ran {
  ok: boolean;
  seconds: number;
  /** Standard output and standard error, as they came. */
  output: string;
}

/** The environment without what the workspace's own scripts leave in it: a customer does not have that. */
export const customerEnvironment = (): Record<string, string | undefined> =>
  Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(npm_|PNPM_|INIT_CWD|NODE_OPTIONS)/i.test(name)),
  );

/** Runs a command as a customer would, for five minutes at most. Never rejects. */
export function runCommand(
  command: string,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  const startedAt = performance.now();
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...customerEnvironment(), CI: '1', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.on('error', (error) => (output += error.message));
    const limit = setTimeout(() => child.kill('SIGKILL'), 300_000);
    child.on('close', (code) => {
      clearTimeout(limit);
      resolve({ ok: code === 0, seconds: (performance.now() - startedAt) / 1_000, output });
    });
  });
}

/** Runs a command whose failure ends the run: throws with its output. */
export async function mustRun(...given: Parameters<typeof runCommand>): Promise<string> {
  const { ok, output } = await runCommand(...given);
  if (!ok) throw new Error(`${given[0]} ${given[1].join(' ')} failed:\n${output}`);
  return output;
}
