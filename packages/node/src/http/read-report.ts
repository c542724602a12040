import type { DropReason } from '@tracklayer/core';
import { isFields } from './parse-object.ts';

const reasons: Readonly<Record<DropReason, true>> = {
  invalid_event: true,
  too_large: true,
  queue_full: true,
  rejected: true,
  expired: true,
  consent: true,
  before_send: true,
  closed: true,
};

/**
 * Reads what a client says it dropped, by reason (docs/wire.md W-37). Counts that make no sense are left out: a report
 * never harms its events. Reasons that we do not know count as `other`, since pages report too and could make up any
 * number of them.
 */
export function readReport(report: unknown): Record<string, number> {
  const counts: Record<string, number> = {};
  const dropped = isFields(report) && isFields(report['dropped']) ? Object.entries(report['dropped']) : [];
  for (const [reason, count] of dropped) {
    if (!isCount(count)) continue;
    const known = Object.hasOwn(reasons, reason) ? reason : 'other';
    counts[known] = (counts[known] ?? 0) + count;
  }
  return counts;
}

const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= 1e9;
