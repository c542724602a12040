import { existsSync } from 'node:fs';
import { TrackLayerError } from '@tracklayer/core';
import type { Command } from 'commander';
import type { Drift } from '../../drift/drift.ts';
import { driftOf } from '../../drift/serve-drift.ts';
import { describeDb, isPostgres, openStore } from '../../store/open-store.ts';
import { describeDrift } from './describe-drift.ts';
import type { CliIo } from '../io.ts';
import { eventsFlag, ownEvents, type EventsFlag } from '../own-events.ts';
import { keyFlag, urlFlag, type RelayFlags } from '../relay-call.ts';
import { remoteOf } from '../remote.ts';

interface InspectFlags extends RelayFlags, EventsFlag {
  since: string;
  db: string;
  environment: string;
  json?: boolean;
}

/** Adds `tracklayer drift inspect [event]`. */
export function addDriftCommand(program: Command, io: CliIo): void {
  program
    .command('drift')
    .description('how events and labels have changed')
    .command('inspect [event]')
    .description('of one event or of all; from the relay of --url, else from the file of --db')
    .option('--since <days>', '1d to 90d, or a day such as 2026-11-16', '7d')
    .option(...urlFlag)
    .option(...keyFlag)
    .option('--db <file>', 'the SQLite file of a relay on this machine', '.tracklayer/relay.db')
    .option('--environment <name>', 'which environment of --db', 'development')
    .option(...eventsFlag)
    .option('--json', 'print JSON')
    .action(async (event: string | undefined, flags: InspectFlags) => {
      const relay = remoteOf(flags, io);
      const drift = relay ? await relay.drift({ event, since: flags.since }) : await readLocal(event, flags);
      io.print(flags.json ? JSON.stringify(drift, undefined, 2) : describeDrift(drift));
    });

  async function readLocal(
    event: string | undefined,
    { db, environment, since, ...flags }: InspectFlags,
  ): Promise<Drift> {
    const events = ownEvents(flags, io);
    if (!isPostgres(db) && !existsSync(db))
      throw new TrackLayerError(
        'invalid_options',
        `${describeDb(db)} does not exist; name the database with --db, or a relay with --url`,
      );
    const store = await openStore(db);
    try {
      return await driftOf({ store, environment, events, now: io.now }, { event, since });
    } finally {
      await store.close();
    }
  }
}
