import { expect, test } from 'vitest';
import { readAddress } from '../src/handler/address.ts';

test.each([
  ['203.0.113.7', '203.0.113.7'],
  ['203.0.113.7:4711', '203.0.113.7'],
  ['::ffff:203.0.113.7', '203.0.113.7'],
  ['2001:DB8::1', '2001:db8::1'],
  ['[2001:db8::1]:443', '2001:db8::1'],
  ['fe80::1%eth0', 'fe80::1'],
  ['999.1.1.1', undefined],
  ['1.2.3', undefined],
  ['0x7f.1', undefined],
  ['2130706433', undefined],
  ['1:2:3', undefined],
  ['unknown', undefined],
  ['', undefined],
])('the address of a connection from %s is %s', (ip, address) => {
  expect(readAddress(null, ip, false)).toBe(address);
});

test('an entry that is not an address is not believed, however many proxies are', () => {
  expect(readAddress('999.1.1.1, evil', '203.0.113.7', true)).toBe('203.0.113.7');
  expect(readAddress('1.1.1.1, 2.2.2.2', '203.0.113.7', 5)).toBe('1.1.1.1');
});
