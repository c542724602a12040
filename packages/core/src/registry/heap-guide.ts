import type { RegistryEntry } from './registry.ts';

const row = (
  source_event: string,
  canonical_event: RegistryEntry['canonical_event'],
  required_properties: string,
  notes: string,
): RegistryEntry => ({
  source: 'heap',
  source_event,
  canonical_event,
  status: 'approved',
  required_properties,
  notes,
});

/** The mapping table of the Heap guide, row by row, in its order. */
export const heapGuideEntries = (): readonly RegistryEntry[] => [
  row(
    'Button Clicked: Add to cart',
    'add_to_cart',
    'items, value, currency',
    'When product, quantity and value are known.',
  ),
  row('Form Submitted: Signup', 'sign_up', '', 'Registration milestone for ad platforms and the CRM.'),
  row(
    'Checkout Started',
    'begin_checkout',
    'items, value, currency',
    'For ad optimization and funnel parity.',
  ),
  {
    ...row(
      'Payment Info Completed',
      'add_payment_info',
      'value, currency',
      'Optional: only when quality is strong.',
    ),
    when: { path: 'quality', equals: 'strong' },
  },
  row('Order Completed', 'purchase', 'order_id, value, currency', 'Primary revenue event.'),
  row(
    'Lead Form Qualified',
    'qualify_lead',
    'lead_id, pipeline_stage',
    'B2B routing, once qualification rules pass.',
  ),
];
