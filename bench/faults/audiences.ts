// `pnpm bench:faults:audiences [people] [kills]`: whether each list of a platform holds exactly who should be on it, after
// people joined, left and changed their consent, while the platforms fail 30 % of the requests in every way that passes by
// itself, and the relay is killed over and over. On both stores; some minutes each.
import { setTimeout as wait } from 'node:timers/promises';
import { startSandbox } from '@tracklayer/destinations/sandbox';
import { benchKey, cleanUp, freshDatabase, startRelay, type StoreKind } from './relay-stage.ts';

const people = Number(process.argv[2] ?? 400);
const kills = Number(process.argv[3] ?? 20);
const share = 0.3;
const longestMs = 900_000;

const lists = { meta: '900', linkedin: 'seg1', google: '77' } as const;

const hashOf = (n: number): string => n.toString(16).padStart(64, '0');

async function chaos(kind: StoreKind): Promise<string[]> {
  const sandbox = await startSandbox();
  const { meta, linkedin, google } = sandbox.settings;
  const options = {
    destinations: { meta, linkedin, google },
    audiences: {
      vip: {
        to: {
          meta: { audience: lists.meta },
          linkedin: { segment: lists.linkedin },
          google: { audience: lists.google, termsAccepted: true },
        },
      },
    },
  };
  const db = await freshDatabase(kind);
  let relay = await startRelay(db, { options });
  const port = Number(new URL(relay.url).port);
  const post = async (path: string, body: object): Promise<void> => {
    for (;;) {
      const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${benchKey}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }).catch(() => undefined);
      // Sent again, a page counts once, and an identify says the same.
      if (answer?.ok) return;
      if (answer && answer.status < 500) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
      await wait(50);
    }
  };
  const identify = (n: number, ad_personalization: 'granted' | 'denied'): Promise<void> =>
    post('/api/identify', {
      user_id: `cust_${n}`,
      event_id: crypto.randomUUID(),
      traits: { email_sha256: hashOf(n) },
      consent: { ad_user_data: 'granted', ad_personalization },
    });
  const member = (n: number) => ({ user_id: `cust_${n}` });
  const everybody = Array.from({ length: people }, (_, n) => n);
  for (let from = 0; from < people; from += 20)
    await Promise.all(everybody.slice(from, from + 20).map((n) => identify(n, 'granted')));
  sandbox.chaos(share);
  const isIn = new Set<number>();
  const agrees = new Set(everybody);
  const stopping = new AbortController();
  const changing = (async () => {
    for (let round = 0; !stopping.signal.aborted; round++) {
      const some = everybody.filter(() => Math.random() < 0.1);
      const [join, leave] = [some.filter((n) => !isIn.has(n)), some.filter((n) => isIn.has(n))];
      await post('/api/audiences/vip/members', {
        sync_id: `sync_${round}`,
        add: join.map(member),
        remove: leave.map(member),
      });
      for (const n of join) isIn.add(n);
      for (const n of leave) isIn.delete(n);
      for (const n of everybody.filter(() => Math.random() < 0.02)) {
        const says = agrees.has(n) ? 'denied' : 'granted';
        await identify(n, says);
        if (says === 'granted') agrees.add(n);
        else agrees.delete(n);
      }
      await wait(200);
    }
  })();
  for (let kill = 0; kill < kills; kill++) {
    await wait(300 + Math.random() * 900);
    await relay.kill();
    relay = await startRelay(db, { port, options });
  }
  stopping.abort();
  await changing;
  const wanted = everybody.filter((n) => isIn.has(n) && agrees.has(n));
  const lastKill = performance.now();
  const wrongAt = (name: keyof typeof lists): number => {
    const held = [...sandbox.members(name, lists[name]).entries()].map(
      ([key, entry]) => `${key} ${JSON.stringify(entry)}`,
    );
    const there = new Set(
      held.flatMap((text) => {
        const [, id] = /cust_(\d+)/.exec(text) ?? [];
        if (id !== undefined) return [Number(id)];
        const [hash] = /[0-9a-f]{64}/.exec(text) ?? [];
        return hash === undefined ? [] : [Number.parseInt(hash, 16)];
      }),
    );
    return wanted.filter((n) => !there.has(n)).length + [...there].filter((n) => !wanted.includes(n)).length;
  };
  const names = Object.keys(lists) as (keyof typeof lists)[];
  while (names.some((name) => wrongAt(name) > 0) && performance.now() - lastKill < longestMs) await wait(500);
  const seconds = Math.round((performance.now() - lastKill) / 1_000);
  // What is right must stay so: nothing that is still on its way may undo it.
  await wait(15_000);
  for (const name of names)
    console.log(
      `| ${[name, kind, wanted.length, sandbox.members(name, lists[name]).size, wrongAt(name), sandbox.requests(name)].join(' | ')} |`,
    );
  console.log(`${kind}: ${kills} kills; as it should be ${seconds} s after the last`);
  const broken = names.filter((name) => wrongAt(name) > 0);
  await relay.kill();
  await sandbox.close();
  return broken.map((name) => `${kind}: ${name} does not hold who it should`);
}

console.log(
  '| List | store | should be there | are there | wrong | requests |\n| --- | --- | ---: | ---: | ---: | ---: |',
);
const broken = [...(await chaos('SQLite')), ...(await chaos('Postgres'))];
for (const one of broken) console.log(`NOT KEPT  ${one}`);
await cleanUp();
process.exit(broken.length > 0 ? 1 : 0);
