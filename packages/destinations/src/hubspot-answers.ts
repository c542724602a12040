import type { DestinationAnswer, Outcome, Reading } from './destination.ts';
import type { HubSpotWrite } from './hubspot-write.ts';
import { byStatus, jsonOf, redact, textOfAnswer, wordOf } from './read-answer.ts';

/** Ids are unique in a batch there: later properties win, as they would one after the other. */
export function mergedById(payloads: readonly HubSpotWrite[]): HubSpotWrite[] {
  const byId = new Map<string, HubSpotWrite>();
  for (const write of payloads) {
    if (!('id' in write)) continue;
    const before = byId.get(write.id);
    byId.set(
      write.id,
      before ? { ...write, properties: { ...before.properties, ...write.properties } } : write,
    );
  }
  return [...byId.values()];
}

const tenSecondsMs = 10_000;
const hourMs = 3_600_000;

export function readHubSpot(answer: DestinationAnswer, payloads: readonly HubSpotWrite[]): Reading {
  const detail = textOfAnswer(answer);
  if (answer.status >= 200 && answer.status < 300) return readWrites(answer, payloads);
  if (
    answer.status === 400 &&
    /event.*(?:name|type|definition)/i.test(detail) &&
    /not|unknown|invalid/i.test(detail)
  )
    return { all: { class: 'config', detail } };
  return { all: hubspotOutcome(answer) };
}

/** What a status means, where HubSpot has no word for each record. */
export function hubspotOutcome(answer: DestinationAnswer): Outcome {
  if (answer.status === 401) return { class: 'auth_broken', detail: textOfAnswer(answer) };
  if (answer.status !== 429 || answer.retry_after) return byStatus(answer);
  const isDaily = jsonOf(answer)?.['policyName'] === 'DAILY';
  return { ...byStatus(answer), afterMs: isDaily ? hourMs : tenSecondsMs };
}

interface Written {
  id?: unknown;
  objectWriteTraceId?: unknown;
  message?: unknown;
  context?: { objectWriteTraceId?: unknown };
}

function rowsOf(list: unknown): Written[] | undefined {
  return Array.isArray(list)
    ? list.filter((row): row is Written => typeof row === 'object' && row !== null)
    : undefined;
}

function readWrites(answer: DestinationAnswer, payloads: readonly HubSpotWrite[]): Reading {
  // Events have no word of their own: 204, or 2xx without a body.
  if (payloads.every((write) => 'eventName' in write))
    return { all: answer.body.trim() === '' || jsonOf(answer) ? { class: 'ok' } : byStatus(answer) };
  const body = jsonOf(answer);
  const results = rowsOf(body?.['results']);
  const errors = rowsOf(body?.['errors']);
  if (!results) return { all: byStatus(answer) };
  if (results.length === 0 && !errors)
    return { all: { class: 'reject', detail: 'HubSpot answered without writing anything' } };
  const traces = mergedById(payloads);
  const inOrder =
    results.length === traces.length && !results.some(({ objectWriteTraceId }) => objectWriteTraceId);
  const outcomes = new Map<string, Outcome>();
  for (const { objectWriteTraceId, id } of results)
    outcomes.set(wordOf(objectWriteTraceId), {
      class: 'ok',
      ...(wordOf(id) && { ref: wordOf(id) }),
    });
  for (const { message, context, objectWriteTraceId } of errors ?? []) {
    const detail = redact(typeof message === 'string' ? message : 'HubSpot refused it');
    for (const trace of [context?.objectWriteTraceId ?? objectWriteTraceId].flat())
      outcomes.set(wordOf(trace), { class: 'reject', detail });
  }
  const byId = new Map(
    traces.map((write, place) => {
      const trace = 'id' in write ? write.objectWriteTraceId : '';
      const known: Outcome | undefined =
        outcomes.get(trace) ?? (inOrder ? { class: 'ok', ref: wordOf(results[place]?.id) } : undefined);
      return ['id' in write ? write.id : '', known] as const;
    }),
  );
  const missing: Outcome = { class: 'retry', detail: 'the answer has no row for it' };
  return { each: payloads.map((write) => byId.get('id' in write ? write.id : '') ?? missing) };
}
