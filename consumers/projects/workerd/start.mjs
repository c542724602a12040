import { Miniflare } from 'miniflare';
import { exchange } from './exchange.mjs';

const worker = new Miniflare({
  modules: true,
  scriptPath: 'out.mjs',
  compatibilityDate: '2025-09-01',
  compatibilityFlags: ['nodejs_compat'],
});
const url = await worker.ready;
try {
  const text = await (await fetch(url)).text();
  if (text !== 'ord_10492_purchase') throw new Error(text);
  await exchange(url.origin);
} finally {
  await worker.dispose();
}
