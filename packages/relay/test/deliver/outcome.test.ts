import { expect, test } from 'vitest';
import { settledBy } from '../../src/deliver/outcome.ts';

const row = {
  environment: 'production',
  event_id: 'ord_1_purchase',
  destination: 'meta',
  person: null,
  event: 'purchase',
  planned_at: 0,
  attempts: 0,
  note: { tries: 3 },
};
const at = { now: 1_000, random: () => 1 };

test('"later" costs a row no try: without a time it is due at once, and the destination waits', () => {
  expect(settledBy(row, { class: 'throttle', detail: 'too many calls' }, at)).toMatchObject({
    status: 'pending',
    due_at: 1_000,
    reason: 'throttle: too many calls',
    note: { tries: 3 },
  });
  expect(settledBy(row, { class: 'throttle', afterMs: 7_000 }, at)).toMatchObject({ due_at: 8_000 });
});

test("a failure of the platform doubles the row's wait up to five minutes, and never undercuts its own time", () => {
  expect(settledBy(row, { class: 'retry' }, at)).toMatchObject({ due_at: 9_000, note: { tries: 4 } });
  expect(settledBy({ ...row, note: { tries: 30 } }, { class: 'retry' }, at)).toMatchObject({
    due_at: 301_000,
  });
  expect(settledBy(row, { class: 'retry', afterMs: 60_000 }, { ...at, random: () => 0 })).toMatchObject({
    due_at: 61_000,
  });
});
