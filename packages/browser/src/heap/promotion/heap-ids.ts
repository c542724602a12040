import { attempt } from '@tracklayer/core/adapter';
import type { EventContext } from '@tracklayer/core';
import { isReady, type HeapApi } from '../hook/heap-api.ts';

/** Heap's own ids of the moment, only from the library: a stub would queue the question. */
export function heapContext(heap: HeapApi): EventContext | undefined {
  const user_id = heapUserId(heap);
  const session_id = heap.loaded ? textOf(attempt(() => heap.getSessionId?.())) : undefined;
  return user_id || session_id ? { heap: { user_id, session_id } } : undefined;
}

export const heapUserId = (heap: HeapApi): string | undefined =>
  heap.loaded ? textOf(attempt(() => heap.userId ?? heap.getUserId?.())) : undefined;

/** Whom Heap knows; `undefined` for a stranger, and while the library is not ready. */
export const heapIdentity = (heap: HeapApi): string | undefined =>
  isReady(heap) ? textOf(attempt(() => (heap.getIdentity ? heap.getIdentity() : heap.identity))) : undefined;

const textOf = (id: unknown): string | undefined => (typeof id === 'string' ? id : undefined);
