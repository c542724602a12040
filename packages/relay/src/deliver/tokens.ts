import type { Access, Outcome } from '@tracklayer/destinations';
import type { Configured } from './configured.ts';
import type { SendRequest } from './send-request.ts';

/** Access tokens, each asked for once and kept until shortly before its end. */
export interface Tokens {
  /** What a request to a destination needs; or why it cannot be had. */
  access(configured: Configured): Promise<Access | { failed: Outcome }>;
  /** Its token is not taken any more. @returns whether another can be had. */
  drop(configured: Configured): boolean;
}

const marginMs = 60_000;

export function createTokens(send: SendRequest, now: () => number, signal: AbortSignal): Tokens {
  // By the object: a destination may have another token for some of its calls.
  const known = new Map<
    Configured,
    Promise<{ token: string; expires_at: number; host?: string | undefined } | { failed: Outcome }>
  >();

  async function ask({ destination, settings }: Configured) {
    const exchange = destination.token;
    if (!exchange)
      return { failed: { class: 'auth_broken', detail: 'it has no way to a token' } satisfies Outcome };
    try {
      const answer = await send(await exchange.request(settings, now()), { publicOnly: false, signal });
      if ('isUnsent' in answer)
        return {
          failed: { class: 'retry', detail: `the token endpoint: ${answer.detail}` } satisfies Outcome,
        };
      return exchange.read(answer, now());
    } catch {
      // What it threw may quote the key.
      return { failed: { class: 'config', detail: 'the key cannot sign; check it' } satisfies Outcome };
    }
  }

  return {
    async access(configured) {
      const { destination, settings } = configured;
      if (!destination.token?.isConfigured(settings)) return { now: now() };
      const asking = known.get(configured) ?? ask(configured);
      known.set(configured, asking);
      const reading = await asking;
      if ('failed' in reading) {
        known.delete(configured);
        return { failed: reading.failed };
      }
      if (reading.expires_at - marginMs > now())
        return { now: now(), token: reading.token, host: reading.host };
      known.delete(configured);
      const fresh = await ask(configured);
      if ('failed' in fresh) return { failed: fresh.failed };
      known.set(configured, Promise.resolve(fresh));
      return { now: now(), token: fresh.token, host: fresh.host };
    },
    drop: (configured) => {
      const { destination, settings } = configured;
      known.delete(configured);
      return destination.token?.isConfigured(settings) === true;
    },
  };
}
