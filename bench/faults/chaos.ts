import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Fault } from './chaos-answers.ts';
import type { Order } from './chaos-server.ts';
import type { LedgerReport } from './ledger.ts';

/** The chaos server, seen from the process that gives it its orders. */
export interface Chaos {
  readonly url: string;
  fault(fault: Fault): Promise<void>;
  /** Opens its port again, or closes it. */
  open(isOpen: boolean): Promise<void>;
  /** The pages that it serves, by path. */
  serve(files: Record<string, string>): Promise<void>;
  report(): Promise<LedgerReport>;
  stop(): void;
}

/** Starts one in a process of its own; resolves when it listens. */
export async function startChaos(): Promise<Chaos> {
  const child = fork(fileURLToPath(new URL('./chaos-server.ts', import.meta.url)), {
    serialization: 'advanced',
  });
  let last: Promise<unknown> = Promise.resolve();

  /** One order at a time, so that each gets its own answer. */
  function order(given: Order): Promise<unknown> {
    const answered = last.then(async () => {
      child.send(given);
      const [said] = (await once(child, 'message')) as unknown[];
      return said;
    });
    last = answered;
    return answered;
  }

  const port = await order({ open: true });
  return {
    url: `http://127.0.0.1:${Number(port)}`,
    fault: async (fault) => void (await order({ fault })),
    open: async (open) => void (await order({ open })),
    serve: async (files) => void (await order({ files })),
    report: () => order({ report: true }) as Promise<LedgerReport>,
    stop: () => void child.kill(),
  };
}
