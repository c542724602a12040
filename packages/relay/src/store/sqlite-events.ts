import type { Problem, WireEvent } from '@tracklayer/core';
import { mergeCopies } from '@tracklayer/core/adapter';
import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite';
import type {
  CaptureOutcome,
  Delivery,
  EventPage,
  EventQuery,
  EventSummary,
  ReceivedEvent,
  RejectedEvent,
} from './store.ts';

/** Rejected events that an environment remembers; junk must not fill the disk. */
const maxRejected = 10_000;

/** The events table (docs/wire.md W-4, W-30, W-31). Writes belong into a transaction. */
export function sqliteEvents(database: DatabaseSync) {
  const insert = database.prepare(`
    INSERT INTO events (environment, event_id, event, user_id, status, body, received_at, client_occurred_at)
    VALUES (?, ?, ?, ?, 'accepted', ?, ?, ?) ON CONFLICT DO NOTHING`);
  const select = database.prepare('SELECT * FROM events WHERE environment = ? AND event_id = ?');
  const addCopy = database.prepare(`
    UPDATE events SET body = ?, user_id = ?, copies = copies + 1, conflicts = conflicts + ?, conflict_fields = ?
    WHERE seq = ?`);
  const forget = database.prepare('DELETE FROM events WHERE seq = ?');
  const insertRejected = database.prepare(`
    INSERT INTO events (environment, event_id, event, status, body, received_at, errors)
    VALUES (?, ?, ?, 'rejected', ?, ?, ?)
    ON CONFLICT DO UPDATE SET copies = copies + 1, errors = excluded.errors WHERE status = 'rejected'`);
  const forgetRejected = database.prepare(`
    DELETE FROM events WHERE environment = :environment AND status = 'rejected' AND seq <= (
      SELECT seq FROM events WHERE environment = :environment AND status = 'rejected'
      ORDER BY seq DESC LIMIT 1 OFFSET ${maxRejected})`);
  const pages = new Map<string, StatementSync>();

  /** One for each set of filters: only then is each read by its index, however many events there are. */
  function pageBy(table: string, filters: readonly string[]): StatementSync {
    const sql = `SELECT * FROM ${table} WHERE ${filters.join(' AND ')} ORDER BY seq DESC LIMIT :limit`;
    const known = pages.get(sql) ?? database.prepare(sql);
    pages.set(sql, known);
    return known;
  }

  function write(delivery: Delivery<unknown>, received: ReceivedEvent): CaptureOutcome {
    const { event, client_occurred_at = null } = received;
    const { environment, received_at } = delivery;
    const { event_id, user_id = null } = event;
    const body = JSON.stringify(event);
    const row = [environment, event_id, event.event, user_id, body, received_at, client_occurred_at] as const;
    if (insert.run(...row).changes === 1) return { status: 'accepted', conflicts: [] };

    const first = select.get(environment, event_id);
    if (first?.['status'] === 'rejected') {
      // Only an accepted copy counts as the first; this one is new, and takes its place in the order of receipt.
      forget.run(Number(first['seq']));
      insert.run(...row);
      return { status: 'accepted', conflicts: [] };
    }
    const merged = mergeCopies(readJson(first?.['body']) as WireEvent, event, received.key_properties);
    const fields = [
      ...new Set([...((readJson(first?.['conflict_fields']) ?? []) as string[]), ...merged.conflicts]),
    ];
    addCopy.run(
      JSON.stringify(merged.event),
      merged.event.user_id ?? null,
      merged.conflicts.length > 0 ? 1 : 0,
      fields.length > 0 ? JSON.stringify(fields) : null,
      Number(first?.['seq']),
    );
    return { status: 'duplicate', conflicts: merged.conflicts };
  }

  function reject({ environment, received_at }: Delivery<unknown>, rejected: RejectedEvent): void {
    const { event_id, event = null, errors } = rejected;
    const body = JSON.stringify({ event: rejected.event, event_id });
    insertRejected.run(environment, event_id, event, body, received_at, JSON.stringify(errors));
    forgetRejected.run({ environment });
  }

  function read(environment: string, event_id: string): EventSummary | undefined {
    const row = select.get(environment, event_id);
    return row && summaryOf(row);
  }

  function list(environment: string, query: EventQuery): EventPage {
    const { after = Number.MAX_SAFE_INTEGER, limit, event, user_id, status } = query;
    const filters = ['environment = :environment', 'seq < :after'];
    if (event !== undefined) filters.push('event = :event');
    if (user_id !== undefined) filters.push('user_id = :user_id');
    if (status !== undefined)
      filters.push(status === 'rejected' ? "status = 'rejected'" : "status = 'accepted'");
    // SQLite would take the index of the environment, and read past all that were accepted.
    const isOfRejected = status === 'rejected' && user_id === undefined;
    const table = isOfRejected ? 'events INDEXED BY events_rejected' : 'events';
    const rows = pageBy(table, filters).all({
      environment,
      after,
      limit: limit + 1,
      ...(event !== undefined && { event }),
      ...(user_id !== undefined && { user_id }),
    });
    const events = rows.slice(0, limit);
    const next_cursor = rows.length > limit ? Number(events.at(-1)?.['seq']) : null;
    return { events: events.map(summaryOf), next_cursor };
  }

  return { write, reject, read, list };
}

type Row = Record<string, SQLOutputValue>;

function summaryOf(row: Row): EventSummary {
  return {
    event: readJson(row['body']) as Partial<WireEvent>,
    status: row['status'] === 'rejected' ? 'rejected' : 'accepted',
    received_at: new Date(Number(row['received_at'])).toISOString(),
    client_occurred_at: typeof row['client_occurred_at'] === 'string' ? row['client_occurred_at'] : undefined,
    copies: Number(row['copies']),
    conflicts: Number(row['conflicts']),
    conflict_fields: readJson(row['conflict_fields']) as string[] | undefined,
    errors: readJson(row['errors']) as Problem[] | undefined,
  };
}

const readJson = (text: SQLOutputValue | undefined): unknown =>
  typeof text === 'string' ? JSON.parse(text) : undefined;
