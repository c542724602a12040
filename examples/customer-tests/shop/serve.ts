// The shop under test: `node shop/serve.ts PORT`. Its backend is not started: the test relay takes its place.
import { createServer } from 'node:http';
import { join } from 'node:path';
import { build } from 'esbuild';

const { outputFiles } = await build({
  entryPoints: [join(import.meta.dirname, 'thanks.ts')],
  bundle: true,
  write: false,
  format: 'iife',
  conditions: process.execArgv
    .concat(process.env['NODE_OPTIONS'] ?? '')
    .join()
    .includes('@tracklayer/source')
    ? ['@tracklayer/source']
    : [],
});
const pages: Record<string, [type: string, text: string]> = {
  '/': ['text/html', '<!doctype html><title>Checkout</title><a id="pay" href="/thanks">Pay</a>'],
  '/thanks': ['text/html', '<!doctype html><title>Thank you</title><script src="/thanks.js"></script>'],
  '/thanks.js': ['text/javascript', outputFiles[0]?.text ?? ''],
};

createServer((request, response) => {
  const [type, text] = pages[new URL(request.url ?? '/', 'http://shop').pathname] ?? ['text/plain', ''];
  response.writeHead(text ? 200 : 404, { 'content-type': `${type}; charset=utf-8` }).end(text);
}).listen(Number(process.argv[2]), '127.0.0.1');
