import type { JsonObject } from '@tracklayer/core';
import type { Arrival } from '../arrival.ts';
import type { CaptureOutcome, ReceivedEvent } from '../events.ts';
import type { IdentifyOutcome, ReceivedIdentify } from '../people.ts';
import { personOf } from '../person-key.ts';
import { writeAccountUsers } from './account-users.ts';
import { writeAccounts } from './accounts.ts';
import { touchPeople, type Touch } from './touch-people.ts';
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
  const tellings = tellingsIn(arrivals, outcomes);
  await writeSights(sql, tellings.map(sightOf));
  await touchPeople(sql, tellings.flatMap(touchOf));
  await writeAccountUsers(
    sql,
    tellings.map(({ arrival: { environment, received_at: at, mirrors }, event }) => ({
      environment,
      at,
      mirrors,
      user_id: event.user_id,
      account_id: event.account_id,
    })),
  );
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
      messages.flatMap(({ identify }, message): Touch[] => {
        const person = personOf(identify);
        const isAccepted = outcomes[place]?.[message]?.status === 'accepted';
        return mirrors && person !== null && isAccepted
          ? [{ environment, person, at, traitsAt: mirrors.traitsAt }]
          : [];
      }),
    ),
  );
  const ofAccounts = arrivals.flatMap(({ environment, received_at: at, messages, mirrors }, place) =>
    messages
      .filter((_, message) => outcomes[place]?.[message]?.status === 'accepted')
      .flatMap(({ identify: { account_id, ...identify } }) =>
        account_id === undefined ? [] : [{ environment, at, mirrors, account_id, ...identify }],
      ),
  );
  await writeAccountUsers(sql, ofAccounts);
  const described = await writeAccounts(
    sql,
    ofAccounts.map(({ environment, account_id, traits = {}, occurred_at, at: touched_at }) => ({
      environment,
      account_id,
      traits,
      at: Date.parse(occurred_at),
      touched_at,
    })),
  );
  await touchPeople(sql, described);
  await writeReports(sql, arrivals);
  return outcomes;
}

/** An event that tells something of its person. */
interface Telling {
  arrival: Arrival<ReceivedEvent>;
  event: ReceivedEvent['event'];
  person: string;
}

function tellingsIn(
  arrivals: readonly Arrival<ReceivedEvent>[],
  outcomes: readonly (readonly CaptureOutcome[])[],
): Telling[] {
  return arrivals.flatMap((arrival, place) =>
    arrival.messages.flatMap(({ event }, message) => {
      const person = personOf(event);
      const { conflicts = [], is_erased } = outcomes[place]?.[message] ?? {};
      // A copy that contradicts the first may be about somebody else.
      return person === null || conflicts.length > 0 || is_erased ? [] : [{ arrival, event, person }];
    }),
  );
}

const sightOf = ({ arrival: { environment, received_at }, event, person }: Telling): Sight => ({
  environment,
  person,
  context: event.context as JsonObject | undefined,
  consent: event.consent as JsonObject | undefined,
  at: Math.min(Date.parse(event.occurred_at), received_at),
});

/** Looks again at persons whose consent may have changed, or, where traits are held elsewhere, anything. */
function touchOf({ arrival, event, person }: Telling): Touch[] {
  const { environment, received_at: at, mirrors } = arrival;
  const matters = event.consent !== undefined || (mirrors?.traitsAt.length ?? 0) > 0;
  return mirrors && matters ? [{ environment, person, at, traitsAt: mirrors.traitsAt }] : [];
}
