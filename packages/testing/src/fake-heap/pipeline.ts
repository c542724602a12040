import type { HeapRecord } from './heap-record.ts';
import { byteLength, storedProperties } from './stored-properties.ts';

const flushIntervalMs = 2_000;
const longestNameBytes = 1_024;

/** What a transformer sees: values have their types still. */
interface HeapMessage {
  type: 'core_track';
  info: { event: string; properties: Record<string, unknown>; isAutotrack: boolean; source?: unknown };
  data: { properties: Record<string, unknown> };
}
export type Transformer = (messages: HeapMessage[]) => HeapMessage[] | undefined;

/** SDK 5's way from `track` to the network: a queue, flushed through the transformers every two seconds. */
export interface Pipeline {
  add(name: unknown, properties: unknown, source: unknown): void;
  transform(name: string, fn: Transformer): void;
  /** Without a name, takes all of them off. */
  untransform(name?: string): void;
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
    if (!record.isStarted) return;
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
    for (const { info, data } of batch) {
      const { event, isAutotrack } = info;
      const properties = storedProperties({ ...data.properties, ...info.properties });
      record.events.push({ event, properties, isAutotrack });
    }
  }

  return {
    add(name, properties = {}, source) {
      const copy = JSON.parse(JSON.stringify(properties)) as Record<string, unknown>;
      const isAutotrack = name === 'heap_autotrack';
      if (typeof name === 'string' && byteLength(name) > longestNameBytes) return;
      queued.push({
        type: 'core_track',
        info: { event: name as string, properties: copy, isAutotrack, source },
        data: { properties: { ...record.eventProperties } },
      });
      timer ??= setTimeout(flush, flushIntervalMs);
    },
    transform(name, fn) {
      if (!transformers.has(name)) transformers.set(name, fn);
    },
    untransform(name) {
      if (name === undefined) transformers.clear();
      else transformers.delete(name);
    },
    flush,
    stop: () => clearTimeout(timer),
  };
}
