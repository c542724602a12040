// Posts purchases one a request over kept-alive connections, so that this work is not counted as the server's.
// argv: URL, key, requests, connections, first order number. Answers the seconds that it took.
import { Agent, request } from 'node:http';
import { order } from './order.ts';

const [url = '', key = '', total = '0', connections = '1', first = '0'] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true, maxSockets: Number(connections) });
const bodies = Array.from({ length: Number(total) }, (_, index) => {
  const event = order(Number(first) + index);
  return JSON.stringify({ ...event, event_id: `${event.properties.order_id}_purchase` });
});

const post = (body: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      authorization: `Bearer ${key}`,
    };
    const sent = request(`${url}/api/capture`, { method: 'POST', agent, headers }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      answer.on('end', () => (text.includes('"accepted"') ? resolve() : reject(new Error(text))));
    });
    sent.on('error', reject);
    sent.end(body);
  });

async function work(): Promise<void> {
  for (let body = bodies.pop(); body; body = bodies.pop()) await post(body);
}

const startedAt = performance.now();
await Promise.all(Array.from({ length: Number(connections) }, work));
process.send?.((performance.now() - startedAt) / 1_000);
agent.destroy();
process.disconnect();
