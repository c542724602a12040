import type { HeapApi, HeapWindow } from './heap-api.ts';

/** Whether an analyst labels the page visually: what is called and clicked then is no visitor's. */
export const isLabelled = ({ heapV, heap }: HeapWindow): boolean =>
  // The environment that labelling works under, in both generations.
  Boolean(heapV) || String((heap as HeapApi | undefined)?.appid) === '3407116132';
