import { expect, test } from 'vitest';
import { readSelector } from '../../../../src/heap/autocapture/selector.ts';
import { pathOf } from '../../../../src/heap/autocapture/privacy.ts';

const markup = `
  <main id="shop" class="list wide"><form><input name="id">
    <button id="buy" class="btn btn-primary" type="button" data-sku="sku-1042" data-note="a, b">
      <span class="icon">Buy</span>
    </button></form>
  </main>`;

/** What a click on the icon means by a selector. */
function meantBy(selector: string): string | undefined {
  const page = new DOMParser().parseFromString(markup, 'text/html');
  const icon = page.querySelector('.icon')!;
  return readSelector(selector)?.(pathOf(icon))?.localName;
}

test.each([
  'button',
  '#buy',
  '.btn',
  '.btn.btn-primary',
  'button#buy.btn[type=button][data-sku]',
  '[data-sku]',
  '[data-sku=sku-1042]',
  '[data-sku="sku-1042"]',
  '[data-sku^=sku]',
  '[data-sku$="042"]',
  '[data-sku*=104]',
  '[data-note="a, b"]',
  '.btn-*',
  '[data-sku=sku-*2]',
  'but*n',
  'main button',
  '#shop form .btn',
  '.wide [data-sku]',
  '.other, button',
])('Heap’s grammar: %s means the button around the clicked icon', (selector) => {
  expect(meantBy(selector)).toBe('button');
});

test('the deepest element that matches is meant', () => {
  expect(meantBy('button, span')).toBe('span');
  expect(meantBy('main')).toBe('main');
  expect(meantBy('*')).toBe('span');
});

test.each([
  'BUTTON',
  '.BTN',
  '[DATA-SKU=sku-1042]',
  '[data-sku=SKU-1042]',
  'form main',
  'button button',
  '#shop#buy',
  'body',
  'html button',
  'body .btn',
  '[data-sku=sku]',
  '.bt',
])('case, order and whole parts count: %s means nothing here', (selector) => {
  expect(meantBy(selector)).toBe(undefined);
});

test.each([
  '',
  ' ',
  ',',
  'a,,b',
  'main > button',
  'a + b',
  'a ~ b',
  ':not(a)',
  'a:nth-of-type(2)',
  "[a='v']",
  'button.btn#buy',
  '[a][',
  'a]b',
  '[a="v]',
  '.',
  '#',
  'a..b',
  '[]',
  '[data-a=b c]',
])('what Heap does not understand is refused: %j', (selector) => {
  expect(readSelector(selector)).toBe(undefined);
});

test('P-4 a pattern of many wildcards comes to an end on any text', () => {
  const page = new DOMParser().parseFromString(`<b id="${'a'.repeat(100_000)}"></b>`, 'text/html');
  const selector = readSelector(`#${'a*'.repeat(30)}b`);
  expect(selector?.(pathOf(page.querySelector('b')!))).toBe(undefined);
});
