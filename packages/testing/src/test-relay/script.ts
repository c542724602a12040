/** What the relay does with a request instead of answering as a relay. */
export type Fault =
  | { do: 'answer'; status: number; retryAfter?: number | Date | undefined; body?: string | undefined }
  | { do: 'partial' | 'hang' | 'cut' | 'truncated' }
  | { do: 'slow'; ms: number };

/** A fault by script: it meets the next request, or the next `times(n)`. */
export interface ScriptedFault {
  /** How many requests it meets. Default `1`; `Infinity` until `reset()`. */
  times(count: number): void;
}

/** Faults in the order in which they were scripted, each for its count of requests. */
export interface Script {
  add(fault: Fault): ScriptedFault;
  /** The fault of the request that comes now. */
  next(): Fault | undefined;
  clear(): void;
}

export function createScript(): Script {
  const lines: { fault: Fault; left: number }[] = [];
  return {
    add(fault) {
      const line = { fault, left: 1 };
      lines.push(line);
      return {
        times(count) {
          line.left = count;
        },
      };
    },
    next() {
      while (lines[0] && lines[0].left < 1) lines.shift();
      const line = lines[0];
      if (line) line.left--;
      return line?.fault;
    },
    clear() {
      lines.length = 0;
    },
  };
}
