import type { HeapEvent, HeapRecord } from './heap-record.ts';

const flushIntervalMs = 2_000;

interface HeapMessage {
  type: 'core_track';
  info: HeapEvent & { source?: unknown };
}
export type Transformer = (messages: HeapMessage[]) => HeapMessage[] | undefined;

/** SDK 5's way from `track` to the network: a queue, flushed through the transformers every two seconds. */
export interface Pipeline {
  add(name: unknown, properties: unknown, source: unknown): void;
  transform(name: string, fn: Transformer): void;
  flush(): void;
  stop(): void;
}

export function createPipeline(record: HeapRecord): Pipeline {
  const transformers = new Map<string, Transformer>();
  let queued: HeapMessage[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    let batch: HeapMessage[] = queued;
    queued = [];
    // One event without a name, and nobody sees the events queued with it.
    if (batch.length === 0 || batch.some(({ info }) => info.event === undefined)) return;
    for (const transform of transformers.values()) {
      try {
        // A transformer works on a copy, and one that returns nothing drops the batch.
        batch = transform(structuredClone(batch)) ?? [];
      } catch {
        // Kept as it was.
      }
    }
    record.events.push(...batch.map(({ info }) => info));
  }

  return {
    add(name, properties = {}, source) {
      const copy = JSON.parse(JSON.stringify(properties)) as Record<string, unknown>;
      const isAutotrack = name === 'heap_autotrack';
      queued.push({
        type: 'core_track',
        info: { event: name as string, properties: copy, isAutotrack, source },
      });
      timer ??= setTimeout(flush, flushIntervalMs);
    },
    transform(name, fn) {
      if (!transformers.has(name)) transformers.set(name, fn);
    },
    flush,
    stop: () => clearTimeout(timer),
  };
}
