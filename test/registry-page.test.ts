import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { jsonSchemas } from '../packages/core/src/schema.ts';
import { readEventsFile } from '../packages/relay/src/registry/read-events-file.ts';
import { readRegistryFile } from '../packages/relay/src/registry/read-registry-file.ts';

const page = readFileSync(join(import.meta.dirname, '../docs/registry.md'), 'utf8');
const samples = [...page.matchAll(/^```yaml\n(.*?)^```/gms)].map(([, text = '']) => text);
const sampleOf = (word: string): string => samples.find((text) => text.includes(word)) ?? '';

test('P-10 the registry and the events that docs/registry.md shows are read', () => {
  const read = readRegistryFile(sampleOf('source_event'));
  expect('registry' in read && read.registry.entries).toHaveLength(2);
  const { rows } = readEventsFile(sampleOf('redeem_points'));
  expect([rows['redeem_points']?.key, rows['purchase']?.required]).toEqual([
    'redemption_id',
    ['order_id', 'value', 'currency', 'store_id'],
  ]);
});

test('P-10 docs/registry.md names each field of an entry', () => {
  const table = page.split('## Fields of an entry')[1]?.split('\n\n')[1] ?? '';
  const named = [...table.matchAll(/^\| `(\w+)`/gm)].map(([, field]) => field);
  const { properties } = jsonSchemas().registry as {
    properties: { entries: { items: { properties: object } } };
  };
  expect(new Set(named)).toEqual(new Set(Object.keys(properties.entries.items.properties)));
});
