import { expect, test } from 'vitest';
import { describeRefusal, refusals, type Refusal } from '../src/index.ts';

const reasons = Object.keys(refusals) as Refusal['reason'][];

test.each(reasons)(
  'W-42 the reason %s begins with its word and a colon, with or without fields',
  (reason) => {
    const { help } = refusals[reason];
    expect(describeRefusal({ reason })).toBe(`${reason}: ${help}`);
    expect(describeRefusal({ reason, fields: ['a', 'b'] })).toBe(`${reason}: a, b (${help})`);
    expect(describeRefusal({ reason, detail: 'c' })).toBe(`${reason}: c (${help})`);
    expect(describeRefusal({ reason, fields: ['a'], detail: 'c' })).toBe(`${reason}: a: c (${help})`);
  },
);
