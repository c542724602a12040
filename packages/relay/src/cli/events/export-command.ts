import { TrackLayerError } from '@tracklayer/core';
import type { Command } from 'commander';
import { readSince } from '../../read/read-since.ts';
import type { EventSummary } from '../../store/events.ts';
import type { CliIo } from '../io.ts';
import { keyFlag, needRelayCall, urlFlag, type RelayFlags } from '../relay-call.ts';

interface ExportFlags extends RelayFlags {
  since: string;
  event?: string;
  format: string;
}

interface Page {
  events: readonly EventSummary[];
  next_cursor: string | null;
}

const pageSize = 500;

/** Adds `tracklayer events export`. */
export function addEventsCommand(program: Command, io: CliIo): void {
  program
    .command('events')
    .description('read what the relay accepted')
    .command('export')
    .description('print events with their deliveries, newest first, one JSON per line')
    .option('--since <days>', '1d to 90d, or a day such as 2026-11-16', '30d')
    .option('--event <name>', 'only this one')
    .option('--format <format>', 'ndjson', 'ndjson')
    .option(...urlFlag)
    .option(...keyFlag)
    .action(async ({ since, event, format, ...flags }: ExportFlags) => {
      if (format !== 'ndjson') throw invalid('--format must be ndjson');
      const first = readSince(since, io.now());
      if (first === undefined) throw invalid('--since must be 1d to 90d, or a day such as 2026-11-16');
      const call = needRelayCall(flags, io);
      for (let after: string | null = ''; after !== null;) {
        const query = new URLSearchParams({ limit: String(pageSize), deliveries: 'true', after });
        if (event !== undefined) query.set('event', event);
        const { events, next_cursor } = (await call(`api/events?${query.toString()}`)) as Page;
        const wanted = events.filter(({ received_at }) => received_at >= first);
        for (const one of wanted) io.print(JSON.stringify(one));
        after = wanted.length < events.length ? null : next_cursor;
      }
    });
}

const invalid = (detail: string): TrackLayerError => new TrackLayerError('invalid_options', detail);
