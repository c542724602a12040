// A thread of `inThread`.
import { parentPort, workerData } from 'node:worker_threads';

const { module, name, given } = workerData as { module: string; name: string; given: unknown[] };
const functions = (await import(`./${module}`)) as Record<string, (...given: unknown[]) => unknown>;
parentPort?.postMessage(await functions[name]!(...given), []);
