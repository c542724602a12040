import type { Confirmation, DestinationAnswer, Outcome, Reading } from './destination.ts';
import type { GoogleEvent, GoogleSettings } from './google-event.ts';
import { byStatus, jsonOf, textOfAnswer, wordOf } from './read-answer.ts';

const usualWaitMs = 60_000;
const base = 'https://datamanager.googleapis.com';

/** A 200 means "received": what became of the events says {@link confirmGoogle}. */
export const readGoogle = (
  answer: DestinationAnswer,
  payloads: readonly GoogleEvent[],
  settings: Pick<GoogleSettings, 'validateOnly' | 'confirmAfterMs'>,
): Reading => readGoogleReceipt(answer, { count: payloads.length, list: 'events' }, settings);

/** @param sent - how many records, and what their list is called in `field` of an error. */
export function readGoogleReceipt(
  answer: DestinationAnswer,
  sent: { count: number; list: string },
  { validateOnly, confirmAfterMs = usualWaitMs }: Pick<GoogleSettings, 'validateOnly' | 'confirmAfterMs'>,
): Reading {
  const body = jsonOf(answer);
  if (answer.status === 200 && validateOnly && body) return { all: { class: 'ok', ref: 'validated' } };
  if (answer.status === 200 && typeof body?.['requestId'] === 'string')
    return { ask: { ref: body['requestId'], afterMs: confirmAfterMs } };
  const outcome = googleOutcome(answer);
  if (outcome.class !== 'reject') return { all: outcome };
  // `field`: "events.events[3].user_data", or "events[3].…".
  const named = new RegExp(`"field"\\s*:\\s*"[^"]*?(?:${sent.list})\\[(\\d+)\\]`, 'g');
  const places = [...answer.body.matchAll(named)].map(([, place]) => Number(place));
  return { all: outcome, culprits: [...new Set(places)].filter((place) => place < sent.count) };
}

/** What an answer of Google means when it is not a receipt. */
export function googleOutcome(answer: DestinationAnswer): Outcome {
  const { status } = answer;
  const detail = textOfAnswer(answer);
  const word = /"status"\s*:\s*"([A-Z_]+)"/.exec(answer.body)?.[1];
  if (status === 409 || word === 'ABORTED') return { class: 'retry', detail };
  if (status === 403) return { class: 'config', detail };
  return byStatus(answer);
}

/** What Google says of records, by what to do with them. Everything else is a refusal of the record. */
const reasons: Readonly<Record<string, Outcome['class']>> = {
  DUPLICATE_TRANSACTION_ID: 'duplicate',
  DUPLICATE_GCLID: 'duplicate',
  INTERNAL_ERROR: 'retry',
};

interface ErrorCount {
  recordCount?: unknown;
  reason?: unknown;
  recordIndices?: unknown;
}

/** `requestStatus:retrieve`: what became of a request's records, by their places in it. */
export const confirmGoogle: Confirmation<GoogleSettings> = {
  request: (ref, { endpoint = base, version = 'v1' }, { token }) => ({
    method: 'GET',
    url: `${endpoint}/${version}/requestStatus:retrieve?requestId=${encodeURIComponent(ref)}`,
    headers: { authorization: `Bearer ${token}` },
  }),
  read(answer, places, { confirmAfterMs = usualWaitMs }) {
    const list = jsonOf(answer)?.['requestStatusPerDestination'];
    if (answer.status !== 200 || !Array.isArray(list) || list.length === 0) {
      const outcome = googleOutcome(answer);
      // Nobody knows the request any more: what was received stays unknown, and its ids make a repeat safe.
      return {
        all: outcome.class === 'reject' || answer.status === 404 ? { ...outcome, class: 'retry' } : outcome,
      };
    }
    const statuses = list as readonly Readonly<Record<string, unknown>>[];
    if (statuses.some(({ requestStatus }) => requestStatus === 'PROCESSING'))
      return { ask: { ref: '', afterMs: confirmAfterMs } };
    const counts = statuses.flatMap(({ errorInfo }) => errorCountsOf(errorInfo));
    if (counts.length === 0 && statuses.every(({ requestStatus }) => requestStatus === 'SUCCESS'))
      return { all: { class: 'ok' } };
    const isWhole = statuses.every(({ requestStatus }) => requestStatus === 'FAILED');
    return { each: places.map((place) => outcomeOf(place, counts, isWhole)) };
  },
};

function errorCountsOf(errorInfo: unknown): ErrorCount[] {
  const counts = (errorInfo as { errorCounts?: unknown } | undefined)?.errorCounts;
  return Array.isArray(counts) ? (counts as ErrorCount[]) : [];
}

function outcomeOf(place: number, counts: readonly ErrorCount[], isWhole: boolean): Outcome {
  const named = counts.find(
    ({ recordIndices }) => Array.isArray(recordIndices) && recordIndices.map(Number).includes(place),
  );
  // Without indices a failed whole is every record's failure; of a part nobody can say whose it is.
  const [first] = counts;
  const count =
    named ?? (isWhole ? (first ?? {}) : counts.find(({ recordIndices }) => recordIndices === undefined));
  if (!count) return { class: 'ok' };
  const reason = (wordOf(count.reason) || 'UNKNOWN').replace(/^PROCESSING_ERROR_REASON_/, '');
  if (named || isWhole) return { class: reasons[reason] ?? 'reject', detail: `Google: ${reason}` };
  return {
    class: 'ok',
    detail: `Google counts ${Number(count.recordCount)} records of this request as ${reason}, not which`,
  };
}
