// Captures logins of a thousand users, one event per request and several requests at a time, until it is asked to stop.
// After each message it answers what came since the last: answers per second, and how long they took, in milliseconds.
// argv: URL, key, requests at a time.
import { Agent, request } from 'node:http';

/** What was captured between two messages. */
export interface Lap {
  perSecond: number;
  median: number;
  longest: number;
}

const [url = '', key = '', atATime = '1'] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true, maxSockets: Number(atATime) });
let [since, took]: [number, number[]] = [performance.now(), []];
const stopping = new AbortController();
process.on('message', (what) => {
  const now = performance.now();
  const sorted = took.toSorted((a, b) => a - b);
  const [median = 0, longest = 0] = [sorted[sorted.length >> 1], sorted.at(-1)];
  const lap: Lap = { perSecond: (sorted.length / (now - since)) * 1_000, median, longest };
  process.send?.(lap);
  [since, took] = [now, []];
  if (what !== 'stop') return;
  stopping.abort();
  process.disconnect();
});

const capture = (event: object): Promise<void> =>
  new Promise((resolve, reject) => {
    const body = JSON.stringify(event);
    const headers = {
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    };
    const sent = request(`${url}/api/capture`, { method: 'POST', agent, headers }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      answer.on('error', (error) => sent.emit('error', error));
      answer.on('end', () => {
        if (text.includes('"accepted"')) resolve();
        else reject(new Error(`${answer.statusCode} ${text}`));
      });
    });
    // The relay may be gone as soon as it was asked to stop.
    sent.on('error', (error) => (stopping.signal.aborted ? resolve() : reject(error)));
    sent.end(body);
  });

async function work(): Promise<void> {
  for (let n = 0; !stopping.signal.aborted; n++) {
    const began = performance.now();
    await capture({ event: 'login', event_id: `evt_${crypto.randomUUID()}`, user_id: `cust_${n % 1_000}` });
    took.push(performance.now() - began);
  }
}

await Promise.all(Array.from({ length: Number(atATime) }, work));
agent.destroy();
