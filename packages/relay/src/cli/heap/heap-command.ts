import { TrackLayerError, type Stats } from '@tracklayer/core';
import type { HeapConnectPlan } from '@tracklayer/node/heap-connect';
import type { Command } from 'commander';
import { exitCodes, type CliIo, type ExitCode } from '../io.ts';
import { eventsFlag, ownEvents, type EventsFlag } from '../own-events.ts';
import { registryOf } from '../registry/registry-file.ts';
import { keyFlag, urlFlag, type RelayFlags } from '../relay-call.ts';
import { describeHeapImport } from './describe-heap-import.ts';
import { collectRows, type HeapImport } from './heap-import.ts';
import { createImportClient } from './import-client.ts';
import { createImportProgress } from './import-progress.ts';

interface ImportFlags extends RelayFlags, EventsFlag {
  registry: string;
  since?: string;
  until?: string;
  maxAge: string;
  dryRun?: boolean;
  checkpoint?: string;
  table?: Readonly<Record<string, string>>;
  json?: boolean;
}

const dayMs = 86_400_000;

/** Adds `tracklayer heap import <folder>`. */
export function addHeapCommand(program: Command, io: CliIo, end: (code: ExitCode) => void): void {
  program
    .command('heap')
    .description('import from Heap')
    .command('import <folder>')
    .description('backfill from a copy of a Heap Connect dump for S3; run it again to resume')
    .requiredOption('--registry <file>', 'which labels become which events, JSON or YAML')
    .option('--since <time>', 'only events since then: a day, or ISO-8601')
    .option('--until <time>', 'only events before then, such as the day when the page went live')
    .option('--max-age <days>', 'leave out older events, since ad platforms reject them', '7')
    .option('--dry-run', 'send nothing, and print what would be sent')
    .option('--table <table=label>', 'the label of a table whose name differs; may be repeated', collectTable)
    .option('--checkpoint <file>', 'a file that remembers the progress')
    .option(...urlFlag)
    .option(...keyFlag)
    .option(...eventsFlag)
    .option('--json', 'print JSON')
    .action(async (folder: string, flags: ImportFlags) => {
      checkTimes(flags);
      const maxEventAgeMs = daysOf(flags.maxAge) * dayMs;
      const events = ownEvents(flags, io);
      const registry = registryOf(flags.registry, events);
      const { labels, onRow } = collectRows(registry);
      const unread_tables: string[] = [];
      const progress = io.showStatus && !flags.json ? createImportProgress(io.showStatus, io.now) : undefined;
      let plan: HeapConnectPlan | undefined;
      // Loaded here, as it is nothing for a server's start.
      const { importHeapConnect } = await import('@tracklayer/node/heap-connect');
      const client = flags.dryRun ? undefined : await createImportClient(flags, io, events);
      try {
        await importHeapConnect({
          source: folder,
          registry,
          client,
          dryRun: flags.dryRun,
          events,
          since: flags.since,
          until: flags.until,
          maxEventAgeMs,
          checkpoint: flags.checkpoint,
          tables: flags.table,
          onPlan(planned) {
            plan = planned;
            progress?.begin(planned.bytes);
          },
          onRead: progress?.read,
          onRow(label, outcome) {
            onRow(label, outcome);
            progress?.row(label);
          },
          onUnreadTable: (table: string) => void unread_tables.push(table),
          now: io.now,
        });
      } finally {
        progress?.end();
        const delivery = client?.stats();
        // Of an import that breaks off too: what it came to, and what became of that. Not of one that never began.
        if (plan) print({ labels, unread_tables, ...(delivery && { delivery }) }, flags);
        if (delivery) end(isDone(delivery) ? exitCodes.safe : exitCodes.error);
        await client?.close();
      }
    });

  const print = (imported: HeapImport, { json }: ImportFlags): void =>
    io.print(json ? JSON.stringify(imported, undefined, 2) : describeHeapImport(imported));
}

const isDone = ({ pending, dropped }: Stats): boolean => pending === 0 && Object.keys(dropped).length === 0;

function daysOf(text: string): number {
  if (/^\d{1,5}$/.test(text)) return Number(text);
  throw new TrackLayerError('invalid_options', '--max-age is a number of days, such as 30');
}

function collectTable(
  given: string,
  known: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const [, table, label] = /^([^=]+)=(.+)$/.exec(given) ?? [];
  if (table === undefined || label === undefined) {
    throw new TrackLayerError('invalid_options', '--table is table=label, as in paid="Order Completed"');
  }
  return { ...known, [table]: label };
}

/** A bare number would be taken for seconds since 1970. */
function checkTimes({ since, until }: ImportFlags): void {
  for (const [name, time] of Object.entries({ since, until })) {
    if (time !== undefined && !/^\d{4}-\d\d-\d\d/.test(time)) {
      throw new TrackLayerError('invalid_options', `--${name} is a day such as 2026-11-16, or ISO-8601`);
    }
  }
}
