import { promote, type Promotion, type Registry } from '@tracklayer/core';
import type { HeapRecording, RecordedHeapCall } from './heap-recording.ts';

/** What became of one recorded `heap.track`. */
export interface ReplayedTrack {
  call: RecordedHeapCall;
  promotion: Promotion;
}

/**
 * Replays a recording against a registry, which tells what each `track` would become, or against a page, where every
 * call is made again, in its order and without its pauses.
 *
 * @example
 * const recording = JSON.parse(await readFile('checkout.heap.json', 'utf8'));
 * replayHeap(recording, { registry }).map(({ promotion }) => promotion.status); // ['unmapped', 'promoted']
 */
export function replayHeap(recording: HeapRecording, target: { registry: Registry }): ReplayedTrack[];
export function replayHeap(recording: HeapRecording, target: { window: object }): void;
export function replayHeap(
  { calls, started_at }: HeapRecording,
  target: { registry: Registry } | { window: object },
): ReplayedTrack[] | void {
  if ('window' in target) {
    const page = target.window as { heap?: Record<string, (...args: unknown[]) => unknown> };
    // Looked up at each call, as a page does: the library may arrive in between.
    for (const { method, args } of calls) page.heap?.[method]?.(...args);
    return;
  }
  return calls
    .filter(({ method }) => method === 'track')
    .map((call) => {
      const [label, properties] = call.args;
      const source_event = String(label);
      const at = started_at + call.at;
      return { call, promotion: promote(target.registry, { source: 'heap', source_event, properties, at }) };
    });
}
