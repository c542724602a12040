import { inWords, type Verdict } from '@tracklayer/core';
import { problem, unavailable } from './problem.ts';
import { jsonReply, type Reply } from './reply.ts';

/** A verdict as it is answered; an id that cannot be shown, or that an identify never had, is `null`. */
export type AnsweredVerdict = Omit<Verdict, 'event_id'> & {
  event_id: string | null;
  merged?: boolean | undefined;
};

/** The most reasons that are given for one message. */
const maxReasons = 5;
/** Characters of reasons in one answer: junk must not cost us twenty times its own size. */
const maxReasonsLength = 28_000;

/** One verdict per message, in the request's order: alone by docs/wire.md W-11, in a batch by W-12. */
export function answerVerdicts(verdicts: readonly AnsweredVerdict[], isBatch: boolean): Reply {
  if (isBatch) return jsonReply({ results: withinBounds(verdicts) });
  const [verdict] = verdicts;
  if (!verdict || verdict.status === 'retry') {
    throw unavailable('relay_unavailable', 'the event is not stored yet; send the same request again');
  }
  if (verdict.status !== 'rejected')
    return jsonReply({ ...verdict, event_id: verdict.event_id ?? undefined });
  const told = (verdict.errors ?? []).slice(0, maxReasons);
  const detail = told.map(inWords).join('; ') || 'the event was refused';
  return problem(422, 'invalid_event', detail, { errors: told });
}

function withinBounds(verdicts: readonly AnsweredVerdict[]): readonly AnsweredVerdict[] {
  let room = maxReasonsLength;
  return verdicts.map((verdict) => {
    const { errors } = verdict;
    if (!errors) return verdict;
    const told = errors.slice(0, maxReasons);
    room -= told.reduce(
      (sum, { path, message, code }) => sum + path.length + message.length + code.length + 40,
      0,
    );
    return { ...verdict, errors: room > 0 ? told : undefined };
  });
}
