import type { MessageKind, Platform, Transport } from '@tracklayer/core';
import { createUuid, readAnswer, requestBody, type Answer } from '@tracklayer/core/adapter';

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

  async function attempt(
    kind: MessageKind,
    body: string,
    key: string,
    ids: string[],
    n: number,
  ): Promise<Answer> {
    const bytes = byteLength(body);
    const signal = AbortSignal.timeout(requestTimeoutMs);
    const request = { kind, body, bytes, idempotency_key: key, attempt: n, compress };
    const answer = readAnswer(await transport.send(request, { signal }), kind, ids, clock.now());
    if (answer.type !== 'unsupported' || !compress) return answer;
    // Perhaps it does not read compressed bodies (docs/wire.md W-26).
    compress = false;
    return attempt(kind, body, key, ids, n + 1);
  }

  return async (kind, messages, dropped) => {
    try {
      const sent_at = new Date(clock.now()).toISOString();
      const report = dropped && Object.keys(dropped).length > 0 ? { ...dropped } : undefined;
      const texts = messages.map(({ json }) => json);
      const ids = messages.map(({ event_id }) => event_id);
      return await attempt(kind, requestBody(texts, sent_at, report), newKey(), ids, 1);
    } catch {
      return { type: 'unreachable' };
    }
  };
}
