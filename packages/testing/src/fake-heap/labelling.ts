import type { HeapWindow } from './heap-window.ts';

/** The environment that Heap's visual labelling works under. */
const labellingId = '3407116132';

/** What both generations do when an analyst begins to label the page. */
export function beginLabelling(window: HeapWindow): void {
  window.heap['appid'] = labellingId;
  window.heapV = {};
}
