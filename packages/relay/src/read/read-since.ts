import { readInstant } from '@tracklayer/core/adapter';
import { dayMs, dayOf, keptDays } from '../store/days.ts';

/** The first day of a window that ends now: `7d`, or a day as it is; nothing for other text. */
export function readSince(text: string, now: number): string | undefined {
  const days = Number(/^(\d{1,3})d$/.exec(text)?.[1] ?? 0);
  if (days >= 1 && days <= keptDays) return dayOf(now - (days - 1) * dayMs);
  const isDay = /^\d{4}-\d\d-\d\d$/.test(text) && readInstant(`${text}T00:00Z`).fault === undefined;
  return isDay ? text : undefined;
}
