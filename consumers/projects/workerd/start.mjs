import { Miniflare } from 'miniflare';

const worker = new Miniflare({ modules: true, scriptPath: 'out.mjs', compatibilityDate: '2025-09-01' });
const answer = await worker.dispatchFetch('http://localhost/');
const text = await answer.text();
await worker.dispose();
if (text !== 'ord_10492_purchase') throw new Error(text);
