// The shop's own code, written long before TrackLayer: it knows Heap and nothing else.
interface Heap {
  track(event: string, properties?: object): void;
  identify(id: string): void;
}
declare const heap: Heap;

const lamp = { sku: 'lamp_brass', name: 'Brass lamp', price: 129.95, currency: 'EUR' };
const items = [{ item_id: lamp.sku, price: lamp.price, quantity: 1 }];
const find = (id: string): HTMLElement | null => document.querySelector(`#${id}`);

find('add-to-cart')?.addEventListener('click', () => {
  heap.track('Button Clicked: Add to cart', { ...lamp, items });
  location.assign('/cart');
});

find('sign-up')?.addEventListener('submit', (submit) => {
  submit.preventDefault();
  void signUp();
});

async function signUp(): Promise<void> {
  const answer = await fetch('/sign-up', { method: 'POST' });
  const { user_id } = (await answer.json()) as { user_id: string };
  heap.identify(user_id);
  heap.track('Form Submitted: Signup');
  location.assign('/checkout');
}

const checkout = find('checkout');
if (checkout) {
  const { checkoutId } = checkout.dataset;
  heap.track('Checkout Started', { checkoutId, total: lamp.price, currency: lamp.currency, items });
  find('card')?.addEventListener('change', () => {
    heap.track('Payment Info Completed', {
      checkoutId,
      total: lamp.price,
      currency: lamp.currency,
      quality: 'weak',
    });
  });
}

const order = find('order');
if (order) {
  const { orderId } = order.dataset;
  heap.track('Order Completed', {
    orderId,
    total: lamp.price,
    currency: lamp.currency,
    customer: 'Jane Doe',
  });
}
