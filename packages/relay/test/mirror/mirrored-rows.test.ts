import { expect, test } from 'vitest';
import { decide, noteOf } from '../../src/mirror/decide.ts';
import { createMirroredRows } from '../../src/mirror/mirrored-rows.ts';
import type { Look } from '../../src/mirror/read-looks.ts';
import type { LeasedMirror } from '../../src/store/mirrors.ts';

test('W-46 what is to be sent anew is still sent after the platform asked to wait', () => {
  const wish = { target: { audience: '900' }, mapped: { payload: { EMAIL: 'a'.repeat(64) } } };
  const mirror = { onChange: 'replace', difference: undefined } as const;
  const fresh = { isAnew: false, note: null } as unknown as LeasedMirror;
  const first = decide(fresh, wish, mirror);
  if (first.do !== 'add') throw new Error('nobody is there yet');
  const row = { ...fresh, isAnew: true, note: { sent: first.sent } } as unknown as LeasedMirror;
  const look = { row, mirror, wish } as unknown as Look;
  for (const outcome of ['throttle', 'retry', 'config'] as const) {
    const { settled, settleBy } = createMirroredRows(
      () => 0,
      () => 0,
    );
    settleBy({ look, entry: first.entry, sent: first.sent }, 'add', { class: outcome });
    const later = { ...row, isAnew: false, note: settled[0]?.note ?? null };
    expect(noteOf(later).sent?.isUnsure).toBe(true);
    expect(decide(later, wish, mirror).do).toBe('add');
  }
});
