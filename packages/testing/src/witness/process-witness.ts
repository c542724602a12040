import type { Drop, Stats } from '@tracklayer/core';
import type { Witness, WitnessedClient } from '@tracklayer/core/adapter';
import { seenLabelOf } from './seen-label.ts';
import type { SeenLabel, Witnesses } from './testimony.ts';

/** All that was heard in this process or page, the newest last. */
interface Heard extends Witness {
  clients: WitnessedClient[];
  drops: Drop[];
  labels: SeenLabel[];
}

const mostKept = 1_000;
const place = Symbol.for('tracklayer.witness');
const owner = globalThis as { [place]?: Heard };

/** The place belongs to the process, as the clients do, and not to one copy of this module. */
const heard = (owner[place] ??= listen());

function listen(): Heard {
  const [clients, drops, labels]: [WitnessedClient[], Drop[], SeenLabel[]] = [[], [], []];
  return {
    clients,
    drops,
    labels,
    client: (made) => keep(clients, made),
    drop: (drop) => keep(drops, drop),
    label: (label) => keep(labels, seenLabelOf(label)),
  };
}

function keep<Item>(list: Item[], item: Item): void {
  list.push(item);
  if (list.length > mostKept) list.shift();
}

/** Looks at the clients of this process, from now on. */
export function witnessProcess(): Witnesses {
  let before = new Map<WitnessedClient, Stats>();
  let drops = new Set<Drop>();
  let labels = new Set<SeenLabel>();
  const asked = new WeakMap<WitnessedClient, number>();

  function forget(): void {
    before = new Map(heard.clients.map((client) => [client, client.stats()]));
    drops = new Set(heard.drops);
    labels = new Set(heard.labels);
  }

  /** The clients that took something since, with what they took. */
  const active = (): { client: WitnessedClient; now: Stats; was: Stats | undefined }[] =>
    heard.clients
      .map((client) => ({ client, now: client.stats(), was: before.get(client) }))
      .filter(({ now, was }) => now.captured > (was?.captured ?? 0));

  forget();
  return {
    forget,
    async flush() {
      for (const { client, now } of active()) {
        if (now.pending === 0 || asked.get(client) === now.captured) continue;
        asked.set(client, now.captured);
        void client.flush().then(() => asked.delete(client));
      }
    },
    async testify() {
      const clients = active();
      const sum = (of: (each: (typeof clients)[number]) => number): number =>
        clients.reduce((total, each) => total + of(each), 0);
      return {
        hasClients: heard.clients.length > 0,
        captured: sum(({ now, was }) => now.captured - (was?.captured ?? 0)),
        pending: sum(({ now }) => now.pending),
        awaitingConsent: sum(({ client, now }) => (client.isWaitingForConsent() ? now.pending : 0)),
        duplicates: sum(({ now, was }) => now.duplicate - (was?.duplicate ?? 0)),
        drops: heard.drops.filter((drop) => !drops.has(drop)),
        labels: heard.labels.filter((label) => !labels.has(label)),
      };
    },
  };
}
