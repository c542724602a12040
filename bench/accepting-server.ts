// A server of its own process that accepts everything, so that its work is not counted as a client's.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

const port = Number(process.argv[2] ?? 0);
const seen = new Set<string>();
const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const raw = Buffer.concat(chunks);
    const text = request.headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw;
    if (request.url === '/seen') {
      response.end(String(seen.size));
      return;
    }
    // Ids by a search, not by parsing: the server must not be what is measured.
    const ids = [...text.toString().matchAll(/"event_id":"([^"]+)"/g)].map(([, id = '']) => id);
    for (const id of ids) seen.add(id);
    const results = ids.map((event_id) => ({ event_id, status: 'accepted' }));
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(results.length === 1 ? results[0] : { results }));
  });
});
server.listen(port, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
process.on('disconnect', () => process.exit());
