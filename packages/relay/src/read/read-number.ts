import { refusal } from '../problem.ts';

/** A whole number of a query, from 1 to `max`; nothing when it is absent. @throws 400 `invalid_query` for anything else. */
export function readNumber(query: URLSearchParams, name: string, max: number): number | undefined {
  const text = query.get(name) || undefined;
  if (text === undefined) return undefined;
  const value = /^\d{1,16}$/.test(text) ? Number(text) : 0;
  if (value < 1 || value > max)
    throw refusal(400, 'invalid_query', `${name} must be a whole number from 1 to ${max}`);
  return value;
}
