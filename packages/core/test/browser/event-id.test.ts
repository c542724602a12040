/// <reference types="vite/client" />
import { businessEventId } from '@tracklayer/core/adapter';
import { expect, test } from 'vitest';
// As text: half a character survives no other way from a server to a page.
import golden from '../../../../docs/event-id-vectors.json?raw';

interface Vector {
  event: string;
  properties: Record<string, unknown>;
  person?: { user_id?: string; anonymous_id?: string };
  expect: { event_id: string } | { none: true } | { refused: true };
}

const { vectors } = JSON.parse(golden) as { vectors: Vector[] };

function idOf({ event, properties, person = {} }: Vector): Vector['expect'] {
  const made = businessEventId(event, properties, person.user_id, person.anonymous_id);
  if ('id' in made) return { event_id: made.id };
  return 'none' in made ? made : { refused: true };
}

test('P-2 W-6 every golden vector gets in Chromium the id that it gets in Node', () => {
  expect(vectors.length).toBeGreaterThanOrEqual(300);
  expect(vectors.map((vector) => ({ ...vector, expect: idOf(vector) }))).toEqual(vectors);
});
