// The one place that says which Heap labels mean business. Shared by the page and the server.
import { defineRegistry } from '@tracklayer/core';

export const registry = defineRegistry([
  {
    source: 'heap',
    source_event: 'Button Clicked: Add to cart',
    canonical_event: 'add_to_cart',
    status: 'approved',
    properties: { value: 'price', currency: 'currency', items: 'items' },
  },
  {
    source: 'heap',
    source_event: 'Form Submitted: Signup',
    canonical_event: 'sign_up',
    status: 'approved',
  },
  {
    source: 'heap',
    source_event: 'Checkout Started',
    canonical_event: 'begin_checkout',
    status: 'approved',
    properties: { checkout_id: 'checkoutId', value: 'total', currency: 'currency', items: 'items' },
  },
  {
    source: 'heap',
    source_event: 'Payment Info Completed',
    canonical_event: 'add_payment_info',
    status: 'approved',
    properties: { checkout_id: 'checkoutId', value: 'total', currency: 'currency' },
    when: { path: 'quality', equals: 'strong' },
  },
  {
    source: 'heap',
    source_event: 'Order Completed',
    canonical_event: 'purchase',
    status: 'approved',
    required_properties: 'order_id, value, currency',
    properties: { order_id: 'orderId', value: 'total', currency: 'currency' },
  },
]);
