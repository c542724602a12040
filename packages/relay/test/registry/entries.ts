import type { RegistryEntry } from '@tracklayer/core';

/** The guide's order, approved. */
export const heapEntry = (fields: Partial<RegistryEntry> = {}): RegistryEntry => ({
  source: 'heap',
  source_event: 'Order Completed',
  canonical_event: 'purchase',
  status: 'approved',
  required_properties: ['order_id', 'value', 'currency'],
  ...fields,
});
