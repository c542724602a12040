import type { MessageKind, Platform, Transport, WireRequest } from '@tracklayer/core';
import { createUuid, readAnswer, requestBody, type Answer } from '@tracklayer/core/adapter';
import { timeLimit } from './http/time-limit.ts';

/** A message of someone else, as text. */
export interface ForwardedMessage {
  event_id: string;
  /** The whole message as a JSON object, without `sent_at`: the request has its own, and of two only one is read. */
  json: string;
}

/**
 * Passes messages of someone else on in one request, without the queue: whoever sent them keeps them until the answer.
 *
 * @param dropped - what the sender gave up since its last request, by reason (docs/wire.md W-37).
 * @returns what the answer means, one verdict per message; never rejects.
 */
export type Forward = (
  kind: MessageKind,
  messages: readonly ForwardedMessage[],
  dropped?: Readonly<Record<string, number>>,
) => Promise<Answer>;

export function createForward(
  transport: Transport,
  requestTimeoutMs: number,
  { clock, randomBytes, byteLength }: Platform,
): Forward {
  const newKey = createUuid(clock.now, randomBytes);
  let compress = true;

  async function attempt(request: WireRequest, ids: readonly string[]): Promise<Answer> {
    const signal = timeLimit(requestTimeoutMs);
    const answer = readAnswer(await transport.send(request, { signal }), request.kind, ids, clock.now());
    const isMangled = answer.type === 'bad_request' && answer.compressed && !answer.invalid_event;
    if (!request.compress || !(answer.type === 'unsupported' || isMangled)) return answer;
    // Perhaps it does not read compressed bodies, or a proxy mangles them (docs/wire.md W-26).
    const plain = await attempt({ ...request, attempt: request.attempt + 1, compress: false }, ids);
    if (answer.type === 'unsupported' || plain.type === 'verdicts') compress = false;
    return plain;
  }

  return async (kind, messages, dropped) => {
    try {
      const sent_at = new Date(clock.now()).toISOString();
      const report = dropped && Object.keys(dropped).length > 0 ? { ...dropped } : undefined;
      const texts = messages.map(({ json }) => json);
      const ids = messages.map(({ event_id }) => event_id);
      const body = requestBody(texts, sent_at, report);
      const bytes = byteLength(body);
      return await attempt({ kind, body, bytes, idempotency_key: newKey(), attempt: 1, compress }, ids);
    } catch (cause) {
      return { type: 'unreachable', cause };
    }
  };
}
