import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** What an app of `node-app.ts` is to do. */
export interface AppPlan {
  /** Begins each of its marks. */
  name: string;
  endpoint: string;
  count: number;
  perSecond: number;
  spool?: string | undefined;
  handleSignals?: boolean | undefined;
  /** Which capture is the poisoned one, from 1. */
  poisonAt?: number | undefined;
  /** For how long no name is found. */
  nameFailsMs?: number | undefined;
  /** Names are found at an IPv6 address that nobody answers, and at this machine. */
  hasDeadIpv6?: boolean | undefined;
  /** How far its wall clock jumps after half a second, in milliseconds. */
  clockJumpsMs?: number | undefined;
  /** After the last capture: live on, let the loop run empty, `process.exit()`, or an uncaught error. */
  ending?: 'script' | 'exit' | 'throw' | undefined;
}

/** A running app, and what it has said so far. */
export interface App {
  readonly captured: Set<string>;
  /** Dropped with a word to the app, by mark, with the reason. */
  readonly told: Map<string, string>;
  readonly errors: Set<string>;
  /** It has captured something. */
  readonly begun: Promise<void>;
  /** It has captured everything. */
  readonly done: Promise<void>;
  /** It is gone, however it went. */
  readonly gone: Promise<void>;
  kill(signal: NodeJS.Signals): void;
}

export function startApp(plan: AppPlan): App {
  const path = fileURLToPath(new URL('./node-app.ts', import.meta.url));
  const flags = ['--conditions=@tracklayer/source', '--no-warnings'];
  const child = spawn(process.execPath, [...flags, path, JSON.stringify(plan)], {
    stdio: ['ignore', 'pipe', plan.ending === 'throw' ? 'ignore' : 'inherit'],
  });
  const captured = new Set<string>();
  const told = new Map<string, string>();
  const errors = new Set<string>();
  const gone = once(child, 'close').then(() => undefined);
  let begin: (() => void) | undefined;
  const begun = new Promise<void>((resolve) => (begin = resolve));
  const done = new Promise<void>((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const [what, word = '', more = ''] = line.split(' ');
      if (what === 'captured') {
        captured.add(word);
        begin?.();
      } else if (what === 'told') told.set(word, more);
      else if (what === 'error') errors.add(word);
      else resolve();
    });
    void gone.then(resolve);
  });
  return { captured, told, errors, begun, done, gone, kill: (signal) => void child.kill(signal) };
}
