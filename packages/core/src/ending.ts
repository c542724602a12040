import type { Outcomes } from './outcomes.ts';
import type { Clock } from './platform.ts';
import type { Entry } from './queue/message.ts';
import type { Queue } from './queue/queue.ts';
import type { Sender } from './queue/sender.ts';
import type { FlushResult } from './queue/stats.ts';
import type { Reporter } from './reporter.ts';
import { describeUndelivered, type Troubles } from './trouble.ts';

/** How a client comes to an end, or to a point where everything is final (P-6). */
export interface Ending {
  /** Captures come too late. */
  readonly isClosing: boolean;
  flush(limits?: { timeoutMs?: number | undefined }): Promise<FlushResult>;
  close(): Promise<FlushResult>;
  /** The process ends now: reports how many messages it leaves undelivered, and why. */
  lost(): void;
}

interface EndingHost {
  shutdownTimeoutMs: number;
  clock: Clock;
  queue: Queue;
  sender: Sender;
  outcomes: Outcomes;
  reporter: Reporter;
  troubles: Troubles;
}

/**
 * @param last - the place of the last message that was taken.
 * @param stopped - nothing is sent any more: gives up what never reached the queue.
 * @param release - closes what the platform gave.
 */
export function createEnding(
  { shutdownTimeoutMs, clock, queue, sender, outcomes: { counts, flushes }, reporter, troubles }: EndingHost,
  last: () => number,
  stopped: () => void,
  release: () => void,
): Ending {
  let closing: Promise<FlushResult> | undefined;

  const unstored = (): Entry[] => [...queue.pending].filter(({ isStored }) => !isStored);

  function lost(): void {
    const { length } = unstored();
    const all = queue.pending.size;
    if (all > 0)
      reporter.report('undelivered', describeUndelivered(length, all - length, troubles.last), undefined, '');
  }

  function flush({ timeoutMs = shutdownTimeoutMs }: { timeoutMs?: number | undefined } = {}) {
    const { captured: _, ...soFar } = counts.read();
    sender.drain();
    return flushes.begin(
      soFar,
      last(),
      () => queue.pending.size === 0,
      (done) => clock.after(timeoutMs, done, true),
    );
  }

  async function close(): Promise<FlushResult> {
    const result = await flush();
    sender.stop();
    stopped();
    lost();
    for (const entry of unstored())
      queue.settle(entry, { status: 'dropped', reason: 'closed', detail: troubles.last });
    release();
    const { captured: _, ...counted } = counts.read();
    return result.pending > 0 ? counted : result;
  }

  return {
    get isClosing() {
      return !!closing;
    },
    flush,
    close: () => (closing ??= close()),
    lost,
  };
}
