import type { Access, Outcome } from '@tracklayer/destinations';
import type { Configured } from './configured.ts';
import type { SendRequest } from './send-request.ts';

type Reading = { token: string; expires_at: number; host?: string | undefined } | { failed: Outcome };

/** Access tokens, each asked for once, by whoever needs it first, and kept until shortly before its end. */
export interface Tokens {
  /** What a request to a destination needs; or why it cannot be had. */
  access(configured: Configured): Promise<Access | { failed: Outcome }>;
  /** This token is not taken any more: the next call asks for another, unless one has. @returns whether one can be had. */
  drop(configured: Configured, token: string | undefined): boolean;
}

const marginMs = 60_000;

export function createTokens(send: SendRequest, now: () => number, signal: AbortSignal): Tokens {
  // By the object: a destination may have another token for some of its calls.
  const known = new Map<Configured, { reading: Promise<Reading>; token?: string }>();

  async function ask({ destination, settings }: Configured): Promise<Reading> {
    const exchange = destination.token;
    if (!exchange) return { failed: { class: 'auth_broken', detail: 'it has no way to a token' } };
    try {
      const answer = await send(await exchange.request(settings, now()), { publicOnly: false, signal });
      if ('isUnsent' in answer)
        return {
          failed: { class: 'retry', detail: `the token endpoint: ${answer.detail}` },
        };
      return exchange.read(answer, now());
    } catch {
      // What it threw may quote the key.
      return { failed: { class: 'config', detail: 'the key cannot sign; check it' } };
    }
  }

  /** Waits with whoever asks already. */
  async function read(configured: Configured): Promise<Reading> {
    const entry: { reading: Promise<Reading>; token?: string } = known.get(configured) ?? {
      reading: ask(configured),
    };
    known.set(configured, entry);
    const reading = await entry.reading;
    if ('failed' in reading) forget(configured, entry);
    else entry.token = reading.token;
    return reading;
  }

  /** Unless another is there already. */
  function forget(configured: Configured, entry: object | undefined): void {
    if (known.get(configured) === entry) known.delete(configured);
  }

  return {
    async access(configured) {
      const { destination, settings } = configured;
      if (!destination.token?.isConfigured(settings)) return { now: now() };
      const entry = known.get(configured);
      let reading = await read(configured);
      if (entry && !('failed' in reading) && reading.expires_at - marginMs <= now()) {
        forget(configured, entry);
        reading = await read(configured);
      }
      if ('failed' in reading) return { failed: reading.failed };
      return { now: now(), token: reading.token, host: reading.host };
    },
    drop(configured, token) {
      const { destination, settings } = configured;
      const entry = known.get(configured);
      if (entry?.token === token) forget(configured, entry);
      return destination.token?.isConfigured(settings) === true;
    },
  };
}
