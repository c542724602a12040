import { beforeEach, expect, test } from 'vitest';
import { createTraitHasher } from '../../src/hash.ts';
import { hashesOf, traitVectors } from '../../../core/test/trait-vectors.ts';
import { clearPage, openClient } from './page.ts';
import { installPageRelay } from './page-relay.ts';

beforeEach(clearPage);

test.each(traitVectors)('W-18 %s hashes in a page as the platforms do', (_, vector) => {
  const { made, wanted } = hashesOf(vector, createTraitHasher());
  expect(made).toEqual(wanted);
});

test('P-5 an address is hashed before it is stored, and never leaves the page', async () => {
  const relay = installPageRelay();
  const client = openClient({ hashTraits: createTraitHasher({ clearTraits: ['city'] }) });
  client.identify({ user_id: 'cust_2048', traits: { email: ' Jane@Example.com ', city: 'Berlin' } });
  expect(JSON.stringify(localStorage)).not.toMatch(/jane/i);
  await client.flush();
  expect(relay.requests[0]?.messages[0]).toMatchObject({
    traits: {
      email_sha256: '8c87b489ce35cf2e2f39f80e282cb2e804932a56a213983eeeb428407d43b52d',
      city: 'Berlin',
    },
  });
  expect(JSON.stringify(relay.requests)).not.toMatch(/jane/i);
});
