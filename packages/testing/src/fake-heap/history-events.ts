import type { HeapWindow } from './heap-window.ts';

const names = ['pushState', 'replaceState'] as const;

/** Both generations patch the history, and dispatch `heappushstate` and `heapreplacestate`. Returns what undoes it. */
export function announceHistory(window: HeapWindow): () => void {
  const { history } = window;
  if (!history) return () => {};
  for (const name of names) {
    const own = History.prototype[name];
    history[name] = (...args) => {
      own.apply(history, args);
      window.dispatchEvent?.(new Event(`heap${name.toLowerCase()}`));
    };
  }
  return () => {
    for (const name of names) Reflect.deleteProperty(history, name);
  };
}
