const styles = `
  :root { font: 16px/1.6 system-ui, sans-serif; color: #1d2127; background: #f6f4ef }
  body { max-width: 44rem; margin: 0 auto; padding: 1.5rem }
  header { display: flex; justify-content: space-between; border-bottom: 1px solid #d9d4c7; padding-bottom: .75rem }
  header a { color: inherit; font-weight: 600; text-decoration: none }
  main { background: #fff; border: 1px solid #e4dfd3; border-radius: 12px; margin-top: 1.5rem; padding: 2rem }
  h1 { font-size: 1.6rem; margin: 0 0 .5rem } .price { font-size: 1.25rem; font-weight: 600 }
  button, .button { background: #1d4d3a; border: 0; border-radius: 8px; color: #fff; cursor: pointer; display: inline-block;
    font: inherit; padding: .6rem 1.2rem; text-decoration: none }
  .options button { background: #efece4; color: inherit; margin: 0 .35rem .35rem 0; padding: .35rem .9rem }
  label { display: block; margin-bottom: 1rem } input { border: 1px solid #c9c3b4; border-radius: 6px; display: block;
    font: inherit; padding: .5rem; width: 100%; box-sizing: border-box }
  small { color: #6c6759 }`;

/** What differs between demos. */
export interface PageOptions {
  /** The visitor's own Heap. */
  heapEnvId?: string | undefined;
  /** Whether a playground may be around the page. */
  isWatched: boolean;
}

const scripts = ({ heapEnvId, isWatched }: PageOptions): string => `
  <script src="/assets/heap-loader.js"${heapEnvId ? ` data-env-id="${heapEnvId}"` : ''}></script>
  <script src="/assets/tracklayer.js"></script>${
    isWatched ? `<script src="/assets/tell-playground.js"></script>` : ''
  }`;

/** One page of the shop: TrackLayer's script stands beside Heap's, and no other line knows of it. */
export const page = (title: string, content: string, options: PageOptions): string => `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title} · Lumen</title>
  <link rel="icon" href="data:,"><style>${styles}</style>${scripts(options)}
</head>
<body>
  <header><a href="/">Lumen</a><a href="/cart">Cart</a></header>
  <main>${content}</main>
  <script src="/assets/shop.js"></script>
</body>
</html>`;

const finishes = [
  'Brass',
  'Black',
  'White',
  'Copper',
  'Details',
  'Reviews',
  'Delivery',
  'Care',
  'Larger',
  'Share',
];

export const product = `
  <h1>Brass lamp</h1><p>A small lamp for a large desk. Dimmable, repairable, made in Graz.</p>
  <p class="options">${finishes.map((name) => `<button type="button">${name}</button>`).join('')}</p>
  <p class="price">€129.95</p><button id="add-to-cart">Add to cart</button>`;

export const cart = `
  <h1>Your cart</h1><p>1 × Brass lamp <span class="price">€129.95</span></p>
  <a class="button" href="/account">Continue</a>`;

export const account = `
  <h1>Create your account</h1>
  <form id="sign-up"><label>E-mail <input type="email" value="jane@example.com" required></label>
  <button>Sign up</button></form>`;

export const checkout = (checkoutId: string): string => `
  <h1>Checkout</h1><div id="checkout" data-checkout-id="${checkoutId}"></div>
  <form method="post" action="/pay"><label>Card <input id="card" name="card" inputmode="numeric" required></label>
  <button id="pay">Pay €129.95</button></form>`;

export const thanks = (orderId: string): string => `
  <h1>Thank you</h1><p id="order" data-order-id="${orderId}">Order <strong>${orderId}</strong> is on its way.</p>
  <p><small>Reload this page as often as you like: TrackLayer hears of the order once.</small></p>`;
