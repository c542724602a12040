import { expect, test } from 'vitest';
import { rulesOn } from './rules-page.ts';

const nextTask = (): Promise<void> => new Promise((resolve) => void setTimeout(resolve));
const button = { on: 'click', selector: '.buy' } as const;

test('P-5 the guide’s "Button Clicked: Add to cart" comes from a click, with what its sources say', () => {
  const { captured, click } = rulesOn(
    `<article data-currency="eur" data-secret="s"><button class="buy" data-price="129.95" data-sku="sku-1"><b>Buy</b></button>
     </article>`,
    {
      source_event: 'Button Clicked: Add to cart',
      canonical_event: 'add_to_cart',
      match: { ...button, text: 'Buy' },
      properties: {
        value: { attribute: 'data-price', cast: 'number' },
        currency: { attribute: 'data-currency', cast: 'upper' },
        items: ({ sku }) => [{ item_id: sku, quantity: 1 }],
      },
    },
  );
  click('b');
  expect(captured).toMatchObject([{ event: 'add_to_cart', source: 'heap' }]);
  expect(captured[0]?.properties).toEqual({
    value: 129.95,
    currency: 'EUR',
    items: [{ item_id: 'sku-1', quantity: 1 }],
  });
});

test('all that a match names must hold: path, selector and text, with wildcards', () => {
  const markup = '<button class="buy">\n Add  2 items </button><a class="other">Add 2 items</a>';
  const page = rulesOn(
    markup,
    { match: { ...button, text: 'Add * items', path: `${location.pathname.slice(0, 2)}*` } },
    { match: { ...button, path: '/nowhere' } },
    { match: { ...button, text: 'add 2 items' } },
    { match: { on: 'change', selector: '.buy' } },
  );
  page.click('.buy');
  page.click('.other');
  expect(page.captured).toHaveLength(1);
  expect(page.stats()).toMatchObject({ seen: 1, promoted: 1 });
});

test('drafts observe, and what an entry requires must be there', () => {
  const page = rulesOn(
    '<button class="buy" data-order-id="ord_1"></button>',
    { match: button, status: 'draft' },
    { match: button, canonical_event: 'purchase' },
  );
  page.click('.buy');
  expect(page.captured).toEqual([]);
  expect(page.stats()).toMatchObject({ seen: 2, draft: 1, missing: 1 });
});

test('a submit names fields of its form, a change its own', () => {
  const page = rulesOn(
    `<form id="f"><input name="plan" value="pro"><input type="radio" name="size" value="s">
     <input type="radio" name="size" value="m" checked><input type="checkbox" name="news" checked>
     <input name="other" value="unlisted"></form><select name="tier" class="tier"><option>gold</option></select>`,
    {
      match: { on: 'submit', selector: '#f' },
      properties: { method: { field: 'plan' }, size: { field: 'size' }, news: { field: 'news' } },
    },
    { match: { on: 'change', selector: 'select.tier' }, properties: { method: { field: 'tier' } } },
  );
  page.root.addEventListener('submit', (event) => event.preventDefault());
  page.root.querySelector('form')?.requestSubmit();
  page.root.querySelector('select')?.dispatchEvent(new Event('change', { bubbles: true }));
  expect(page.captured.map(({ properties }) => properties)).toEqual([
    { method: 'pro', size: 'm', news: true },
    { method: 'gold' },
  ]);
});

test('JSON-LD is read by a path, through lists and @graph', () => {
  const page = rulesOn(
    `<script type="application/ld+json">not json</script>
     <script type="application/ld+json">{"@graph":[{"@type":"Thing"},{"@type":"Product","sku":"sku-9",
       "offers":[{"price":"12.50"}]}]}</script><button class="buy"></button>`,
    {
      match: button,
      properties: {
        method: { json_ld: 'sku' },
        price: { json_ld: 'offers.price', cast: 'number' },
        none: { json_ld: 'offers.nothing' },
      },
    },
  );
  page.click('.buy');
  expect(page.captured[0]?.properties).toEqual({ method: 'sku-9', price: 12.5 });
});

test('open shadow roots are looked into, closed ones are their host', () => {
  const page = rulesOn(
    '<div id="open"></div><div id="closed"></div>',
    { match: { on: 'click', selector: '#open .buy' } },
    { match: { on: 'click', selector: '#closed .buy' } },
    { match: { on: 'click', selector: '#closed' } },
  );
  for (const mode of ['open', 'closed'] as const) {
    const root = page.root.querySelector(`#${mode}`)!.attachShadow({ mode });
    root.innerHTML = '<button class="buy"><i></i></button>';
    root.querySelector('i')?.click();
  }
  expect(page.stats().promoted).toBe(2);
  expect(page.captured).toHaveLength(2);
});

test('submits and changes in an open shadow root are seen once, and hidden ones are not', () => {
  const page = rulesOn(
    '<div id="open"></div><div id="hidden" heap-ignore></div>',
    { match: { on: 'submit', selector: '#open form' }, properties: { method: { field: 'm' } } },
    { match: { on: 'change', selector: 'select' }, properties: { method: { field: 'm' } } },
  );
  for (const name of ['#open', '#hidden']) {
    const root = page.root.querySelector(name)!.attachShadow({ mode: 'open' });
    root.innerHTML = '<form><select name="m"><option>a<option>b</select><button></button></form>';
    root.addEventListener('submit', (event) => event.preventDefault());
    const select = root.querySelector('select')!;
    select.dispatchEvent(new FocusEvent('focusin', { bubbles: true, composed: true }));
    select.value = 'b';
    select.dispatchEvent(new Event('change', { bubbles: true }));
    select.dispatchEvent(new Event('change', { bubbles: true, composed: true }));
    root.querySelector('button')!.click();
  }
  expect(page.captured.map(({ properties }) => properties)).toEqual([
    { method: 'b' },
    { method: 'b' },
    { method: 'b' },
  ]);
});

test('pageviews: the first, and each new address that the page stays at', async () => {
  const path = '/thanks/*';
  const before = location.href;
  const page = rulesOn('', { match: { on: 'pageview', path } });
  history.pushState(null, '', '/thanks/1');
  history.replaceState(null, '', '/thanks/1');
  await expect.poll(() => page.captured).toHaveLength(1);
  history.pushState(null, '', '/thanks/passed');
  history.pushState(null, '', '/elsewhere');
  await nextTask();
  history.pushState(null, '', '/thanks/2');
  await nextTask();
  expect(page.captured).toHaveLength(2);
  page.stop();
  history.pushState(null, '', '/thanks/3');
  history.replaceState(null, '', before);
  await nextTask();
  expect(page.captured).toHaveLength(2);
  expect(Object.hasOwn(history, 'pushState')).toBe(false);
});

test('P-4 stop takes every listener off; a page that throws in a source is left in peace', () => {
  const page = rulesOn(
    '<button class="buy"></button>',
    {
      match: button,
      properties: {
        method: () => {
          throw new Error('of the app');
        },
      },
    },
    { match: button },
  );
  page.click('.buy');
  expect(page.captured).toHaveLength(2);
  page.stop();
  page.click('.buy');
  expect(page.captured).toHaveLength(2);
});

test.each([
  [{ on: 'click', selector: 'main > button' }, /"rule 0".*main > button.*grammar/],
  [{ on: 'click' }, /neither selector nor text/],
  [{ on: 'hover', selector: 'a' }, /pass click, submit, change or pageview/],
  [{ on: 'pageview', selector: 'a' }, /has no element/],
])('a match that cannot be used is refused at set-up, by name: %j', (match, problem) => {
  expect(() => rulesOn('', { match: match as typeof button })).toThrow(problem);
});

test('only data-* attributes are read', () => {
  const properties = { method: { attribute: 'value' } };
  expect(() => rulesOn('', { match: button, properties })).toThrow(/only data-\* attributes/);
});
