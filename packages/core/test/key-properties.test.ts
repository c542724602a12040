import { defineEvents } from '@tracklayer/core';
import { keyProperties } from '@tracklayer/core/adapter';
import { expect, test } from 'vitest';

const events = defineEvents({ visit_store: { key: 'user_id.visit_id|', properties: { visit_id: 'id' } } });

test.each([
  ['a built-in event', 'purchase', ['order_id']],
  ['alternatives', 'qualify_lead', ['lead_id', 'pipeline_stage']],
  ['a person', 'sign_up', []],
  ['no key', 'login', []],
  ['an own event', 'visit_store', ['visit_id']],
  ['an unknown event', 'constructor', []],
])('W-4 the properties that make the id are known of %s', (_, event, names) => {
  expect(keyProperties(event, { events })).toEqual(names);
});
