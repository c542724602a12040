import type { MessageKind } from '@tracklayer/core';
import type { ForwardedMessage } from '../forward.ts';
import type { Messages } from '../http/read-messages.ts';
import type { AnsweredVerdict } from '../http/verdicts.ts';
import type { NodeClient } from '../node-client.ts';
import type { Admitted } from './admit.ts';
import { readVerdicts } from './answer.ts';

type Counts = Messages['dropped'];

/**
 * Passes on what was admitted of a request, with the page's report of what it dropped (docs/wire.md W-37).
 *
 * @returns a verdict for each message, in the request's order.
 */
export type PassOn = (
  kind: MessageKind,
  admitted: readonly Admitted[],
  request: Pick<Messages, 'dropped' | 'isBatch'>,
) => Promise<readonly AnsweredVerdict[]>;

export function createPassOn(client: Pick<NodeClient, 'forward'>): PassOn {
  /** Reports that their pages count as arrived, and that nothing was passed on with. */
  let unreported: Counts = {};

  async function forward(
    kind: MessageKind,
    messages: readonly ForwardedMessage[],
    dropped: Counts,
  ): Promise<readonly AnsweredVerdict[]> {
    const carried = unreported;
    unreported = {};
    try {
      return readVerdicts(await client.forward(kind, messages, sumOf(carried, dropped)), messages);
    } catch (cause) {
      // This page's own it reports again.
      unreported = sumOf(unreported, carried);
      throw cause;
    }
  }

  return async (kind, admitted, { dropped, isBatch }) => {
    const messages = admitted.flatMap(({ message }) => (message ? [message] : []));
    const answered = messages.length > 0 ? await forward(kind, messages, dropped) : [];
    // A message alone that is refused is answered 422, after which the page reports again.
    if (messages.length === 0 && isBatch) unreported = sumOf(unreported, dropped);
    const inOrder = answered.values();
    return admitted.map(
      ({ refused }) => refused ?? inOrder.next().value ?? { event_id: null, status: 'retry' },
    );
  };
}

/** Reasons are few: `readReport` knows no others. */
function sumOf(one: Counts, other: Counts): Counts {
  const sum = { ...one };
  for (const [reason, count] of Object.entries(other)) sum[reason] = (sum[reason] ?? 0) + count;
  return sum;
}
