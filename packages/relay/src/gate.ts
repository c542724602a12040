import type { Reply } from '@tracklayer/node/http-kit';
import type { Refused } from './answered.ts';
import { createKeyRing, type Grant, type RelayKey, type Scope } from './keys.ts';
import { createRequestRate } from './limits/request-rate.ts';
import type { Metrics } from './metrics.ts';
import { problem, Refusal, refusal } from './problem.ts';

/** Who may come in, and what those hear who may not (docs/wire.md W-8). */
export interface Gate {
  /**
   * What a caller may do.
   *
   * @throws Refusal 401 without a key of this relay, 403 without the scope, 429 over its rate.
   */
  admit(authorization: string | undefined, scope: Scope): Grant;
  /** Returns the response to a request that failed; counts and reports it. */
  refuse(cause: unknown, method: string, path: string): Reply;
}

export interface GateHost {
  keys: readonly RelayKey[];
  requestsPerSecond: number | undefined;
  metrics: Metrics;
  onError(error: unknown): void;
  onRefused: ((refused: Refused) => void) | undefined;
}

export function createGate({ keys, requestsPerSecond, metrics, onError, onRefused }: GateHost): Gate {
  const grantOf = createKeyRing(keys);
  const rate = createRequestRate(requestsPerSecond);
  return {
    admit(authorization, scope) {
      const grant = grantOf(authorization);
      if (!grant) {
        throw refusal(401, 'unauthorized', 'send Authorization: Bearer <key> with a key of this relay', {
          headers: { 'www-authenticate': 'Bearer' },
        });
      }
      if (!grant.scopes.has(scope)) throw refusal(403, 'forbidden', `this key lacks the scope ${scope}`);
      const tooMany = rate.take(grant);
      if (tooMany) throw tooMany;
      return grant;
    },
    refuse(cause, method, path) {
      if (!(cause instanceof Refusal)) {
        onError(cause);
        return problem(500, 'internal_error', 'the relay failed; nothing was accepted');
      }
      const { reply, message: detail } = cause;
      const { status } = reply;
      if (status === 401 || status === 403) {
        metrics.countRefused(status);
        onRefused?.({ method, path, status, detail });
      }
      if (status >= 500) onError(cause.cause ?? cause);
      return reply;
    },
  };
}
