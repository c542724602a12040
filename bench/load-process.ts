// Posts purchases over kept-alive connections, so that this work is not counted as the server's.
// argv: URL, key, requests, connections, first order number, events per request. Answers the seconds that it took.
import { Agent, request } from 'node:http';
import { order } from './order.ts';

const [url = '', key = '', total = '0', connections = '1', first = '0', perRequest = '1'] =
  process.argv.slice(2);
const agent = new Agent({ keepAlive: true, maxSockets: Number(connections) });
const events = (place: number, count: number): object[] =>
  Array.from({ length: count }, (_, index) => {
    const event = order(Number(first) + place * count + index);
    return { ...event, event_id: `${event.properties.order_id}_purchase` };
  });
const bodies = Array.from({ length: Number(total) }, (_, place) => {
  const batch = events(place, Number(perRequest));
  return JSON.stringify(batch.length === 1 ? batch[0] : { batch, sent_at: new Date().toISOString() });
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
      answer.on('end', () => {
        const accepted = text.split('"accepted"').length - 1;
        if (accepted === Number(perRequest)) resolve();
        else reject(new Error(text));
      });
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
