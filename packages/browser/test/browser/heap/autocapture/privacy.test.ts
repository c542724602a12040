import { expect, test } from 'vitest';
import { rulesOn } from './rules-page.ts';

const button = { on: 'click', selector: '.buy' } as const;

test('P-5 heap-ignore on the element or around it: no event', () => {
  const page = rulesOn(
    '<div heap-ignore><p><a class="buy one"></a></p></div><a class="buy two" heap-ignore></a><a class="heap-ignore buy three"></a>',
    { match: button },
  );
  for (const name of ['.one', '.two', '.three']) page.click(name);
  expect(page.captured).toHaveLength(1);
});

test('P-5 redacted text matches nothing, and hidden attributes are not read', () => {
  const page = rulesOn(
    `<div data-heap-redact-text><button class="buy one">Buy</button></div>
     <button class="buy one"><b data-cs-mask>Buy</b></button>
     <button class="buy two" data-heap-redact-attributes="data-method, data-b" data-method="m" data-b="b" data-c="c">Buy</button>`,
    {
      match: { ...button, text: 'Buy' },
      properties: { method: { attribute: 'data-method' }, b: 'b', c: 'c' },
    },
  );
  page.click('.one');
  page.click('.one:has(b)');
  page.click('.two');
  expect(page.captured.map(({ properties }) => properties)).toEqual([{ c: 'c' }]);
});

test.each([
  '<input name="f" type="password" value="secret">',
  '<input name="f" type="text" autocomplete="current-password" value="secret">',
  '<input name="f" autocomplete="section-a billing cc-number" value="secret">',
  '<input name="f" autocomplete="one-time-code" value="123456">',
  '<input name="f" id="cardNumber" value="secret">',
  '<input name="f" value="4111 1111 1111 1111">',
  '<input name="f" value="5500-0000-0000-0004">',
  '<input name="f" value="4111.1111.1111.1111">',
  '<input name="f" type="file">',
  '<div heap-ignore><input name="f" value="secret"></div>',
  '<div data-heap-redact-text><input name="f" value="secret"></div>',
  '<div data-cs-mask><textarea name="f">secret</textarea></div>',
  '<input name="f" data-heap-redact-attributes="value" value="secret">',
])('P-5 a field that is secret or hidden is never read, also when listed: %s', (field) => {
  const page = rulesOn(`<form>${field}<button class="buy" type="button"></button></form>`, {
    match: button,
    properties: { method: { field: 'f' } },
  });
  page.click('.buy');
  expect(page.captured.map(({ properties }) => properties)).toEqual([{}]);
});

test.each(['password', 'card_number', 'cvc', 'ccnum', 'billing_cc-number'])(
  'P-5 a field by the name of %s is secret',
  (name) => {
    const page = rulesOn(`<form><input name="${name}" value="x"><b class="buy"></b></form>`, {
      match: button,
      properties: { method: { field: name } },
    });
    page.click('.buy');
    expect(page.captured.map(({ properties }) => properties)).toEqual([{}]);
  },
);
