import type { Answer } from '@tracklayer/core/adapter';
import type { ForwardedMessage } from '../forward.ts';
import { refusal, unavailable } from '../http/problem.ts';
import type { AnsweredVerdict } from '../http/verdicts.ts';

/**
 * The relay's verdicts on the messages that were passed on. A message without a verdict is one that the page keeps
 * (docs/wire.md W-9, W-21).
 *
 * @throws Refusal for the whole request when there are none.
 */
export function readVerdicts(
  answer: Answer,
  messages: readonly ForwardedMessage[],
): readonly AnsweredVerdict[] {
  switch (answer.type) {
    case 'verdicts':
      return messages.map(({ event_id }, place) => {
        const given = answer.verdicts[place] as AnsweredVerdict | undefined;
        if (!given) return { event_id, status: 'retry' };
        const { status, conflict, code, errors, merged } = given;
        return { event_id, status, conflict, code, errors, merged };
      });
    case 'too_large':
      throw refusal(413, 'body_too_large', 'the relay does not accept a request of this size');
    case 'bad_request':
      if (answer.invalid_event && messages.length === 1) {
        const { errors } = answer;
        const { event_id } = messages[0]!;
        return [{ event_id, status: 'rejected', code: 'invalid_event', errors }];
      }
      break;
    default:
  }
  throw unavailable('relay_unavailable', 'the events are not stored yet; send the same request again', {
    retryAfterMs: answer.type === 'later' ? answer.retryAfterMs : undefined,
  });
}
