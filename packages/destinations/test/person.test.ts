import { expect, test } from 'vitest';
import { readPerson, type KnownPerson } from '../src/person.ts';
import { now, paidOrder } from './destinations-with.ts';

test('W-10 a click was when its id first came, however often later events repeat it', () => {
  const order = paidOrder({ context: { click_ids: { fbclid: 'f2' } } });
  const clickedAt = (known: KnownPerson) => readPerson(order, known, now).clicked_at;
  const seen = (fbclid: string): KnownPerson => ({
    context: { click_ids: { fbclid } },
    clicked_at: now - 60_000,
  });
  expect(clickedAt(seen('f2'))).toBe(now - 60_000);
  expect(clickedAt(seen('f1'))).toBe(now);
  expect(clickedAt({})).toBe(now);
});
