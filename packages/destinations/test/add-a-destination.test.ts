import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { AnyDestination } from '../src/index.ts';
import { testDestination } from '../src/suite.ts';
import { known, paidOrder } from './destinations-with.ts';

const page = readFileSync(join(import.meta.dirname, '../../../docs/add-a-destination.md'), 'utf8');
const [, sample = ''] = /^```ts\n(.*?)^```/ms.exec(page) ?? [];
const folder = join(import.meta.dirname, '.readme-code');
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'acme.ts'), sample);
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const { acme } = (await import(join(folder, 'acme.ts'))) as { acme: AnyDestination };

test('a destination takes 60 lines, blank ones and its interfaces included', () => {
  expect(sample.trim().split('\n').length).toBeLessThanOrEqual(60);
});

testDestination(
  acme,
  {
    settings: { advertiser: '7', token: 'a token' } as object,
    event: paidOrder(),
    person: known,
    ok: () => ({ status: 200, body: '{"taken":true}' }),
  },
  { test, expect },
);
