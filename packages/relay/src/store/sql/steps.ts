import type { Arrival, RejectedEvent } from '../arrival.ts';
import { dayMs, dayOf, keptDays } from '../days.ts';
import type { CaptureOutcome, ReceivedEvent } from '../events.ts';
import type { DeliveryCounts, LabelDay, Step, StepCount } from '../steps.ts';
import { forEach, keyOf, sortedByKey, type Row, type Sql, type SqlValue } from './sql.ts';

const key = {
  environment: 'text',
  day: 'integer',
  event: 'text',
  step: 'text',
  name: 'text',
  reason: 'text',
  slot: 'integer',
} as const;
const names = Object.keys(key).join(', ');
const add = forEach(
  { ...key, count: 'integer' },
  (input) => `
  INSERT INTO steps (${names}, count) SELECT ${names}, count FROM ${input} WHERE true
  ON CONFLICT (${names}) DO UPDATE SET count = steps.count + excluded.count
  RETURNING steps.environment, steps.day, steps.step, steps.count`,
);

/** One thing to count. */
export interface Counted {
  environment: string;
  /** When the event came, in milliseconds since 1970. */
  at: number;
  event: string;
  step: Step;
  name: string;
  reason?: string | undefined;
  /** `-1` takes one back, as when a failed delivery is to be sent again. Default `1`. */
  count?: number | undefined;
}

/** Adds to the counters of the days on which the events came. */
export async function countSteps(sql: Sql, counted: readonly Counted[]): Promise<void> {
  const sums = new Map<
    string,
    Record<keyof typeof key | 'count', SqlValue> & { count: number; day: number }
  >();
  for (const { environment, at, event, step, name, reason = '', count = 1 } of counted) {
    const day = Math.floor(at / dayMs);
    const id = keyOf(environment, day, event, step, name, reason);
    const sum = sums.get(id);
    if (sum) sum.count += count;
    else sums.set(id, { environment, day, event, step, name, reason, slot: sql.slot, count });
  }
  const rows = sortedByKey(sums);
  const written = await sql.each(add, rows);
  // The first event of a day, or nearly: days that nobody asks for any more go then.
  const isFirst = ({ step, count }: Row): boolean => step === 'accepted' && Number(count) === 1;
  for (const { environment = '', day } of written.filter(isFirst)) {
    await sql.all('DELETE FROM steps WHERE environment = $1 AND day < $2', [
      environment,
      Number(day) - keptDays,
    ]);
  }
}

/** Counts the messages of several requests, and the deliveries that they plan. */
export async function countArrivals(
  sql: Sql,
  arrivals: readonly Arrival<ReceivedEvent>[],
  outcomes: readonly (readonly CaptureOutcome[])[],
): Promise<void> {
  const counted = arrivals.flatMap(({ environment, received_at: at, messages, rejected = [] }, place) => [
    ...messages.flatMap(({ event, deliveries = [] }, message): Counted[] => {
      const status = outcomes[place]?.[message]?.status;
      if (event.context?.test !== undefined || status === undefined) return [];
      const base = { environment, at, event: event.event };
      const planned = status === 'accepted' ? deliveries : [];
      return [
        { ...base, step: status, name: sourceOf(event.source) },
        ...planned.map(({ destination }) => ({ ...base, step: 'planned' as const, name: destination })),
      ];
    }),
    ...rejected.map((one): Counted => {
      const { event, reason } = refusalOf(one);
      return { environment, at, event, step: 'rejected', name: '', reason };
    }),
  ]);
  await countSteps(sql, counted);
}

/** Counts rows of `deliveries` that are final now; those of controlled events name no event. */
export async function countSettled(sql: Sql, rows: readonly Row[], count = 1): Promise<void> {
  const counted = rows.flatMap((row): Counted[] => {
    const step = final[String(row['status'])];
    if (step === undefined || typeof row['event'] !== 'string') return [];
    return [
      {
        environment: String(row['environment']),
        at: Number(row['planned_at']),
        event: row['event'],
        step,
        name: String(row['destination']),
        reason: step === 'delivered' ? '' : wordOf(row['reason']),
        count,
      },
    ];
  });
  await countSteps(sql, counted);
}

const final: Readonly<Record<string, Step>> = { accepted: 'delivered', failed: 'failed', skipped: 'skipped' };

/** A page may say any source; counters must not fill the disk. */
const sourceOf = (source: string | undefined): string =>
  source === 'heap' || source === 'server' ? source : 'other';

/** Likewise of a reason: the stable word in front of what a platform said. */
const wordOf = (reason: SqlValue | undefined): string =>
  /^[a-z][a-z0-9_]{0,63}(?=$|:)/.exec(String(reason ?? ''))?.[0] ?? 'other';

/** A name that is not in the vocabulary is anybody's text, and is not counted by itself. */
function refusalOf({ event = '', errors }: RejectedEvent): { event: string; reason: string } {
  const codes = new Set(errors.map(({ code }) => code));
  if (codes.has('unknown_event')) return { event: '', reason: 'unknown_event' };
  return { event, reason: codes.has('missing') ? 'missing_property' : 'invalid' };
}

export async function readSteps(
  sql: Sql,
  environment: string,
  { since, event }: { since: string; event?: string | undefined },
): Promise<StepCount[]> {
  const filter = event === undefined ? '' : 'AND event = $3';
  const rows = await sql.all(
    `SELECT day, event, step, name, reason, sum(count) AS count FROM steps
     WHERE environment = $1 AND day >= $2 ${filter}
     GROUP BY day, event, step, name, reason ORDER BY day, event, step, name, reason`,
    [environment, dayNumber(since), ...(event === undefined ? [] : [event])],
  );
  return rows.map((row) => ({
    day: dayOf(Number(row['day']) * dayMs),
    event: String(row['event']),
    step: row['step'] as Step,
    name: String(row['name']),
    reason: String(row['reason']),
    count: Number(row['count']),
  }));
}

export async function readDeliveryCounts(
  sql: Sql,
  environment: string,
  since: string,
): Promise<Map<string, DeliveryCounts>> {
  const rows = await sql.all(
    `SELECT name, step, sum(count) AS count FROM steps
     WHERE environment = $1 AND day >= $2 AND step IN ('planned', 'delivered', 'failed', 'skipped') GROUP BY name, step`,
    [environment, dayNumber(since)],
  );
  const byName = Map.groupBy(rows, (row) => String(row['name']));
  return new Map(
    [...byName].map(([name, steps]) => {
      const of = (step: Step): number => Number(steps.find((row) => row['step'] === step)?.['count'] ?? 0);
      const counts = {
        planned: of('planned'),
        accepted: of('delivered'),
        failed: of('failed'),
        skipped: of('skipped'),
      };
      return [name, counts];
    }),
  );
}

export async function readLabelDays(sql: Sql, environment: string, since: string): Promise<LabelDay[]> {
  const rows = await sql.all(
    `SELECT day, source, source_event, sum(count) AS count FROM sightings
     WHERE environment = $1 AND day >= $2 GROUP BY day, source, source_event ORDER BY day, source, source_event`,
    [environment, dayNumber(since)],
  );
  return rows.map((row) => ({
    day: dayOf(Number(row['day']) * dayMs),
    source: String(row['source']),
    source_event: String(row['source_event']),
    count: Number(row['count']),
  }));
}

const dayNumber = (day: string): number => Math.floor(Date.parse(day) / dayMs);
