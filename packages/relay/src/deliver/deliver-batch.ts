import type { JsonObject } from '@tracklayer/core';
import {
  describeRefusal,
  nameThere,
  refusals,
  type DestinationAnswer,
  type Outcome,
  type Reading,
} from '@tracklayer/destinations';
import type { LeasedDelivery, SettledDelivery } from '../store/deliveries.ts';
import type { Taken } from '../store/queue.ts';
import type { Store } from '../store/store.ts';
import { callDestination, isNearlyOver, type Calls } from './call-destination.ts';
import { batchesOf, lanesOf, type Item } from './batches.ts';
import type { Configured } from './configured.ts';
import { askedLater, clean, noteOf, settledBy } from './outcome.ts';
import { isQuiet, showOutcome, type BatchSign } from './pace.ts';
import { readRows, unknownOutcome } from './read-rows.ts';
import { showPayload } from './show-payload.ts';
import { createSendInParts, type Exchanged } from './send-in-parts.ts';

/** What a batch needs besides its rows. */
export interface Surroundings extends Calls {
  store: Store;
  configured: Configured;
}

/** What came of every row of a lease, and what it showed of the destination. */
export interface Delivered {
  settled: readonly SettledDelivery[];
  sign: BatchSign;
}

const lanes = 16;
/** A request may be under way for so long: what is too old by then would fail all that are beside it. */
const requestMs = 10_000;

/** Delivers the rows of one lease: reads, maps, sends in batches, finds the bad ones, and says what came of each. */
export async function deliverBatch(
  { rows, until }: Pick<Taken<LeasedDelivery>, 'rows' | 'until'>,
  lease: string,
  queue: string,
  { store, configured, send, tokens, now, random, signal }: Surroundings,
): Promise<Delivered> {
  const { destination, settings } = configured;
  const settled: SettledDelivery[] = [];
  const sign: BatchSign = { arrived: false, failed: false };

  const settle = (row: LeasedDelivery, outcome: Outcome, last?: JsonObject): void => {
    settled.push(settledBy(row, outcome, { now: now(), random, last }));
    showOutcome(sign, outcome, now());
  };
  const settleFinal = (row: LeasedDelivery, status: 'failed' | 'skipped', reason: string): void => {
    const { environment, event_id, destination: name } = row;
    settled.push({ environment, event_id, destination: name, status, reason, note: clean(noteOf(row)) });
  };
  /** Nothing more is begun: the destination asked for quiet, or the lease is nearly over. */
  const mustStop = (): boolean => signal.aborted || isQuiet(sign) || isNearlyOver(until, now());
  const putOff = (row: LeasedDelivery): void =>
    void settled.push({
      environment: row.environment,
      event_id: row.event_id,
      destination: row.destination,
      status: 'pending',
      due_at: Math.max(now(), sign.throttled?.until ?? 0),
      note: clean({ ...noteOf(row), sending: undefined }),
    });

  const call = (
    make: Parameters<typeof callDestination<Reading>>[2],
    read: (answer: DestinationAnswer) => Reading,
  ): Promise<Exchanged> => callDestination(configured, { send, tokens, now, signal }, make, read);

  const shown = ({ payload, event }: Item): string =>
    showPayload(payload, event, nameThere(destination, settings, event.event));

  const sendBatch = createSendInParts<Item>({
    mustStop,
    putOff: ({ row }) => putOff(row),
    inTime(items) {
      const back = now() + requestMs;
      const isLate = ({ deadline }: Item): boolean => deadline < back;
      for (const { row } of items.filter(isLate)) settleFinal(row, refusals.event_too_old.status, tooOld);
      return items.filter((item) => !isLate(item));
    },
    async exchange(items) {
      const payloads = items.map(({ payload }) => payload);
      const once = items.filter(({ payload }) => destination.isRepeatable?.(payload) === false);
      if (once.length > 0) {
        // On record before it leaves: whoever finds it so does not send it again.
        const noted = once.map(({ row }) => ({ ...row, note: clean({ ...noteOf(row), sending: true }) }));
        if ((await store.noteDeliveries({ queue, lease, noted })) < once.length) return undefined;
      }
      return call(
        (access) => destination.request(payloads, settings, access),
        (answer) => destination.read(answer, payloads, settings),
      );
    },
    settle(item, outcome, { last: answer, isUnknown }) {
      const { row, payload } = item;
      const last = answer && { ...answer, sent: shown(item) };
      if (!isUnknown || destination.isRepeatable?.(payload) !== false) return settle(row, outcome, last);
      sign.failed = true;
      settleFinal(row, 'failed', unknownOutcome);
    },
    ask(item, place, { ref, afterMs }) {
      sign.arrived = true;
      settled.push(
        askedLater(item.row, Math.ceil(now() + afterMs), { ref, place, sent: shown(item) }, now()),
      );
    },
    hasArrived: () => sign.arrived,
  });

  async function confirm(ref: string, asked: readonly LeasedDelivery[]): Promise<void> {
    const { confirm: confirmation } = destination;
    if (!confirmation || mustStop()) return asked.forEach(putOff);
    const places = asked.map((row) => noteOf(row).place ?? 0);
    const { reading, last: asking } = await call(
      (access) => confirmation.request(ref, settings, access),
      (answer) => confirmation.read(answer, places, settings),
    );
    for (const [place, row] of asked.entries()) {
      const { place: there = 0, sent } = noteOf(row);
      if ('ask' in reading) {
        settled.push(
          askedLater(row, Math.ceil(now() + reading.ask.afterMs), { ref, place: there, sent }, now()),
        );
        continue;
      }
      const last = asking && { ...asking, ...(sent !== undefined && { sent }) };
      const outcome: Outcome = ('each' in reading ? reading.each[place] : reading.all) ?? { class: 'retry' };
      settle(row, outcome, last);
      // Asked again, and not sent again: the platform has it.
      const back = settled.at(-1);
      if (back?.status === 'pending')
        settled[settled.length - 1] = { ...back, note: clean({ ...noteOf(row), last }) };
    }
  }

  const { ready, asked } = await readRows(rows, { store, configured, now }, settleFinal);
  for (const [ref, those] of asked) await confirm(ref, those);
  const work = lanesOf(batchesOf(ready, destination), lanes);
  await Promise.all(
    work.map(async (lane) => {
      for (const batch of lane) await sendBatch(batch);
    }),
  );
  return { settled, sign };
}

const tooOld = describeRefusal({ reason: 'event_too_old', fields: ['occurred_at'] });
