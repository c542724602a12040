import type { DecodedRequest } from './decode-request.ts';

/** What the relay does with a request instead of answering as a relay. */
export type Fault =
  | ({ do: 'answer' } & ScriptedAnswer)
  | { do: 'partial' | 'hang' | 'cut' | 'truncated' }
  | { do: 'slow'; ms: number };

/** An answer that is none of a relay's own. */
export interface ScriptedAnswer {
  status: number;
  /** In seconds, or a date. */
  retryAfter?: number | Date | undefined;
  /** Text goes out as HTML, an object as JSON. Default: problem+json that names the status. */
  body?: string | object | undefined;
  headers?: Readonly<Record<string, string>> | undefined;
}

/** Decides by the request: an answer, or `undefined` for what a relay says. */
export type Answering = (
  request: DecodedRequest,
) => ScriptedAnswer | undefined | Promise<ScriptedAnswer | undefined>;

/** A fault by script: it meets the next request, or the next `times(n)`. */
export interface ScriptedFault {
  /** How many requests it meets. Default `1`; `Infinity` until `reset()`. */
  times(count: number): void;
}

/** Faults in the order in which they were scripted, each for its count of requests. */
export interface Script {
  add(fault: Fault): ScriptedFault;
  /** The fault of the request that comes now. */
  next(request: DecodedRequest): Promise<Fault | undefined>;
  clear(): void;
}

/** @param answering - asked where the script has nothing left. */
export function createScript(answering?: Answering): Script {
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
    async next(request) {
      while (lines[0] && lines[0].left < 1) lines.shift();
      const line = lines[0];
      if (line) {
        line.left--;
        return line.fault;
      }
      const answer = await answering?.(request);
      return answer && { do: 'answer', ...answer };
    },
    clear() {
      lines.length = 0;
    },
  };
}
