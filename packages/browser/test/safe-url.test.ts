import { expect, test } from 'vitest';
import { safeUrl } from '../src/page/safe-url.ts';

test.for([
  ['https://shop.example/a?b=1', 'https://shop.example/a?b=1'],
  ['https://shop.example/a?token=s3cret', 'https://shop.example/a'],
  ['https://shop.example/a?b=1&Access_Token=s3cret&c=2#top', 'https://shop.example/a?b=1&c=2#top'],
  ['https://shop.example/a?password=x&b=1', 'https://shop.example/a?b=1'],
  ['https://shop.example/a?who=jane@example.com', 'https://shop.example/a'],
  ['https://shop.example/a?who=jane%40example.com&b=1', 'https://shop.example/a?b=1'],
  ['https://shop.example/cb#access_token=s3cret&state=1', 'https://shop.example/cb#state=1'],
  ['https://shop.example/cb#id_token=s3cret', 'https://shop.example/cb'],
  ['https://shop.example/#/orders?email=x&b=1', 'https://shop.example/#/orders?b=1'],
])('P-5 %s travels as %s', ([url, safe]) => {
  expect(safeUrl(url!)).toBe(safe);
});

test('an address is cut to 2,048 characters', () => {
  expect(safeUrl(`https://shop.example/${'a'.repeat(3_000)}`)).toHaveLength(2_048);
});
