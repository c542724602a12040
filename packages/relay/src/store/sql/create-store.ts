import type { Arrival } from '../arrival.ts';
import type { ReceivedEvent } from '../events.ts';
import { createGroupCommit } from '../group-commit.ts';
import type { ReceivedIdentify } from '../people.ts';
import type { Taken, TakeRequest } from '../queue.ts';
import type { Store } from '../store.ts';
import { listAudiences, readAudience, readAudiencesOf, readMembers } from './read-audiences.ts';
import { applySync } from './apply-sync.ts';
import { addMembers, readSyncsToApply } from './syncs.ts';
import { addChange, listChanges } from './changes.ts';
import { readChores, readEnvironments, settleChore, takeChore } from './chores.ts';
import { erasePerson } from './erase.ts';
import { forgetSome } from './forget.ts';
import { createHealth } from './health.ts';
import { describeAccounts, readAccounts } from './accounts.ts';
import { listDeliveries } from './list-deliveries.ts';
import { readDeliveries, readDeliveriesOf } from './plan-deliveries.ts';
import { deliveryTable, noteDeliveries, settleDeliveries, takeDeliveries } from './lease-deliveries.ts';
import { changeState, findNothing, firstDue, readState, type WorkTable } from './lease-rows.ts';
import { mirrorMembers, mirrorTable, noteMirrored, settleMirrored, takeMirrored } from './mirrors.ts';
import { countMirrors, readMirrorsOf } from './read-mirrors.ts';
import { noticeTable, settleNotices, takeNotices } from './notices.ts';
import { listEvents, readEvents } from './read-events.ts';
import { readHistory, readIds, readPersons, readTraits } from './read-people.ts';
import { appendVersion, listVersions, readRegistry, readVersion } from './registry.ts';
import { readDropped } from './reports.ts';
import { readShapedEvents, readShapes } from './shapes.ts';
import { readLabels, writeSightings } from './sightings.ts';
import type { Database, Sql } from './sql.ts';
import { readDeliveryCounts, readLabelDays, readSteps } from './steps.ts';
import { countReplay, replayAll } from './replay-deliveries.ts';
import { unlink } from './unlink.ts';
import { writeCaptures, writeIdentities } from './write-arrivals.ts';

type Job =
  | { capture: Arrival<ReceivedEvent> }
  | { identify: Arrival<ReceivedIdentify> }
  | { write: (sql: Sql) => Promise<unknown> };

/** Joins the nouns to a {@link Store} on one database. */
export function createSqlStore(database: Database): Store {
  const { read } = database;
  const health = createHealth(database);
  const commits = createGroupCommit<Job>({
    commit: (jobs) => health.watch(database.transaction((sql) => writeJobs(sql, jobs))),
    writers: database.writers,
    sizeOf,
    isOutage: (cause) => database.isOutage(cause),
  });
  const write = <Result>(work: (sql: Sql) => Promise<Result>): Promise<Result> =>
    commits.run({ write: work });
  // A queue's row is locked until the commit: this work shares its transaction with nobody who would wait for that.
  const lock = <Result>(work: (sql: Sql) => Promise<Result>): Promise<Result> =>
    database.writers === 1 ? write(work) : database.transaction(work);
  const take = async <Leased>(
    table: WorkTable,
    work: (sql: Sql, request: TakeRequest) => Promise<Taken<Leased>>,
    request: TakeRequest,
  ): Promise<Taken<Leased>> => (await findNothing(read, table, request)) ?? lock((sql) => work(sql, request));

  return {
    capture: (arrival) => commits.run({ capture: arrival }),
    event: async (environment, event_id) => {
      const [[summary], deliveries] = await Promise.all([
        readEvents(read, environment, [event_id]),
        readDeliveries(read, environment, event_id),
      ]);
      if (!summary) return undefined;
      const [identity = nobody] = await readIds(read, environment, [summary.event]);
      return { ...summary, identity, deliveries };
    },
    eventsById: (environment, event_ids) => readEvents(read, environment, event_ids),
    events: (environment, query) => listEvents(read, environment, query),

    identify: (arrival) => commits.run({ identify: arrival }),
    traits: (environment, user_id) => readTraits(read, environment, user_id),
    people: (environment, identities) => readPersons(read, environment, identities),
    accounts: (environment, account_ids) => readAccounts(read, environment, account_ids),
    describeAccounts: (environment, accounts, at) =>
      write((sql) => describeAccounts(sql, environment, accounts, at)),
    links: (environment, anonymous_id) => readHistory(read, environment, anonymous_id),
    unlink: (environment, identity, at) => write((sql) => unlink(sql, environment, identity, at)),
    erase: (environment, user_id, at, deletions = []) =>
      erasePerson(write, { environment, user_id, at, deletions }),

    registry: (environment) => readRegistry(read, environment),
    registryVersion: (environment, version) => readVersion(read, environment, version),
    registryVersions: (environment, page) => listVersions(read, environment, page),
    putRegistry: (environment, registry) => write((sql) => appendVersion(sql, environment, registry)),

    addSightings: (report) => write((sql) => writeSightings(sql, report)),
    labels: (environment, since) => readLabels(read, environment, since),
    shapedEvents: (environment) => readShapedEvents(read, environment),
    shapes: (environment, event) => readShapes(read, environment, event),
    dropped: (environment) => readDropped(read, environment),
    steps: (environment, query) => readSteps(read, environment, query),
    deliveryCounts: (environment, since) => readDeliveryCounts(read, environment, since),
    labelDays: (environment, since) => readLabelDays(read, environment, since),

    takeDeliveries: (request) => take(deliveryTable, takeDeliveries, request),
    settleDeliveries: (request) => lock((sql) => settleDeliveries(sql, request)),
    queue: (queue) => readState(read, queue),
    oldestDue: (queue) => firstDue(read, deliveryTable, queue),
    changeQueue: (queue, change) => lock((sql) => changeState(sql, queue, change)),
    noteDeliveries: (request) => write((sql) => noteDeliveries(sql, request)),
    deliveriesOf: (environment, event_id) => readDeliveries(read, environment, event_id),
    deliveriesByEvent: (environment, event_ids) => readDeliveriesOf(read, environment, event_ids),
    deliveries: (environment, query) => listDeliveries(read, environment, query),
    replayDeliveries: (request) =>
      request.dry ? countReplay(read, request) : replayAll(read, write, request),

    addMembers: (page) => addMembers(read, write, page),
    applySync: (request) => applySync(read, write, request),
    syncsToApply: () => readSyncsToApply(read),
    audiences: (environment) => listAudiences(read, environment),
    audience: (environment, audience) => readAudience(read, environment, audience),
    membersOf: (environment, audience, limit) => readMembers(read, environment, audience, limit),
    audiencesOf: (environment, keys) => readAudiencesOf(read, environment, keys),

    takeMirrored: (request) => take(mirrorTable, takeMirrored, request),
    noteMirrored: (request) => write((sql) => noteMirrored(sql, request)),
    settleMirrored: (request) => lock((sql) => settleMirrored(sql, request)),
    mirrorCounts: (environment) => countMirrors(read, environment),
    mirrorsOf: (environment, user_id) => readMirrorsOf(read, environment, user_id),
    mirrorMembers: (request) => write((sql) => mirrorMembers(sql, request)),

    takeNotices: (request) => take(noticeTable, takeNotices, request),
    settleNotices: (request) => lock((sql) => settleNotices(sql, request)),

    addChange: (environment, change) => write((sql) => addChange(sql, environment, change)),
    changes: (environment, query) => listChanges(read, environment, query),

    takeChore: (request) => write((sql) => takeChore(sql, request)),
    settleChore: (request) => write((sql) => settleChore(sql, request)),
    chores: (prefix) => readChores(read, prefix),
    forgetSome: (rule) => write((sql) => forgetSome(sql, rule)),
    environments: () => readEnvironments(read),

    check: () => health.check(),
    close: async () => {
      await commits.idle();
      await database.close();
    },
  };
}

const nobody = { user_id: null, anonymous_ids: [] };

function sizeOf(job: Job): number {
  if ('capture' in job) return job.capture.messages.length;
  return 'identify' in job ? job.identify.messages.length : 1;
}

async function writeJobs(sql: Sql, jobs: readonly Job[]): Promise<unknown[]> {
  const captures = jobs.flatMap((job) => ('capture' in job ? [job.capture] : []));
  const identifies = jobs.flatMap((job) => ('identify' in job ? [job.identify] : []));
  const identified = await writeIdentities(sql, identifies);
  const captured = await writeCaptures(sql, captures);
  const results: unknown[] = [];
  for (const job of jobs) {
    if ('capture' in job) results.push(captured.shift());
    else if ('identify' in job) results.push(identified.shift());
    else results.push(await job.write(sql));
  }
  return results;
}
