import type { JsonObject } from '@tracklayer/core';
import type { Arrival } from '../arrival.ts';
import type { CaptureOutcome, ReceivedEvent } from '../events.ts';
import type { IdentifyOutcome, ReceivedIdentify } from '../people.ts';
import { personOf, userKey } from '../person-key.ts';
import { touchPeople, type Touch } from './mirrors.ts';
import { planDeliveries } from './plan-deliveries.ts';
import { writeReports } from './reports.ts';
import { shapesOf, writeShapes } from './shapes.ts';
import type { Sql } from './sql.ts';
import { countArrivals } from './steps.ts';
import { writeEvents, writeRejected } from './write-events.ts';
import { writeIdentifies, writeSights, type Sight } from './write-people.ts';

/** Writes what several requests brought, in one transaction; the same few statements whatever their number. */
export async function writeCaptures(
  sql: Sql,
  arrivals: readonly Arrival<ReceivedEvent>[],
): Promise<CaptureOutcome[][]> {
  if (arrivals.length === 0) return [];
  const outcomes = await writeEvents(sql, arrivals);
  await planDeliveries(sql, arrivals, outcomes);
  await writeRejected(sql, arrivals);
  await writeSights(sql, sightsIn(arrivals, outcomes));
  await touchPeople(sql, touchedBy(arrivals, outcomes));
  await writeReports(sql, arrivals);
  await countArrivals(sql, arrivals, outcomes);
  // Last, since others may wait for these rows.
  await writeShapes(sql, shapesOf(arrivals, outcomes, sql.slot));
  return outcomes;
}

/** Likewise for identifies. */
export async function writeIdentities(
  sql: Sql,
  arrivals: readonly Arrival<ReceivedIdentify>[],
): Promise<IdentifyOutcome[][]> {
  if (arrivals.length === 0) return [];
  const outcomes = await writeIdentifies(sql, arrivals);
  await touchPeople(
    sql,
    arrivals.flatMap(({ environment, received_at: at, messages, mirrors }, place) =>
      mirrors === undefined
        ? []
        : messages.flatMap(({ identify: { user_id } }, message) =>
            user_id === undefined || outcomes[place]?.[message]?.status !== 'accepted'
              ? []
              : [{ environment, person: userKey(user_id), at, traitsAt: mirrors.traitsAt }],
          ),
    ),
  );
  await writeReports(sql, arrivals);
  return outcomes;
}

/** Persons whose consent may have changed, or, where traits are held elsewhere, anything. */
function touchedBy(
  arrivals: readonly Arrival<ReceivedEvent>[],
  outcomes: readonly (readonly CaptureOutcome[])[],
): Touch[] {
  return arrivals.flatMap(({ environment, received_at: at, messages, mirrors }, place) =>
    mirrors === undefined
      ? []
      : messages.flatMap(({ event: { user_id, consent } }, message) => {
          const isAccepted = outcomes[place]?.[message]?.status === 'accepted';
          const matters = consent !== undefined || mirrors.traitsAt.length > 0;
          return user_id !== undefined && isAccepted && matters
            ? [{ environment, person: userKey(user_id), at, traitsAt: mirrors.traitsAt }]
            : [];
        }),
  );
}

function sightsIn(
  arrivals: readonly Arrival<ReceivedEvent>[],
  outcomes: readonly (readonly CaptureOutcome[])[],
): Sight[] {
  return arrivals.flatMap(({ environment, received_at, messages }, place) =>
    messages.flatMap(({ event }, message) => {
      const person = personOf(event);
      const { conflicts = [], is_erased } = outcomes[place]?.[message] ?? {};
      // A copy that contradicts the first may be about somebody else.
      if (person === null || conflicts.length > 0 || is_erased) return [];
      const at = Math.min(Date.parse(event.occurred_at), received_at);
      return [
        {
          environment,
          person,
          context: event.context as JsonObject | undefined,
          consent: event.consent as JsonObject | undefined,
          at,
        },
      ];
    }),
  );
}
