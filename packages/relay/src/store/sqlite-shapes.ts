import type { WireEvent } from '@tracklayer/core';
import type { DatabaseSync } from 'node:sqlite';
import { addCopy, addShape, emptyShape, type Shape } from '../drift/shape.ts';
import { dayMs, dayOf, keptDays } from './days.ts';
import type { DailyShape } from './store.ts';

/** Rows of one environment and day; a caller that makes up sources must not fill the disk. */
const maxRows = 500;
const sourceName = /^[\w.-]{1,64}$/;

/**
 * The shapes that events had, day by day (docs/wire.md W-38). What one transaction sees is added up in memory and
 * written once at its end: a batch of 500 purchases costs one row.
 */
export function sqliteShapes(database: DatabaseSync) {
  const select = database.prepare(
    'SELECT shape FROM shapes WHERE environment = ? AND day = ? AND event = ? AND source = ?',
  );
  const count = database.prepare('SELECT count(*) AS rows FROM shapes WHERE environment = ? AND day = ?');
  const insert = database.prepare('INSERT INTO shapes VALUES (?, ?, ?, ?, ?)');
  const update = database.prepare(
    'UPDATE shapes SET shape = ? WHERE environment = ? AND day = ? AND event = ? AND source = ?',
  );
  const forget = database.prepare('DELETE FROM shapes WHERE environment = ? AND day < ?');
  const names = database.prepare('SELECT DISTINCT event FROM shapes WHERE environment = ? ORDER BY event');
  const list = database.prepare('SELECT * FROM shapes WHERE environment = ? AND event = ? ORDER BY day');
  type Row = readonly [environment: string, day: number, event: string, source: string];
  let seen = new Map<string, { row: Row; shape: Shape }>();

  function shapeOf(environment: string, received_at: number, event: string, source = ''): Shape {
    const name = source === '' || sourceName.test(source) ? source : 'other';
    const row: Row = [environment, Math.floor(received_at / dayMs), event, name];
    const key = row.join(' ');
    let found = seen.get(key);
    if (!found) seen.set(key, (found = { row, shape: emptyShape() }));
    return found.shape;
  }

  return {
    see(environment: string, received_at: number, event: WireEvent, isConflict: boolean): void {
      addCopy(shapeOf(environment, received_at, event.event, event.source), event, isConflict);
    },

    seeRejected(environment: string, received_at: number, event: string): void {
      shapeOf(environment, received_at, event).rejected++;
    },

    /** Writes what was seen since the last time; belongs at the end of the transaction that saw it. */
    write(): void {
      for (const { row, shape } of seen.values()) {
        const known = select.get(...row);
        const [environment, day] = row;
        const sum = known ? (JSON.parse(String(known['shape'])) as Shape) : emptyShape();
        addShape(sum, shape);
        if (known) update.run(JSON.stringify(sum), ...row);
        else if (Number(count.get(environment, day)?.['rows']) < maxRows) {
          forget.run(environment, day - keptDays);
          insert.run(...row, JSON.stringify(sum));
        }
      }
      seen = new Map();
    },

    /** Of a transaction that was rolled back. */
    discard(): void {
      seen = new Map();
    },

    events: (environment: string): string[] => names.all(environment).map((row) => String(row['event'])),

    list: (environment: string, event: string): DailyShape[] =>
      list.all(environment, event).map((row) => ({
        day: dayOf(Number(row['day']) * dayMs),
        event: String(row['event']),
        source: String(row['source']),
        ...(JSON.parse(String(row['shape'])) as Shape),
      })),
  };
}
