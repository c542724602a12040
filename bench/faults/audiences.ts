// `pnpm bench:faults:audiences [people] [kills]`: whether each list of a platform, and Heap, hold exactly what they should
// in the end. People join and leave by pages, full lists and accounts, change their address and consent, and are erased,
// while the platforms fail 30 % of the requests in every way that passes by itself, and a relay is killed over and over:
// one on SQLite, two on Postgres. Some minutes each.
import { setTimeout as wait } from 'node:timers/promises';
import { startSandbox } from '@tracklayer/destinations/sandbox';
import { createAudienceWorld, type World } from './audience-world.ts';
import { differencesAt, lists, type Difference } from './audience-lists.ts';
import {
  benchKey,
  cleanUp,
  freshDatabase,
  startRelay,
  type RelayProcess,
  type StoreKind,
} from './relay-stage.ts';

const people = Number(process.argv[2] ?? 400);
const kills = Number(process.argv[3] ?? 20);
const share = 0.3;
const longestMs = 900_000;
const relaysOf = { SQLite: 1, Postgres: 2 } as const;

const seedContacts = async (url: string, count: number): Promise<void> => {
  for (let from = 0; from < count; from += 100) {
    const ids = Array.from({ length: Math.min(100, count - from) }, (_, n) => `cust_${from + n}`);
    await fetch(`${url}/hubspot/crm/objects/2026-09/contacts/batch/upsert`, {
      method: 'POST',
      headers: { authorization: 'Bearer sandbox', 'content-type': 'application/json' },
      body: JSON.stringify({
        inputs: ids.map((id) => ({ id, idProperty: 'tracklayer_user_id', properties: {} })),
      }),
    });
  }
};

async function chaos(kind: StoreKind): Promise<string[]> {
  const sandbox = await startSandbox();
  const { meta, linkedin, google, hubspot, heap } = sandbox.settings;
  // A contact that HubSpot does not know yet is asked for again only after ten minutes.
  await seedContacts(sandbox.url, people);
  const options = {
    destinations: {
      meta,
      linkedin,
      google,
      hubspot: { ...hubspot, events: [] },
      heap: { ...heap, events: [] },
    },
    audiences: {
      vip: {
        to: {
          meta: { audience: lists.meta },
          linkedin: { segment: lists.linkedin },
          google: { audience: lists.google, termsAccepted: true },
          hubspot: { list: lists.hubspot },
        },
      },
      firms: { to: { linkedin: { segment: lists.firms, companies: true } } },
      made: { to: { meta: { create: true, account: 'act_1' } } },
    },
    traits: {},
  };
  const db = await freshDatabase(kind);
  const relays: RelayProcess[] = [];
  for (let n = 0; n < relaysOf[kind]; n++) relays.push(await startRelay(db, { options }));
  const ports = relays.map(({ url }) => Number(new URL(url).port));
  const call = async (method: string, path: string, body?: object): Promise<Record<string, unknown>> => {
    for (;;) {
      const port = ports[Math.floor(Math.random() * ports.length)];
      const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
        method,
        headers: { authorization: `Bearer ${benchKey}`, 'content-type': 'application/json' },
        ...(body && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(20_000),
      }).catch(() => undefined);
      // Sent again, a page counts once, an identify says the same, and nothing of an erased person came since.
      const said = answer?.ok ? await answer.json().catch(() => undefined) : undefined;
      if (said) return said as Record<string, unknown>;
      if (answer && answer.status >= 400 && answer.status < 500)
        throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
      await wait(50);
    }
  };
  const world = createAudienceWorld(people, call);
  await world.begin();
  sandbox.chaos(share);
  const stopping = new AbortController();
  const changing = (async () => {
    await world.fillOnce();
    while (!stopping.signal.aborted) {
      await world.change();
      await wait(200);
    }
  })();
  changing.catch((error: unknown) => {
    console.error(error);
    process.exit(1);
  });
  for (let kill = 0; kill < kills; kill++) {
    await wait(300 + Math.random() * 900);
    const which = kill % relays.length;
    await relays[which]?.kill();
    relays[which] = await startRelay(db, { port: ports[which] ?? 0, options });
  }
  stopping.abort();
  await changing;
  const lastKill = performance.now();
  const isRight = (): boolean => differencesAt(sandbox, world).every(({ wrong }) => wrong === 0);
  let shown = lastKill;
  while (!isRight() && performance.now() - lastKill < longestMs) {
    await wait(500);
    if (performance.now() - shown < 60_000) continue;
    shown = performance.now();
    for (const { name, wrong, examples } of differencesAt(sandbox, world).filter((one) => one.wrong > 0))
      console.error(`${kind}: ${name}: ${wrong} not yet: ${examples.join(', ')}`);
  }
  const seconds = Math.round((performance.now() - lastKill) / 1_000);
  // What is right must stay so: nothing that is still on its way may undo it.
  await wait(15_000);
  const found = differencesAt(sandbox, world);
  for (const { name, should, are, wrong } of found)
    console.log(`| ${[name, kind, should, are, wrong].join(' | ')} |`);
  const running = await erasuresRunning(world, call, longestMs - seconds * 1_000);
  const stage = `${kills} kills of ${relays.length} ${relays.length === 1 ? 'relay' : 'relays'}`;
  console.log(`${kind}: ${stage}, ${world.summary()}; as it should be ${seconds} s after the last kill`);
  for (const relay of relays) await relay.kill();
  await sandbox.close();
  return [...brokenOf(found, kind), ...(running > 0 ? [`${kind}: ${running} erasures do not end`] : [])];
}

const brokenOf = (found: readonly Difference[], kind: StoreKind): string[] =>
  found
    .filter(({ wrong }) => wrong > 0)
    .map(({ name, examples }) => `${kind}: ${name} does not hold what it should: ${examples.join(', ')}`);

/** Erasures that do not say that they are done, in time. */
async function erasuresRunning(
  { erased }: World,
  call: (method: string, path: string) => Promise<Record<string, unknown>>,
  withinMs: number,
): Promise<number> {
  const begun = performance.now();
  for (;;) {
    const states = await Promise.all([...erased].map((n) => call('GET', `/api/users/cust_${n}/erasure`)));
    const running = states.filter(({ state, erased_at }) => state !== 'done' || erased_at === null).length;
    if (running === 0 || performance.now() - begun > withinMs) return running;
    await wait(1_000);
  }
}

console.log('| List | store | should be there | are there | wrong |\n| --- | --- | ---: | ---: | ---: |');
const kinds: readonly StoreKind[] = ['SQLite', 'Postgres'];
const broken: string[] = [];
for (const kind of kinds) broken.push(...(await chaos(kind)));
for (const one of broken) console.log(`NOT KEPT  ${one}`);
await cleanUp();
process.exit(broken.length > 0 ? 1 : 0);
