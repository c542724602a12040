import { existsSync } from 'node:fs';
import { TrackLayerError, type Registry, type Stats } from '@tracklayer/core';
import type { HeapConnectOptions, HeapConnectOutcome } from '@tracklayer/node/heap-connect';
import type { Command } from 'commander';
import { readRegistryFile } from '../registry/read-registry-file.ts';
import { describeHeapImport } from './describe-heap-import.ts';
import { createImportClient } from './import-client.ts';
import { exitCodes, type CliIo, type ExitCode } from './io.ts';
import { eventsFlag, ownEvents, type EventsFlag } from './own-events.ts';
import { readText } from './read-text.ts';
import type { RemoteFlags } from './remote.ts';

interface ImportFlags extends RemoteFlags, EventsFlag {
  registry: string;
  since?: string;
  until?: string;
  maxAge: string;
  dryRun?: boolean;
  checkpoint?: string;
  table?: Readonly<Record<string, string>>;
  json?: boolean;
}

/** Rows of one label, by what became of them, or would. */
export interface ImportedLabel {
  source_event: string;
  canonical_event: string;
  counts: Partial<Record<HeapConnectOutcome['status'], number>>;
  /** How many rows lack each of these. */
  missing_properties: Record<string, number>;
  /** The first few. */
  sample_event_ids: string[];
}

/** What `heap import` tells with `--json`. */
export interface HeapImport {
  labels: readonly ImportedLabel[];
  /** Tables that no entry names. */
  unread_tables: readonly string[];
  /** What became of the events at the relay; absent in a dry run. */
  delivery?: Stats;
}

const maxSamples = 3;
const dayMs = 86_400_000;

/** Adds `tracklayer heap import <folder>`. */
export function addHeapCommand(program: Command, io: CliIo, end: (code: ExitCode) => void): void {
  program
    .command('heap')
    .description('bring in what Heap has')
    .command('import <folder>')
    .description('backfill from a copy of a Heap Connect dump for S3; run it again to resume')
    .requiredOption('--registry <file>', 'which labels become which events, JSON or YAML')
    .option('--since <time>', 'only events from then on: a day, or ISO-8601')
    .option('--until <time>', 'only events before then, as when the page went live')
    .option('--max-age <days>', 'older events are left out, since ad platforms refuse them', '7')
    .option('--dry-run', 'send nothing, and print what would be sent')
    .option('--table <table=label>', 'a table that is named unlike its label; may be repeated', collectTable)
    .option('--checkpoint <file>', 'remembers how far it came')
    .option('--url <url>', 'the relay; or TRACKLAYER_URL')
    .option('--key <key>', 'its key; better by TRACKLAYER_KEY, since others can read flags')
    .option(...eventsFlag)
    .option('--json', 'print JSON')
    .action(async (folder: string, flags: ImportFlags) => {
      if (!existsSync(folder)) throw new TrackLayerError('invalid_options', `there is no ${folder}`);
      checkTimes(flags);
      const maxEventAgeMs = daysOf(flags.maxAge) * dayMs;
      const events = ownEvents(flags, io);
      const registry = readRegistryFile(readText(flags.registry), events);
      const { labels, onRow } = collectRows(registry);
      const unread_tables: string[] = [];
      const options = {
        source: folder,
        registry,
        events,
        since: flags.since,
        until: flags.until,
        maxEventAgeMs,
        checkpoint: flags.checkpoint,
        tables: flags.table,
        onRow,
        onUnreadTable: (table: string) => void unread_tables.push(table),
        now: io.now,
      };
      // Loaded here, as it is nothing for a server's start.
      const { importHeapConnect } = await import('@tracklayer/node/heap-connect');
      const client = flags.dryRun ? undefined : await createImportClient(flags, io, events);
      try {
        await importHeapConnect({ ...options, client, dryRun: flags.dryRun });
      } finally {
        // Of an import that breaks off too: what it came to, and what became of that.
        const delivery = client?.stats();
        print({ labels, unread_tables, ...(delivery && { delivery }) }, flags);
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

function collectRows({ entries }: Registry): {
  labels: readonly ImportedLabel[];
  onRow: NonNullable<HeapConnectOptions['onRow']>;
} {
  const labels = entries
    .filter(({ source }) => source === 'heap')
    .map(({ source_event, canonical_event }) => ({
      source_event,
      canonical_event,
      counts: {},
      missing_properties: {},
      sample_event_ids: [],
    }));
  const byLabel = new Map<string, ImportedLabel>(labels.map((label) => [label.source_event, label]));
  return {
    labels,
    onRow(source_event, outcome) {
      const label = byLabel.get(source_event);
      if (!label) return;
      const { counts, missing_properties, sample_event_ids } = label;
      counts[outcome.status] = (counts[outcome.status] ?? 0) + 1;
      if (outcome.status === 'missing') {
        for (const name of outcome.missing) missing_properties[name] = (missing_properties[name] ?? 0) + 1;
      }
      if (outcome.status === 'promoted' && sample_event_ids.length < maxSamples) {
        sample_event_ids.push(outcome.event.event_id);
      }
    },
  };
}

/** A bare number would be taken for seconds since 1970. */
function checkTimes({ since, until }: ImportFlags): void {
  for (const [name, time] of Object.entries({ since, until })) {
    if (time !== undefined && !/^\d{4}-\d\d-\d\d/.test(time)) {
      throw new TrackLayerError('invalid_options', `--${name} is a day such as 2026-11-16, or ISO-8601`);
    }
  }
}
