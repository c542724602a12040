import type { ReportRow } from '@tracklayer/relay';
import { expect, test } from 'vitest';
import { flowOf, placeFlow } from '../src/report/flow.ts';

const row: ReportRow = {
  day: '2026-11-23',
  event: 'purchase',
  seen: 1_204,
  drafts: 0,
  not_promoted: 1_200,
  uncounted: 1,
  promoted: 5,
  received: 8,
  accepted: 6,
  duplicates: 1,
  rejected: { missing_property: 1 },
  destinations: {
    meta: { planned: 6, accepted: 3, skipped: { consent_denied: 1 }, failed: {}, pending: 2 },
    heap: { planned: 6, accepted: 6, skipped: {}, failed: {}, pending: 0 },
  },
};

test('as much goes into each place of the picture as the report counts there', () => {
  const { nodes } = placeFlow(flowOf([row]), { width: 900, height: 260, nodeWidth: 8, gap: 20 });
  expect(Object.fromEntries(nodes.map(({ name, count }) => [name, count]))).toEqual({
    'seen in Heap': 1_204,
    'in Heap, not counted': 1,
    'servers and others': 3,
    'not promoted': 1_200,
    promoted: 5,
    received: 8,
    accepted: 6,
    duplicates: 1,
    rejected: 1,
    meta: 3,
    'not meta': 3,
    heap: 6,
  });
});

test('all of the picture lies within it, and what is there is seen', () => {
  const rows = Array.from({ length: 9 }, (_, n) => ({
    ...row,
    destinations: { ...row.destinations, [`crm${n}`]: row.destinations['meta']! },
  }));
  const { nodes, links } = placeFlow(flowOf(rows), { width: 900, height: 260, nodeWidth: 8, gap: 4 });
  expect(nodes.every(({ y, height }) => y >= -0.001 && y + height <= 260.001 && height >= 1)).toBe(true);
  expect(links.every(({ width }) => width >= 1)).toBe(true);
});

test('a report of nothing has no picture', () => {
  expect(flowOf([])).toEqual({ nodes: [], links: [] });
});
