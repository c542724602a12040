import { firstPurchase } from './first-purchase.mjs';
import { handler } from './tracklayer.mjs';

export default {
  fetch: async (request) =>
    new URL(request.url).pathname.startsWith('/tl/') ? handler(request) : new Response(await firstPurchase()),
};
