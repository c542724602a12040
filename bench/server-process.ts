import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Starts the accepting server in a process of its own; resolves when it listens. */
export async function startAcceptingServer(
  port = 0,
): Promise<{ url: string; seen(): Promise<number>; stop(): void }> {
  const child = fork(fileURLToPath(new URL('./accepting-server.ts', import.meta.url)), [String(port)]);
  const [taken] = (await once(child, 'message')) as [number];
  const url = `http://127.0.0.1:${taken}`;
  return {
    url,
    seen: async () => Number(await (await fetch(`${url}/seen`)).text()),
    stop: () => void child.kill(),
  };
}
