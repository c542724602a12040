import type { HeapWindow } from './heap-window.ts';

const kinds = { click: 'BUILTIN_KIND_CLICK', change: 'BUILTIN_KIND_CHANGE', submit: 'BUILTIN_KIND_SUBMIT' };

/** Listens where Heap listens: on `window`, in the capture phase. Returns what ends it. */
export function autocapture(window: HeapWindow, report: (interaction: { kind: string }) => void): () => void {
  const listener = (event: Event): void => {
    const target = event.target as Partial<Element> | null;
    if (!target?.closest?.('[heap-ignore]')) report({ kind: kinds[event.type as keyof typeof kinds] });
  };
  const types = Object.keys(kinds);
  for (const type of types) window.addEventListener?.(type, listener, true);
  return () => {
    for (const type of types) window.removeEventListener?.(type, listener, true);
  };
}
