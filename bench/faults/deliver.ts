// `pnpm bench:faults:deliver [events] [kills]`: whether each event arrives once at each
// platform, while the platforms fail 30 % of the requests in every way that passes by itself, and the relay is killed
// over and over. On both stores; some minutes each.
import { setTimeout as wait } from 'node:timers/promises';
import { startSandbox, type SandboxType } from '@tracklayer/destinations/sandbox';
import { benchKey, cleanUp, freshDatabase, startRelay, type StoreKind } from './relay-stage.ts';

const events = Number(process.argv[2] ?? 1_000);
const kills = Number(process.argv[3] ?? 20);
const share = 0.3;
/** Of those that were killed, a lease ends after a minute. */
const longestMs = 1_200_000;

const purchase = (n: number): object => ({
  event: 'purchase',
  event_id: `ord_${n}_purchase`,
  user_id: `cust_${n}`,
  occurred_at: new Date().toISOString(),
  properties: { order_id: `ord_${n}`, value: 129.95, currency: 'EUR' },
  consent: { ad_user_data: 'granted', ad_personalization: 'granted', analytics: 'granted' },
  context: {
    ga: { client_id: `${n}.1764151200` },
    click_ids: { fbc: `fb.1.1764151200000.x${n}`, gclid: `g${n}`, li_fat_id: `l${n}`, ttclid: `t${n}` },
  },
});

interface State {
  destination: string;
  counts: { planned: number; accepted: number; failed: number; skipped: number; pending: number };
}

async function chaos(kind: StoreKind): Promise<string[]> {
  const sandbox = await startSandbox();
  const types = Object.keys(sandbox.settings) as SandboxType[];
  const destinations = Object.fromEntries(
    types.map((type) => [type, { ...sandbox.settings[type], holdMs: 0 }]),
  );
  const db = await freshDatabase(kind);
  let relay = await startRelay(db, { options: { destinations } });
  const port = Number(new URL(relay.url).port);
  const ask = async <Answer>(path: string, body?: object): Promise<Answer> => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
      method: body ? 'POST' : 'GET',
      headers: { authorization: `Bearer ${benchKey}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as Answer;
  };
  sandbox.chaos(share);
  for (let n = 0; n < events; n += 100)
    await ask('/api/capture', {
      batch: Array.from({ length: Math.min(100, events - n) }, (_, at) => purchase(n + at)),
    });
  for (let kill = 0; kill < kills; kill++) {
    await wait(200 + Math.random() * 800);
    await relay.kill();
    relay = await startRelay(db, { port, options: { destinations } });
  }
  const lastKill = performance.now();
  let states: State[] = [];
  for (;;) {
    ({ destinations: states } = await ask<{ destinations: State[] }>('/api/destinations'));
    if (states.every(({ counts }) => counts.pending === 0) || performance.now() - lastKill > longestMs) break;
    await wait(500);
  }
  const seconds = Math.round((performance.now() - lastKill) / 1_000);
  await relay.kill();

  const broken: string[] = [];
  for (const { destination, counts } of states) {
    const type = destination as SandboxType;
    const ledger = sandbox.accepted(type);
    const orders = new Map<string, number>();
    for (const { key, record, counted } of ledger) {
      // A CRM's record is of a person, and everybody bought once here.
      const [, n] = /(?:ord|cust)_(\d+)/.exec(`${key} ${JSON.stringify(record)}`) ?? [];
      if (n !== undefined) orders.set(n, (orders.get(n) ?? 0) + counted);
    }
    const missing = events - orders.size;
    const doubled = [...orders.values()].filter((times) => times > 1).length;
    const { planned, accepted, failed, skipped, pending } = counts;
    console.log(
      `| ${[destination, kind, planned, accepted, failed, skipped, pending, missing, doubled, sandbox.requests(type)].join(' | ')} |`,
    );
    if (planned !== events || planned !== accepted + failed + skipped + pending)
      broken.push(`${destination}: the counts do not add up`);
    if (pending > 0) broken.push(`${destination}: ${pending} still pending after ${seconds} s`);
    if (doubled > 0) broken.push(`${destination}: ${doubled} counted twice`);
    if (missing > failed)
      broken.push(`${destination}: ${missing} are missing, and ${failed} are listed as failed`);
    if (failed > 0) {
      // Where nothing deduplicates, a request without an answer is not sent again, and that is told.
      const { deliveries } = await readFailed(db, kind, destination);
      console.log(`  ${destination} failed: ${deliveries.join('; ')}`);
      broken.push(`${destination}: ${failed} failed`);
    }
  }
  console.log(`${kind}: ${kills} kills; settled ${seconds} s after the last`);
  await sandbox.close();
  return broken.map((one) => `${kind}: ${one}`);
}

async function readFailed(
  db: string,
  kind: StoreKind,
  destination: string,
): Promise<{ deliveries: string[] }> {
  const { createPostgresStore, createSqliteStore } = await import('@tracklayer/relay');
  const store = kind === 'SQLite' ? createSqliteStore({ path: db }) : await createPostgresStore({ url: db });
  const { deliveries } = await store.deliveries('production', { destination, status: 'failed', limit: 500 });
  await store.close();
  return { deliveries: [...new Set(deliveries.map(({ reason = '' }) => reason))] };
}

console.log(
  '| Platform | store | planned | accepted | failed | skipped | pending | missing there | counted twice | requests |\n| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
);
const broken = [...(await chaos('SQLite')), ...(await chaos('Postgres'))];
for (const one of broken) console.log(`NOT KEPT  ${one}`);
await cleanUp();
process.exit(broken.length > 0 ? 1 : 0);
