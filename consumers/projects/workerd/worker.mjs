import { firstPurchase } from './first-purchase.mjs';

export default {
  fetch: async () => new Response(await firstPurchase()),
};
