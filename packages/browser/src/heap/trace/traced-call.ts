import type { Outcome, RegistryEntry } from '@tracklayer/core';
import type { HeardLabel } from '../heard-label.ts';

/** One label that the page showed, and why it became a conversion or did not. Holds none of its properties. */
export interface TracedCall {
  /** Milliseconds since 1970. */
  at: number;
  /** As the page gave it, cut at 255 characters. */
  label: string;
  /** `refused`: by the client, for `outcome`'s reason (consent, contract, a full queue). `failed`: the client threw. */
  status: 'unmapped' | 'draft' | 'missing' | 'unmet' | 'refused' | 'failed' | 'promoted';
  /** The registry's, unless unmapped. */
  entry?: RegistryEntry | undefined;
  /** The label that an unmapped one was probably meant to be. */
  expected?: string | undefined;
  /** The required properties that it lacks. */
  missing?: readonly string[] | undefined;
  event_id?: string | undefined;
  /** What became of the event in the end; absent while it is on its way. */
  outcome?: Outcome | undefined;
}

const longestLabel = 255;

export function tracedCallOf({ source_event, at, promotion, meant, receipt }: HeardLabel): TracedCall {
  const label =
    typeof source_event === 'string' ? source_event.slice(0, longestLabel) : `(${typeof source_event})`;
  const call: TracedCall = { at, label, status: promotion.status };
  if (promotion.status !== 'unmapped') call.entry = promotion.entry;
  else if (meant) call.expected = meant.source_event;
  if (promotion.status === 'missing') call.missing = promotion.missing;
  if (promotion.status !== 'promoted') return call;
  if (!receipt) return { ...call, status: 'failed' };
  return receipt.event_id === null ? { ...call, status: 'refused' } : { ...call, event_id: receipt.event_id };
}

/** For a person to read. */
export function explain({ status, entry, expected, missing = [], event_id, outcome }: TracedCall): string {
  const reason =
    outcome?.status === 'dropped' ? [outcome.reason, outcome.detail].filter(Boolean).join(': ') : undefined;
  const reasons: Record<TracedCall['status'], string> = {
    unmapped: `stays in Heap: no entry of the registry names it${expected ? `; meant “${expected}”?` : ''}`,
    draft: 'its entry is a draft, or its date is over',
    missing: `lacks ${missing.join(', ')}`,
    unmet: 'a condition of its entry does not hold',
    failed: 'the client threw',
    refused: `refused: ${reason ?? 'no reason given'}`,
    promoted: `${entry?.canonical_event} ${event_id}: ${reason ?? outcome?.status ?? 'on its way'}`,
  };
  return reasons[status];
}
