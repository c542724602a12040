import { expect, test } from 'vitest';
import { nodeFault } from '../../src/cli/node-fault.ts';

test.each([
  ['22.13.0', undefined],
  ['22.20.1', undefined],
  ['24.0.0', undefined],
  ['22.12.9', 'needs Node.js >=22.13, and this is 22.12.9'],
  ['20.20.2', 'needs Node.js >=22.13, and this is 20.20.2'],
])('Node.js %s', (version, fault) => {
  expect(nodeFault('>=22.13', version)).toBe(fault);
});
