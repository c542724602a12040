import type { CaptureInput, EventName, PropertiesOf } from '@tracklayer/core';

/** One event's capture input. */
export type InputOf<Name extends EventName> = Extract<CaptureInput, { event: Name }>;

/** Fields to set otherwise; `properties` are merged, `undefined` leaves one out. */
export type Overrides<Name extends EventName> = Partial<Omit<InputOf<Name>, 'event' | 'properties'>> & {
  properties?: Partial<PropertiesOf<Name>> | undefined;
};

function builder<Name extends EventName>(
  usual: InputOf<Name>,
): (overrides?: Overrides<Name>) => InputOf<Name> {
  return (overrides = {}) => ({
    ...usual,
    ...overrides,
    properties: { ...usual.properties, ...overrides.properties },
  });
}

/**
 * The guide's purchase: `ord_10492`, 129.95 EUR.
 *
 * @example
 * client.capture(paidOrder({ properties: { order_id: 'ord_2' } }));
 */
export const paidOrder: (overrides?: Overrides<'purchase'>) => InputOf<'purchase'> = builder<'purchase'>({
  event: 'purchase',
  user_id: 'cust_2048',
  anonymous_id: 'anon_91b2',
  source: 'server',
  properties: {
    order_id: 'ord_10492',
    value: 129.95,
    currency: 'EUR',
    items: [{ item_id: 'sku_shirt_m', item_name: 'Linen shirt', price: 64.975, quantity: 2 }],
  },
});

/** Somebody makes an account. */
export const signUp: (overrides?: Overrides<'sign_up'>) => InputOf<'sign_up'> = builder<'sign_up'>({
  event: 'sign_up',
  user_id: 'cust_2048',
  anonymous_id: 'anon_91b2',
  source: 'server',
  properties: { method: 'email' },
});

/** Sales accepts a lead. */
export const qualifiedLead: (overrides?: Overrides<'qualify_lead'>) => InputOf<'qualify_lead'> =
  builder<'qualify_lead'>({
    event: 'qualify_lead',
    user_id: 'contact_731',
    source: 'crm',
    properties: { lead_id: 'lead_731', pipeline_stage: 'sales_qualified', value: 2_400, currency: 'EUR' },
  });
