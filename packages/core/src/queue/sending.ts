import type { Answer } from '../event/answer.ts';
import type { Clock } from '../platform.ts';
import type { Batch } from './batch.ts';
import type { Way } from './flight.ts';
import type { Entry, Message } from './message.ts';
import { createPace, type Pace } from './pace.ts';
import type { Queue } from './queue.ts';
import { createSizeLimit, type SizeLimit } from './size-limit.ts';
import { createSuspects, type Suspects } from './suspects.ts';

export interface SenderHost {
  queue: Queue;
  clock: Clock;
  random(): number;
  newKey(): string;
  byteLength(text: string): number;
  flushAt: number;
  flushIntervalMs: number;
  maxBatchEvents: number;
  maxBatchBytes: number;
  maxEventAgeMs: number;
  /** One attempt; never rejects. */
  exchange(batch: Batch, way: Way): Promise<Answer>;
  /** Whether another client of this origin has captured the same and will send it. */
  isElsewhere(message: Message): boolean;
  /** The set-up is wrong, no server of ours answered, or none at all. @param failures - how many in a row. */
  onTrouble(answer: Answer, failures: number): void;
}

/** What choosing a batch and applying its answer share. */
export interface Sending extends SenderHost {
  readonly pace: Pace;
  readonly limit: SizeLimit;
  readonly suspects: Suspects;
  /** The batches that go again. */
  again: Batch[];
  /** The server takes compressed bodies, as far as is known. */
  compress: boolean;
  newBatch(entries: Entry[], rest?: Partial<Batch>): Batch;
}

export function createSending(host: SenderHost): Sending {
  const { monotonic } = host.clock;
  return {
    ...host,
    pace: createPace(monotonic, host.random),
    limit: createSizeLimit(host.maxBatchBytes, monotonic),
    suspects: createSuspects(monotonic),
    again: [],
    compress: true,
    newBatch: (entries, rest) => ({
      entries,
      attempt: 0,
      idempotency_key: host.newKey(),
      notBefore: 0,
      isPlain: false,
      isHalf: false,
      acceptedAt: undefined,
      ...rest,
    }),
  };
}
