// `pnpm bench:faults:deliver [events] [kills] [seed]`: whether each event arrives once at each platform, and none past its
// deadline, while the platforms fail 30 % of the requests in every way that passes by itself, tokens end, and one of two
// relays is killed over and over, from the first capture on. On both stores; some minutes each. The seed decides what is bought, what
// fails and when a relay is killed, though not in which order two processes come to it.
import { setTimeout as wait } from 'node:timers/promises';
import { destinations as builtIn, nameThere, type AnyDestination } from '@tracklayer/destinations';
import { startSandbox, type Sandbox, type SandboxType } from '@tracklayer/destinations/sandbox';
import { createPostgresStore, createSqliteStore } from '@tracklayer/relay';
import { benchKey, cleanUp, freshDatabase, startRelay, type StoreKind } from './relay-stage.ts';
import { seededRandom } from './seeded-random.ts';

const events = Number(process.argv[2] ?? 1_000);
const kills = Number(process.argv[3] ?? 20);
const seed = Number(process.argv[4] ?? Math.floor(Math.random() * 1e9));
const share = 0.3;
/** Everybody buys so many times, or nearly. */
const purchasesEach = 4;
/** Of those that were killed, a lease ends after a minute. */
const longestMs = 1_200_000;
const hour = 3_600_000;
/** The oldest that a platform takes. */
const ages: Partial<Record<SandboxType, number>> = {
  ga4: 72 * hour,
  meta: 7 * 24 * hour,
  tiktok: 7 * 24 * hour,
  linkedin: 90 * 24 * hour,
};

interface Captured {
  event: 'purchase' | 'login';
  event_id: string;
  user_id: string;
  /** Milliseconds since 1970. */
  at: number;
}

/** One in ten is a login, which GA4 does not know again; one in ten is too old for somebody, or will be in two minutes. */
function drawEvent(n: number, now: number, random: () => number): Captured {
  const event = random() < 0.1 ? 'login' : 'purchase';
  const limits = Object.values(ages);
  const limit = limits[Math.floor(random() * limits.length)] ?? 0;
  const draw = random();
  const age = draw < 0.03 ? limit + random() * hour : draw < 0.1 ? limit - random() * 120_000 : 0;
  const user_id = `cust_${Math.floor(random() * Math.ceil(events / purchasesEach))}`;
  return {
    event,
    event_id: event === 'login' ? `login_${n}` : `ord_${n}`,
    user_id,
    at: Math.floor(now - age),
  };
}

function messageOf({ event, event_id, user_id, at }: Captured): object {
  const [, n] = event_id.split('_');
  return {
    event,
    event_id,
    user_id,
    occurred_at: new Date(at).toISOString(),
    properties:
      event === 'login' ? { method: event_id } : { order_id: event_id, value: 129.95, currency: 'EUR' },
    consent: { ad_user_data: 'granted', ad_personalization: 'granted', analytics: 'granted' },
    context: {
      ga: { client_id: `${n}.1764151200` },
      click_ids: { fbc: `fb.1.1764151200000.x${n}`, gclid: `g${n}`, li_fat_id: `l${n}`, ttclid: `t${n}` },
    },
  };
}

/** CRMs hold records of people, not of events. */
const isOfPeople = (type: SandboxType): boolean => type === 'hubspot' || type === 'salesforce';

/** Google and LinkedIn know conversions only, and no action or rule is set for a login. */
const settingsOf = (sandbox: Sandbox, type: SandboxType) => ({
  ...sandbox.settings[type],
  ...((type === 'google' || type === 'linkedin') && { events: ['purchase'] }),
  holdMs: 0,
});

interface State {
  destination: string;
  counts: { planned: number; accepted: number; failed: number; skipped: number; pending: number };
}

async function chaos(kind: StoreKind): Promise<string[]> {
  // Each has a row of its own, so that what one draws changes nothing for the others.
  const [ofEvents, ofPlatforms, ofKills, ofClients] = [1, 2, 3, 4].map((row) =>
    seededRandom(seed * 4 + row),
  ) as [() => number, () => number, () => number, () => number];
  const sandbox = await startSandbox();
  const types = Object.keys(sandbox.settings) as SandboxType[];
  const options = {
    destinations: Object.fromEntries(types.map((type) => [type, settingsOf(sandbox, type)])),
  };
  const db = await freshDatabase(kind);
  const relays = [await startRelay(db, { options }), await startRelay(db, { options })];
  const urls = relays.map(({ url }) => url);
  const ask = async <Answer>(path: string, body?: object): Promise<Answer> => {
    for (;;) {
      const answer = await fetch(`${urls[Math.floor(ofClients() * urls.length)]}${path}`, {
        method: body ? 'POST' : 'GET',
        headers: { authorization: `Bearer ${benchKey}`, 'content-type': 'application/json' },
        ...(body && { body: JSON.stringify(body) }),
      })
        .then(async (one) => ({ status: one.status, text: await one.text() }))
        .catch(() => undefined);
      if (answer?.status === 200) return JSON.parse(answer.text) as Answer;
      if (answer && answer.status < 500) throw new Error(`${path}: ${answer.status} ${answer.text}`);
      // Killed, or about to be: asked again, of the other one or when it is back.
      await wait(50);
    }
  };

  sandbox.chaos(share, ofPlatforms);
  const captured: Captured[] = [];
  const capturing = (async () => {
    while (captured.length < events) {
      const size = Math.min(1 + Math.floor(ofEvents() * 12), events - captured.length);
      const batch = Array.from({ length: size }, (_, at) =>
        drawEvent(captured.length + at, Date.now(), ofEvents),
      );
      await ask('/api/capture', { batch: batch.map(messageOf) });
      captured.push(...batch);
      await wait(ofEvents() * 300);
    }
  })();
  for (let kill = 0; kill < kills; kill++) {
    await wait(200 + ofKills() * 800);
    const place = Math.floor(ofKills() * relays.length);
    // Their tokens end, and are had anew. Where it is the asking for one that is refused, the relay waits a minute.
    if (kill % 7 === 3)
      for (const type of ['google', 'salesforce'] as const) sandbox.fail(type, 'unauthorized');
    await relays[place]?.kill();
    relays[place] = await startRelay(db, { port: Number(new URL(urls[place] ?? '').port), options });
  }
  await capturing;
  const lastKill = performance.now();
  let states: State[] = [];
  for (;;) {
    ({ destinations: states } = await ask<{ destinations: State[] }>('/api/destinations'));
    if (states.every(({ counts }) => counts.pending === 0) || performance.now() - lastKill > longestMs) break;
    await wait(500);
  }
  const seconds = Math.round((performance.now() - lastKill) / 1_000);
  for (const relay of relays) await relay.kill();
  const broken = await judge(kind, { db, sandbox, states, captured });
  console.log(`${kind}: ${kills} kills; settled ${seconds} s after the last`);
  await sandbox.close();
  return broken.map((one) => `${kind}: ${one}`);
}

/** Holds what the relay says of each event against the platform's own ledger. */
async function judge(
  kind: StoreKind,
  given: {
    db: string;
    sandbox: Sandbox;
    states: readonly State[];
    captured: readonly Captured[];
  },
): Promise<string[]> {
  const { db, sandbox, states, captured } = given;
  const broken: string[] = [];
  const store = kind === 'SQLite' ? createSqliteStore({ path: db }) : await createPostgresStore({ url: db });
  const records = new Map<string, Awaited<ReturnType<typeof store.deliveriesOf>>>();
  for (let from = 0; from < captured.length; from += 500) {
    const ids = captured.slice(from, from + 500).map(({ event_id }) => event_id);
    for (const [id, those] of await store.deliveriesByEvent('production', ids)) records.set(id, those);
  }
  await store.close();
  for (const { destination, counts } of states) {
    const type = destination as SandboxType;
    const say = (fault: string, those: readonly unknown[]): void => {
      if (those.length > 0)
        broken.push(`${type}: ${those.length} ${fault}, such as ${JSON.stringify(those.slice(0, 3))}`);
    };
    const wanted = captured.filter(
      ({ event }) =>
        nameThere(builtIn[type] as AnyDestination, settingsOf(sandbox, type), event) !== undefined,
    );
    const times = new Map<string, number>();
    for (const { key, record, counted } of sandbox.accepted(type)) {
      const [id = key] = /(?:ord|login|cust)_\d+/.exec(`${key} ${JSON.stringify(record)}`) ?? [];
      times.set(id, (times.get(id) ?? 0) + counted);
    }
    const idOf = ({ event_id, user_id }: Captured): string => (isOfPeople(type) ? user_id : event_id);
    const recordOf = ({ event_id }: Captured) =>
      records.get(event_id)?.find((one) => one.destination === destination);
    const is = (status: string, word = ''): Captured[] =>
      wanted.filter((one) => {
        const { status: known, reason = '' } = recordOf(one) ?? {};
        return known === status && reason.startsWith(word);
      });
    const [late, unknown] = [is('failed', 'event_too_old'), is('failed', 'unknown_outcome')];
    const missing = is('accepted').filter((one) => !times.has(idOf(one)));
    const doubled = wanted.filter((one) => (times.get(idOf(one)) ?? 0) > 1);
    const { planned, accepted, failed, skipped, pending } = counts;
    console.log(
      `| ${[type, kind, planned, accepted, late.length, unknown.length, missing.length, doubled.length, sandbox.requests(type)].join(' | ')} |`,
    );
    say(
      'captured and not planned',
      wanted.filter((one) => recordOf(one) === undefined),
    );
    if (planned !== wanted.length || planned !== accepted + failed + skipped + pending)
      say('planned, and the counts do not add up', [counts]);
    say('pending', is('pending'));
    say('skipped', is('skipped').map(recordOf));
    say('accepted and not there', missing);
    say('counted twice', doubled);
    // A stand-in refuses what is past its platform's deadline, so a refusal of this kind was sent too late.
    const others = is('failed').filter((one) => !late.includes(one) && !unknown.includes(one));
    say('failed', others.map(recordOf));
    const limit = ages[type] ?? Infinity;
    say(
      'given up before their time',
      late.filter(({ at }) => at > Date.now() - limit),
    );
    say(
      'not sent again, which may be',
      unknown.filter(({ event }) => type !== 'ga4' || event !== 'login'),
    );
  }
  return broken;
}

console.log(`seed ${seed}: pnpm bench:faults:deliver ${events} ${kills} ${seed}`);
console.log(
  '| Platform | store | planned | accepted | too old | unknown outcome | missing there | counted twice | requests |\n| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
);
const broken = [...(await chaos('SQLite')), ...(await chaos('Postgres'))];
for (const one of broken) console.log(`NOT KEPT  ${one}`);
await cleanUp();
process.exit(broken.length > 0 ? 1 : 0);
