import type { JsonObject } from '@tracklayer/core';
import {
  redact,
  type Access,
  type DestinationAnswer,
  type DestinationRequest,
  type Reading,
} from '@tracklayer/destinations';
import type { Configured } from './configured.ts';
import type { SendRequest } from './send-request.ts';
import type { Tokens } from './tokens.ts';

/** What every call to a platform takes. */
export interface Calls {
  send: SendRequest;
  tokens: Tokens;
  /** Milliseconds since 1970. */
  now: () => number;
  random: () => number;
  signal: AbortSignal;
}

/** An answer may take ten seconds: nothing is begun that the lease would not see the end of. */
const marginMs = 15_000;

/** Whether a lease ends too soon for another request. */
export const isNearlyOver = (until: number, now: number): boolean => now > until - marginMs;

/** One request, its token renewed once. */
export async function callDestination<Read extends object>(
  configured: Configured,
  { send, tokens, now, signal }: Pick<Calls, 'send' | 'tokens' | 'now' | 'signal'>,
  make: (access: Access) => DestinationRequest | undefined,
  read: (answer: DestinationAnswer) => Read | Reading,
): Promise<{ reading: Read | Reading; last?: JsonObject; isUnsent?: boolean }> {
  const { destination, settings } = configured;
  for (let attempt = 1; ; attempt += 1) {
    const access = await tokens.access(configured);
    if ('failed' in access) return { reading: { all: access.failed }, isUnsent: true };
    const request = make(access);
    if (!request) return { reading: read({ status: 204, body: '' }) };
    const publicOnly = destination.isPublicOnly?.(settings) ?? false;
    const answer = await send(request, { publicOnly, signal });
    if ('isUnsent' in answer)
      return { reading: { all: { class: 'retry', detail: answer.detail } }, isUnsent: answer.isUnsent };
    const reading = read(answer);
    const last = {
      at: new Date(now()).toISOString(),
      // No path and no query: they may hold a secret.
      request: `${request.method} ${new URL(request.url).host}, ${(request.body ?? '').length} characters`,
      status: answer.status,
      answer: redact(answer.body.slice(0, 1_000)),
    };
    const isStale = 'all' in reading && reading.all.class === 'refresh_auth';
    if (!isStale) return { reading, last };
    if (!tokens.drop(configured, access.token) || attempt > 1)
      return { reading: { all: { ...reading.all, class: 'auth_broken' } }, last };
  }
}
