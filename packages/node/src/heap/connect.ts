import { TrackLayerError } from '@tracklayer/core';
import { nearMissOf, readInstant } from '@tracklayer/core/adapter';
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
import { promoteRow, type HeapConnectOutcome } from './connect/promote-row.ts';
import { faultOfRegistry } from '../registry/fault-of-registry.ts';
import { readHeapTime } from './heap-time.ts';
import { personOfVisitor, type HeapEventPerson, type HeapVisitor } from './promote-stored.ts';

export type {
  HeapConnectCheckpoint,
  HeapConnectObject,
  HeapConnectOutcome,
  HeapConnectPosition,
  HeapEventPerson,
  HeapVisitor,
};

/** Options of {@link importHeapConnect}. */
export interface HeapConnectOptions {
  /** A folder with a copy of the bucket, or its objects. */
  source: string | AsyncIterable<HeapConnectObject>;
  /** Which labels become which events; tables that it does not name are not read. */
  registry: Registry;
  /** Takes what is promoted. Needed unless `dryRun`. */
  client?: Pick<Client, 'capture' | 'flush'> | undefined;
  /** Only events from then on: a `Date`, milliseconds since 1970, or ISO-8601. Default: all. */
  since?: Date | number | string | undefined;
  /**
   * Only events before then. Pass when the hook went live: an event without a business key that was captured live has
   * another id than its row here, and would count twice.
   */
  until?: Date | number | string | undefined;
  /** Older events are not sent. Default seven days, in milliseconds; `Infinity` for all. */
  maxEventAgeMs?: number | undefined;
  /** Counts what would be promoted, but sends and remembers nothing. */
  dryRun?: boolean | undefined;
  /** A file, or a place of your own, that an interrupted import resumes from, and the next one continues from. */
  checkpoint?: string | HeapConnectCheckpoint | undefined;
  /** The labels of tables whose names differ by more than case and punctuation. */
  tables?: Readonly<Record<string, string>> | undefined;
  /** The client's events of your own, made by `defineEvents`. */
  events?: Events<EventMap> | undefined;
  /** Whom an event is about. Default: Heap's identity; else `heap_<user_id>` as the anonymous id. */
  personOf?: ((visitor: HeapVisitor) => HeapEventPerson) | undefined;
  /** What is about to be read, once, before the first row. */
  onPlan?: ((plan: HeapConnectPlan) => void) | undefined;
  /** Bytes of the plan's files, as they are read. */
  onRead?: ((bytes: number) => void) | undefined;
  /** Called for each row of a table that an entry names, with the entry's label and the outcome; in a dry run too. */
  onRow?: ((source_event: string, outcome: HeapConnectOutcome) => void) | undefined;
  /** Each table that no entry names and that therefore is not read, once. */
  onUnreadTable?: ((table: string) => void) | undefined;
  /** After each part that was delivered. */
  onProgress?: ((position: HeapConnectPosition, counts: HeapConnectCounts) => void) | undefined;
  /** Wall clock, in milliseconds since 1970. Default: the platform's. */
  now?: (() => number) | undefined;
}

/** Rows by label and by what became of them, or would. Tables that no entry names are not read. */
export type HeapConnectCounts = Record<string, Partial<Record<HeapConnectOutcome['status'], number>>>;

/** What an import is about to read: tables that an entry names, from where the checkpoint stands. */
export interface HeapConnectPlan {
  tables: readonly string[];
  /** Of all their files; nothing when the source does not say. */
  bytes: number | undefined;
}

const peopleTables = new Set(['users', 'user_migrations']);
const rowsBetweenFlushes = 500;
const flushTimeoutMs = 60_000;
const defaultMaxAgeMs = 604_800_000;

/**
 * Backfills from a Heap Connect dump for S3: what the registry approves becomes events, with the ids that they have
 * elsewhere, so that an event seen live, a table reloaded in full, and an import run twice count once. Streams in
 * constant memory, and goes on only after what came before is delivered.
 *
 * @throws TrackLayerError `invalid_options` when an option can't be used or `avsc` and `snappyjs` are not installed; `heap` when a file is missing or damaged, or the relay takes nothing: run it again to resume.
 */
export async function importHeapConnect(options: HeapConnectOptions): Promise<HeapConnectCounts> {
  checkOptions(options);
  const { registry, onRow, onProgress, personOf = personOfVisitor, now = Date.now } = options;
  const client = options.dryRun ? undefined : clientOf(options);
  const checkpoint = checkpointOf(options);
  const range = {
    since: timeOf(options.since, 'since') ?? -Infinity,
    until: timeOf(options.until, 'until') ?? Infinity,
    oldest: now() - (options.maxEventAgeMs ?? defaultMaxAgeMs),
  };
  const source = await openSource(options.source);
  refuseUnknownTables(options, source);
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
    for await (const row of readAvroRows(file.file, counting(source.read(file), options.onRead))) {
      if (++rows <= skip) continue;
      const outcome = promoteRow(row, rules);
      counted[outcome.status] = (counted[outcome.status] ?? 0) + 1;
      onRow?.(entry.source_event, outcome);
      if (outcome.status !== 'promoted' || !client) continue;
      client.capture(outcome.event);
      if (++unsent < rowsBetweenFlushes) continue;
      await deliver(client, { ...file, rows });
      unsent = 0;
    }
    if (client && rows > skip) await deliver(client, { ...file, rows });
  }

  async function deliver({ flush }: Pick<Client, 'flush'>, position: HeapConnectPosition): Promise<void> {
    const { pending } = await flush({ timeoutMs: flushTimeoutMs });
    if (pending > 0) {
      throw new TrackLayerError(
        'heap',
        `${pending} events are not delivered yet; run the import again to resume`,
      );
    }
    await checkpoint?.save(position);
    onProgress?.(position, counts);
  }

  for (const table of new Set(source.files.map((file) => file.table))) {
    if (!peopleTables.has(table) && !entryOf(table)) options.onUnreadTable?.(table);
  }
  const named = files.filter((file) => entryOf(file.table));
  options.onPlan?.({ tables: [...new Set(named.map(({ table }) => table))], bytes: sizeOf(source, named) });
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

/** A mistyped name would leave a table out, and nobody would know. */
function refuseUnknownTables(options: HeapConnectOptions, { files }: OpenSource): void {
  const { registry, tables = {} } = options;
  const entryOf = entryFinder(options);
  const known = new Set(files.map(({ table }) => table));
  for (const [table, label] of Object.entries(tables)) {
    if (!known.has(table)) {
      const there = [...known].filter((name) => !peopleTables.has(name)).join(', ') || 'none';
      throw invalid(`the table ${JSON.stringify(table)} is not in the dump; there are ${there}`);
    }
    if (!entryOf(table)) {
      const labels = registry.entries.flatMap(({ source, source_event }) =>
        source === 'heap' ? [JSON.stringify(source_event)] : [],
      );
      const there = labels.join(', ') || 'none of heap';
      throw invalid(`no entry has the label ${JSON.stringify(label)}; there are ${there}`);
    }
  }
}

function sizeOf(source: OpenSource, files: readonly DumpFile[]): number | undefined {
  const sizes = files.map(source.sizeOf);
  return sizes.includes(undefined) ? undefined : sizes.reduce<number>((sum, size = 0) => sum + size, 0);
}

async function* counting(
  chunks: AsyncIterable<Uint8Array>,
  onRead: HeapConnectOptions['onRead'],
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    onRead?.(chunk.byteLength);
    yield chunk;
  }
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

function checkOptions({ source, registry }: HeapConnectOptions): void {
  const isSource = typeof source === 'string' ? source !== '' : Symbol.asyncIterator in Object(source);
  if (!isSource) throw invalid('`source` must be the folder of a dump, or its objects as an async iterable');
  const fault = faultOfRegistry(registry);
  if (fault) throw invalid(fault);
}

function clientOf({ client }: HeapConnectOptions): Pick<Client, 'capture' | 'flush'> {
  if (client) return client;
  throw invalid('client is missing; pass what createNodeClient returns, or dryRun');
}

function checkpointOf({ checkpoint, dryRun }: HeapConnectOptions): HeapConnectCheckpoint | undefined {
  if (dryRun) return undefined;
  return typeof checkpoint === 'string' ? fileCheckpoint(checkpoint) : checkpoint;
}

function timeOf(time: Date | number | string | undefined, name: string): number | undefined {
  if (time === undefined) return undefined;
  // It may lie ahead: until then.
  const { at, fault } =
    typeof time === 'number' ? readInstant(time, Number.MAX_SAFE_INTEGER) : readHeapTime(time);
  if (fault !== undefined) throw invalid(`\`${name}\` ${fault}`);
  return at;
}

const invalid = (detail: string): TrackLayerError => new TrackLayerError('invalid_options', detail);
