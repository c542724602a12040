import { refusal } from '../problem.ts';
import { readCursor } from '../store/cursor.ts';
import type { DeliveryStatus } from '../store/deliveries.ts';
import { readSince } from './read-since.ts';

/** `POST /api/events/find`: all of these hold for what is found. */
export interface EventSearch {
  /** An `event_id`, the business id that one begins with (such as an `order_id`), or a `user_id`. */
  id?: string | undefined;
  event?: string | undefined;
  user_id?: string | undefined;
  /** Such as `heap` or `server`. */
  source?: string | undefined;
  status?: 'accepted' | 'rejected' | undefined;
  /** With a delivery to it. */
  destination?: string | undefined;
  /** With a delivery of this status. */
  delivery?: DeliveryStatus | undefined;
  /** Rejected for this reason, such as `missing`; or with a delivery of it: its stable word, such as `consent_denied`. */
  reason?: string | undefined;
  /** That came on this UTC day: `2026-11-23`. */
  day?: string | undefined;
  /** A `next_cursor`. */
  after?: string | undefined;
  /** Default `50`, at most `500`. */
  limit?: number | undefined;
}

const [defaultLimit, maxLimit] = [50, 500];
const texts = ['id', 'event', 'user_id', 'source', 'destination', 'reason', 'day', 'after'] as const;
const choices = {
  status: ['accepted', 'rejected'],
  delivery: ['pending', 'accepted', 'failed', 'skipped'],
} as const;

/** Reads what is looked for; empty text is no filter. @throws 422 `invalid_query` for a filter that cannot be one. */
export function readEventSearch(body: Readonly<Record<string, unknown>>): EventSearch & { limit: number } {
  const invalid = (detail: string) => refusal(422, 'invalid_query', detail);
  const search: Record<string, unknown> = {};
  for (const name of texts) {
    const value = body[name];
    if (value === undefined || value === '') continue;
    if (typeof value !== 'string') throw invalid(`${name} must be text`);
    search[name] = value;
  }
  for (const [name, words] of Object.entries(choices)) {
    const value = body[name];
    if (value === undefined || value === '') continue;
    if (!words.some((word) => word === value)) throw invalid(`${name} must be one of ${words.join(', ')}`);
    search[name] = value;
  }
  const { limit = defaultLimit } = body;
  if (!Number.isInteger(limit) || Number(limit) < 1 || Number(limit) > maxLimit)
    throw invalid(`limit must be a whole number from 1 to ${maxLimit}`);
  if (typeof search['day'] === 'string' && readSince(search['day'], 0) !== search['day'])
    throw invalid('day must be a UTC day, such as 2026-11-23');
  if (typeof search['after'] === 'string' && !readCursor(search['after']))
    throw invalid('after must be a next_cursor of an earlier page');
  return { ...search, limit: Number(limit) };
}
