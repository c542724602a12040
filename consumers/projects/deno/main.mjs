import { firstPurchase } from './first-purchase.mjs';

console.log(await firstPurchase());
