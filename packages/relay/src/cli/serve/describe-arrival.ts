import { inWords } from '@tracklayer/core';
import type { Answered, Refused } from '../../answered.ts';

const signs = { accepted: '✓', duplicate: '=', rejected: '✗', retry: '…' } as const;

/** One arrival for a person, on one line: `10:15:30 ✓ purchase ord_10492_purchase accepted, from heap`. */
export function describeArrival(arrival: Answered): string {
  const { received_at, kind, event, event_id, status, source, conflict, errors } = arrival;
  const what = [kind === 'identify' ? 'identify' : (event ?? 'an event'), event_id ?? 'without an id'];
  const more = [
    source === undefined ? undefined : `from ${source}`,
    conflict ? 'contradicts the first copy' : undefined,
  ].filter((part) => part !== undefined);
  const reasons = errors.length > 0 ? `: ${errors.map(inWords).join('; ')}` : '';
  const told = [
    [...(kind === 'identify' && event_id === null ? ['identify'] : what), status].join(' '),
    ...more,
  ];
  return `${timeOf(received_at)} ${signs[status]} ${told.join(', ')}${reasons}`;
}

/** One refused request, on one line: `10:15:30 ✗ POST /api/capture refused with 401: send Authorization …`. */
export function describeRefused({ method, path, status, detail }: Refused, at: number): string {
  return `${timeOf(at)} ✗ ${method} ${path} refused with ${status}: ${detail}`;
}

/** The time of day where the person is. */
const timeOf = (at: number): string => new Date(at).toLocaleTimeString('en-GB');
