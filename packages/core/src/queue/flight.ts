import type { Answer } from '../event/answer.ts';
import type { Batch } from './batch.ts';

/** How a request travels. */
export interface Way {
  compress: boolean;
  /** The page is going away: the request must survive that. */
  leaving: boolean;
  controller: AbortController;
}

/** The requests that are under way. */
export interface Flight {
  /** How many of them are not the last words of a page that is left. */
  readonly regular: number;
  readonly isEmpty: boolean;
  send(batch: Batch, way: Omit<Way, 'controller'>): Promise<Answer>;
  abort(): void;
  /** Resolves when none is left of those that are under way now. */
  idle(): Promise<void>;
}

/** @param exchange - one attempt; never rejects. */
export function createFlight(exchange: (batch: Batch, way: Way) => Promise<Answer>): Flight {
  const underWay = new Map<AbortController, Promise<Answer>>();
  let regular = 0;
  return {
    get regular() {
      return regular;
    },
    get isEmpty() {
      return underWay.size === 0;
    },
    async send(batch, way) {
      const controller = new AbortController();
      const answer = exchange(batch, { ...way, controller });
      underWay.set(controller, answer);
      if (!way.leaving) regular++;
      await answer;
      underWay.delete(controller);
      if (!way.leaving) regular--;
      return answer;
    },
    abort() {
      for (const controller of underWay.keys()) controller.abort();
    },
    async idle() {
      await Promise.all(underWay.values());
    },
  };
}
