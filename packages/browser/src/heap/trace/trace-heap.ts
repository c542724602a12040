import type { HeardLabel } from '../heard-label.ts';
import { tracedCallOf, type TracedCall } from './traced-call.ts';

export interface TraceOptions {
  /** Keeps the last calls. Default: only where `localStorage.tracklayer_debug` is `1`. */
  enabled?: boolean | undefined;
  /** Shows them on the page, in a panel that is loaded then. Default: only where `localStorage.tracklayer_debug` is `1`. */
  overlay?: boolean | undefined;
}

export interface HeapTrace {
  /** Hears of labels; `undefined` while tracing is off, so that it costs nothing. */
  onCall: ((seen: HeardLabel) => void) | undefined;
  /** The last 200 labels, oldest first. */
  calls(): readonly TracedCall[];
  /** Forgets them and takes the panel off the page. */
  stop(): void;
}

const longestTrace = 200;

/**
 * Answers "why did this not become a conversion?" for each of the page's last Heap calls. Throws nothing.
 *
 * @example
 * const promotion = promoteHeap(tracklayer, { registry, trace: traceHeap() });
 * promotion.trace(); // [{ label: 'Order Completed', status: 'missing', missing: ['currency'], … }]
 */
export function traceHeap({ enabled, overlay }: TraceOptions = {}): HeapTrace {
  const isDebugged = readFlag();
  const isShown = overlay ?? isDebugged;
  if (!(enabled ?? (isDebugged || isShown))) return { onCall: undefined, calls: () => [], stop() {} };

  const calls: TracedCall[] = [];
  let changed: (() => void) | undefined;
  let hide: (() => void) | undefined;
  let isStopped = false;

  async function show(): Promise<void> {
    const { showOverlay } = await import('./trace-overlay.ts');
    if (isStopped) return;
    const panel = showOverlay(() => calls);
    changed = panel.refresh;
    hide = panel.remove;
  }

  async function settle(call: TracedCall, { receipt }: HeardLabel): Promise<void> {
    call.outcome = await receipt?.settled();
    changed?.();
  }

  // Without the panel, `calls()` still answers.
  if (isShown) show().catch(() => {});

  return {
    onCall(seen) {
      if (isStopped) return;
      const call = tracedCallOf(seen);
      calls.push(call);
      if (calls.length > longestTrace) calls.shift();
      changed?.();
      if (seen.receipt) void settle(call, seen);
    },
    calls: () => calls.map((call) => ({ ...call })),
    stop() {
      isStopped = true;
      calls.length = 0;
      changed = undefined;
      hide?.();
    },
  };
}

function readFlag(): boolean {
  try {
    return localStorage.getItem('tracklayer_debug') === '1';
  } catch {
    return false;
  }
}
