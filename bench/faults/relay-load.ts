import { Agent, request } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { order } from '../order.ts';
import { benchKey } from './relay-stage.ts';

/** Clients that send orders over and over until each is answered, and hold the answers against each other. */
export interface RelayLoad {
  /** How often each id was answered `accepted`. */
  accepted: ReadonlyMap<string, number>;
  /** Every id that was answered at all. */
  answered: ReadonlySet<string>;
  /** Requests by what came of them: a status, or the code of a broken connection. */
  outcomes: ReadonlyMap<string, number>;
  /** The slowest answer yet, whatever it said, in milliseconds. */
  slowest(): number;
  /** Sends nothing new; resolves when every order that was begun is answered. */
  stop(): Promise<void>;
}

/** @param urls - the relays that run; asked anew for each request. */
export function startLoad(
  urls: () => readonly string[],
  { lanes = 16, pauseMs = 0 }: { lanes?: number; pauseMs?: number } = {},
): RelayLoad {
  const accepted = new Map<string, number>();
  const answered = new Set<string>();
  const outcomes = new Map<string, number>();
  const agent = new Agent({ keepAlive: true, maxSockets: lanes });
  const stopping = new AbortController();
  let made = 0;
  let slowest = 0;

  function newBatch(): object[] {
    // One event a request, and batches; now and then one that was answered long ago.
    const size = made % 3 === 0 ? 1 : 1 + (made % 20);
    const repeated = made % 10 === 0 ? made / 2 : undefined;
    const batch = Array.from({ length: size }, () => order(made++));
    if (repeated !== undefined) batch.push(order(Math.floor(repeated)));
    return batch.map((one) => ({ ...one, event_id: `${one.properties.order_id}_purchase` }));
  }

  async function send(batch: readonly object[]): Promise<void> {
    for (;;) {
      const all = urls();
      const url = all[Math.floor(Math.random() * all.length)];
      const started = performance.now();
      const { outcome, text } =
        url === undefined ? { outcome: 'no relay', text: '' } : await post(url, batch);
      slowest = Math.max(slowest, performance.now() - started);
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      if (outcome === '200') {
        const { results } = JSON.parse(text) as { results: { event_id: string; status: string }[] };
        for (const { event_id, status } of results) {
          answered.add(event_id);
          if (status === 'accepted') accepted.set(event_id, (accepted.get(event_id) ?? 0) + 1);
        }
        return;
      }
      await wait(100);
    }
  }

  const post = (url: string, batch: readonly object[]): Promise<{ outcome: string; text: string }> =>
    new Promise((resolve) => {
      const body = JSON.stringify({ batch, sent_at: new Date().toISOString() });
      const failed = (error: NodeJS.ErrnoException): void =>
        resolve({ outcome: error.code ?? error.message, text: '' });
      const sent = request(
        `${url}/api/capture`,
        {
          method: 'POST',
          agent,
          headers: { 'content-type': 'application/json', authorization: `Bearer ${benchKey}` },
        },
        (answer) => {
          let text = '';
          answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
          answer.on('error', failed);
          answer.on('end', () => resolve({ outcome: String(answer.statusCode), text }));
        },
      );
      sent.on('error', failed);
      sent.end(body);
    });

  async function lane(): Promise<void> {
    while (!stopping.signal.aborted) {
      await send(newBatch());
      if (pauseMs > 0) await wait(pauseMs);
    }
  }
  const running = Promise.all(Array.from({ length: lanes }, lane));

  return {
    accepted,
    answered,
    outcomes,
    slowest: () => slowest,
    async stop() {
      stopping.abort();
      await running;
      agent.destroy();
    },
  };
}
