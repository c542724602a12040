import type { BrowserContext, Page } from '@playwright/test';
import type { Drop } from '@tracklayer/core';
import type { WitnessedLabel } from '@tracklayer/core/adapter';
import { seenLabelOf } from './seen-label.ts';
import type { SeenLabel, Testimony, Witnesses } from './testimony.ts';

const binding = '__tracklayer_testimony__';

/** What a page says: a client was made, a message was dropped, a label was heard. */
type Told = { client: true } | { drop: Drop } | { label: WitnessedLabel };

interface Counts {
  captured: number;
  pending: number;
  awaitingConsent: number;
  duplicates: number;
}

/** Looks at the clients of every page of a browser context, those of its frames too. */
export async function witnessContext(context: BrowserContext): Promise<Witnesses> {
  const drops: Drop[] = [];
  const labels: SeenLabel[] = [];
  let hasClients = false;

  await context.exposeBinding(binding, (_, told: Told) => {
    if ('drop' in told) drops.push(told.drop);
    else if ('label' in told) labels.push(seenLabelOf(told.label));
    else hasClients = true;
  });
  await context.addInitScript(installWitness, binding);

  /** A page that is left while it is asked has nothing to say. */
  const askPages = <Answer>(ask: (page: Page) => Promise<Answer>): Promise<(Answer | undefined)[]> =>
    Promise.all(context.pages().map((page) => Promise.race([ask(page), pause()]).catch(() => undefined)));

  return {
    async flush() {
      await askPages((page) => page.evaluate(flushClients));
    },
    async testify(): Promise<Testimony> {
      const counts = (await askPages((page) => page.evaluate(countClients))).filter((each) => !!each);
      const sum = (name: keyof Counts): number => counts.reduce((total, each) => total + each[name], 0);
      return {
        hasClients,
        captured: sum('captured'),
        pending: sum('pending'),
        awaitingConsent: sum('awaitingConsent'),
        duplicates: sum('duplicates'),
        drops,
        labels,
      };
    },
    forget() {
      drops.length = 0;
      labels.length = 0;
    },
  };
}

const pause = (): Promise<undefined> => new Promise((resolve) => void setTimeout(resolve, 1_000, undefined));

// The functions below run in the page: they are sent as text and see nothing of this module.

function installWitness(name: string): void {
  const place = Symbol.for('tracklayer.witness');
  const page = globalThis as unknown as Record<string | symbol, unknown>;
  const tell = (told: unknown): void => {
    void (page[name] as ((what: unknown) => Promise<void>) | undefined)?.(told);
  };
  const clients: unknown[] = [];
  page[place] = {
    clients,
    client(made: unknown) {
      clients.push(made);
      tell({ client: true });
    },
    drop({ event_id, event, reason, detail }: Drop) {
      tell({ drop: { event_id, event, reason, detail } });
    },
    // An entry may hold functions, which do not travel.
    label({ source_event, at, promotion, meant }: WitnessedLabel) {
      const short = (entry: WitnessedLabel['meant']): object | undefined =>
        entry && { source_event: entry.source_event, canonical_event: entry.canonical_event };
      const entry = 'entry' in promotion ? short(promotion.entry) : undefined;
      const missing = 'missing' in promotion ? promotion.missing : undefined;
      tell({
        label: {
          source_event: typeof source_event === 'string' ? source_event : null,
          at,
          promotion: { status: promotion.status, ...(entry && { entry }), ...(missing && { missing }) },
          meant: short(meant),
        },
      });
    },
  };
}

interface PageWitness {
  clients: {
    flush(): Promise<unknown>;
    stats(): { captured: number; pending: number; duplicate: number };
    isWaitingForConsent(): boolean;
  }[];
}

function flushClients(): void {
  const { clients } = (globalThis as unknown as Record<symbol, PageWitness>)[
    Symbol.for('tracklayer.witness')
  ]!;
  for (const client of clients) if (client.stats().pending > 0) void client.flush();
}

function countClients(): Counts {
  const { clients } = (globalThis as unknown as Record<symbol, PageWitness>)[
    Symbol.for('tracklayer.witness')
  ]!;
  const counts = { captured: 0, pending: 0, awaitingConsent: 0, duplicates: 0 };
  for (const client of clients) {
    const { captured, pending, duplicate } = client.stats();
    counts.captured += captured;
    counts.pending += pending;
    counts.duplicates += duplicate;
    if (client.isWaitingForConsent()) counts.awaitingConsent += pending;
  }
  return counts;
}
