import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/**
 * What an exported function of a module of this folder returns, called in a thread of its own. Coverage counts in the
 * thread of a test alone, and makes the compiler take more than twice its time there.
 */
export async function inThread<Result>(module: string, name: string, ...given: unknown[]): Promise<Result> {
  const worker = new Worker(new URL('thread.ts', import.meta.url), {
    execArgv: ['--conditions=@tracklayer/source', '--no-warnings'],
    workerData: { module, name, given },
  });
  const [result] = (await once(worker, 'message')) as [Result];
  return result;
}
