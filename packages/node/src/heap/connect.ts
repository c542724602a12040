import { nearMissOf, TrackLayerError } from '@tracklayer/core';
import type { Client, EventMap, Events, Registry, RegistryEntry } from '@tracklayer/core';
import { readAvroRows } from './connect/avro-rows.ts';
import { fileCheckpoint, type HeapConnectCheckpoint } from './connect/checkpoint.ts';
import {
  comparePlaces,
  type DumpFile,
  type HeapConnectObject,
  type HeapConnectPosition,
} from './connect/dump.ts';
import { openSource, type OpenSource } from './connect/open-source.ts';
import { openPeople, type People } from './connect/people.ts';
import { promoteRow, type RowOutcome } from './connect/promote-row.ts';
import { millisecondsOf } from './webhook-event.ts';
import { personOfVisitor, type HeapEventPerson, type HeapVisitor } from './promote-stored.ts';

export type { HeapConnectCheckpoint, HeapConnectObject, HeapConnectPosition, HeapEventPerson, HeapVisitor };

/** Options of {@link importHeapConnect}. */
export interface HeapConnectOptions {
  /** A folder with a copy of the bucket, or its objects. */
  source: string | AsyncIterable<HeapConnectObject>;
  registry: Registry;
  client: Pick<Client, 'capture' | 'flush'>;
  /** Only events from then on: a `Date`, milliseconds since 1970, or ISO-8601. Default: all. */
  since?: Date | number | string | undefined;
  /**
   * Only events before then. Pass when the hook went live: an event without a business key that was captured live has
   * another id than its row here, and would count twice.
   */
  until?: Date | number | string | undefined;
  /** Older events are not sent. Default seven days, in milliseconds; `Infinity` for all. */
  maxEventAgeMs?: number | undefined;
  /** Counts what would be promoted, and sends and remembers nothing. */
  dryRun?: boolean | undefined;
  /** A file, or a place of your own, that an interrupted import resumes from, and the next one continues from. */
  checkpoint?: string | HeapConnectCheckpoint | undefined;
  /** Labels of tables whose names differ by more than case and punctuation. */
  tables?: Readonly<Record<string, string>> | undefined;
  /** The client's events of your own, made by `defineEvents`. */
  events?: Events<EventMap> | undefined;
  /** Whom an event is about. Default: Heap's identity; else `heap_<user_id>` as the anonymous id. */
  personOf?: ((visitor: HeapVisitor) => HeapEventPerson) | undefined;
  /** After each part that was delivered. */
  onProgress?: ((position: HeapConnectPosition, counts: HeapConnectCounts) => void) | undefined;
  /** Wall clock, in milliseconds since 1970. Default: the platform's. */
  now?: (() => number) | undefined;
}

/** Rows by label and by what became of them, or would. Tables that no entry names are not read. */
export type HeapConnectCounts = Record<string, Partial<Record<RowOutcome['status'], number>>>;

const rowsBetweenFlushes = 500;
const flushTimeoutMs = 60_000;
const defaultMaxAgeMs = 604_800_000;

/**
 * Backfills from a Heap Connect dump for S3: what the registry approves becomes events, with the ids that they have
 * elsewhere, so that an event seen live, a table reloaded in full, and an import run twice count once. Streams in
 * constant memory, and goes on only after what came before is delivered.
 *
 * @throws TrackLayerError `heap` when a file is missing or damaged, or the relay takes nothing: run it again to resume.
 */
export async function importHeapConnect(options: HeapConnectOptions): Promise<HeapConnectCounts> {
  const { registry, client, dryRun, onProgress, personOf = personOfVisitor, now = Date.now } = options;
  const checkpoint = checkpointOf(options);
  const range = {
    since: timeOf(options.since, 'since') ?? -Infinity,
    until: timeOf(options.until, 'until') ?? Infinity,
    oldest: now() - (options.maxEventAgeMs ?? defaultMaxAgeMs),
  };
  const source = await openSource(options.source);
  const done = await checkpoint?.load();
  const files = source.files.filter((file) => !done || comparePlaces(file, done) >= 0);
  const entryOf = entryFinder(options);
  const counts: HeapConnectCounts = {};
  const people = openPeople();

  async function importFile(file: DumpFile, entry: RegistryEntry): Promise<void> {
    const rules = { registry, entry, people, personOf, events: options.events, ...range };
    const skip = done && comparePlaces(file, done) === 0 ? done.rows : 0;
    const counted = (counts[entry.source_event] ??= {});
    let rows = 0;
    let unsent = 0;
    for await (const row of readAvroRows(file.file, source.read(file))) {
      if (++rows <= skip) continue;
      const outcome = promoteRow(row, rules);
      counted[outcome.status] = (counted[outcome.status] ?? 0) + 1;
      if (outcome.status !== 'promoted' || dryRun) continue;
      client.capture(outcome.event);
      if (++unsent < rowsBetweenFlushes) continue;
      await deliver({ ...file, rows });
      unsent = 0;
    }
    if (!dryRun && rows > skip) await deliver({ ...file, rows });
  }

  async function deliver(position: HeapConnectPosition): Promise<void> {
    const { pending } = await client.flush({ timeoutMs: flushTimeoutMs });
    if (pending > 0) {
      throw new TrackLayerError(
        'heap',
        `${pending} events are not delivered yet; run the import again to resume`,
      );
    }
    await checkpoint?.save(position);
    onProgress?.(position, counts);
  }

  try {
    await readPeople(source, people);
    for (const file of files) {
      const entry = entryOf(file.table);
      if (entry) await importFile(file, entry);
    }
  } finally {
    people.close();
  }
  return counts;
}

/** All of them, whatever was imported: an event of today may be of a user of a year ago. */
async function readPeople(source: OpenSource, people: People): Promise<void> {
  for (const file of source.files) {
    const rows = (): AsyncIterable<Record<string, unknown>> => readAvroRows(file.file, source.read(file));
    if (file.table === 'users') await people.addUsers(rows());
    if (file.table === 'user_migrations') await people.addMigrations(rows());
  }
}

function entryFinder({
  registry,
  tables = {},
}: HeapConnectOptions): (table: string) => RegistryEntry | undefined {
  const nearMiss = nearMissOf(registry, 'heap');
  return (table) => {
    const label = tables[table] ?? table;
    return registry.find('heap', label)?.entry ?? nearMiss(label);
  };
}

function checkpointOf({ checkpoint, dryRun }: HeapConnectOptions): HeapConnectCheckpoint | undefined {
  if (dryRun) return undefined;
  return typeof checkpoint === 'string' ? fileCheckpoint(checkpoint) : checkpoint;
}

function timeOf(time: Date | number | string | undefined, name: string): number | undefined {
  const at = typeof time === 'number' ? time : millisecondsOf(time);
  if (time !== undefined && (at === undefined || Number.isNaN(at))) {
    throw new TrackLayerError('invalid_options', `${name} is no time; pass a Date, milliseconds or ISO-8601`);
  }
  return at;
}
