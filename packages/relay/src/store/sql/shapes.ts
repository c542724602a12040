import type { Arrival } from '../arrival.ts';
import { dayMs, dayOf, keptDays } from '../days.ts';
import type { DailyShape } from '../drift.ts';
import type { CaptureOutcome, ReceivedEvent } from '../events.ts';
import { addCopy, addShape, emptyShape, readShape, type Shape } from '../shape.ts';
import { forEach, keyOf, LostRace, sortedByKey, type Row, type Sql } from './sql.ts';

/** Rows of one environment and day; a caller that makes up sources must not fill the disk. */
const maxRows = 500;
const sourceName = /^[\w.-]{1,64}$/;

const key = { environment: 'text', day: 'integer', event: 'text', source: 'text', slot: 'integer' } as const;
const names = Object.keys(key).join(', ');
const isSame = Object.keys(key)
  .map((name) => `shapes.${name} = input.${name}`)
  .join(' AND ');
const select = forEach(key, (input) => `SELECT shapes.* FROM ${input} JOIN shapes ON ${isSame}`);
const write = forEach(
  { ...key, shape: 'text', revision: 'integer' },
  (input) => `
  INSERT INTO shapes (${names}, shape, revision) SELECT ${names}, shape, revision FROM ${input} WHERE true
  ON CONFLICT (${names}) DO UPDATE SET shape = excluded.shape, revision = excluded.revision
    WHERE shapes.revision = excluded.revision - 1
  RETURNING slot`,
);

interface SeenShape {
  row: Readonly<Record<keyof typeof key, string | number>> & { environment: string; day: number };
  shape: Shape;
}

/** The types of what several requests' events had in them, and how often each; a batch of 500 purchases is one row. */
export function shapesOf(
  arrivals: readonly Arrival<ReceivedEvent>[],
  outcomes: readonly (readonly CaptureOutcome[])[],
  slot: number,
): Map<string, SeenShape> {
  const seen = new Map<string, SeenShape>();
  const shapeOf = ({ environment, received_at }: Arrival<unknown>, event: string, source = ''): Shape => {
    const name = source === '' || sourceName.test(source) ? source : 'other';
    const row = { environment, day: Math.floor(received_at / dayMs), event, source: name, slot };
    const id = keyOf(environment, row.day, event, name);
    let found = seen.get(id);
    if (!found) seen.set(id, (found = { row, shape: emptyShape() }));
    return found.shape;
  };
  arrivals.forEach((arrival, place) => {
    for (const { event } of arrival.rejected ?? [])
      if (event !== undefined) shapeOf(arrival, event).rejected++;
    arrival.messages.forEach(({ event }, message) => {
      const isConflict = (outcomes[place]?.[message]?.conflicts.length ?? 0) > 0;
      addCopy(shapeOf(arrival, event.event, event.source), event, isConflict);
    });
  });
  return seen;
}

/** Adds shapes to those of their day (docs/wire.md W-38). */
export async function writeShapes(sql: Sql, seen: ReadonlyMap<string, SeenShape>): Promise<void> {
  const shapes = sortedByKey(seen);
  const known = new Map(
    (
      await sql.each(
        select,
        shapes.map(({ row }) => row),
      )
    ).map((row) => [idOf(row), row]),
  );
  const rows = [];
  for (const { row, shape } of shapes) {
    const stored = known.get(keyOf(row.environment, row.day, row.event, row.source));
    if (!stored && !(await hasRoom(sql, row))) continue;
    const sum = stored ? readShape(String(stored['shape'])) : emptyShape();
    addShape(sum, shape);
    rows.push({ ...row, shape: JSON.stringify(sum), revision: Number(stored?.['revision'] ?? 0) + 1 });
  }
  if ((await sql.each(write, rows)).length < rows.length) throw new LostRace('a shape was changed meanwhile');
}

/** Only asked for the first event of its kind in a day; the days that nobody asks for any more go then, too. */
async function hasRoom(sql: Sql, { environment, day }: SeenShape['row']): Promise<boolean> {
  const [row] = await sql.all('SELECT count(*) AS rows FROM shapes WHERE environment = $1 AND day = $2', [
    environment,
    day,
  ]);
  if (Number(row?.['rows']) >= maxRows) return false;
  await sql.all('DELETE FROM shapes WHERE environment = $1 AND day < $2', [environment, day - keptDays]);
  return true;
}

const idOf = (row: Row): string =>
  keyOf(String(row['environment']), Number(row['day']), String(row['event']), String(row['source']));

export async function readShapedEvents(sql: Sql, environment: string): Promise<string[]> {
  const rows = await sql.all('SELECT DISTINCT event FROM shapes WHERE environment = $1 ORDER BY event', [
    environment,
  ]);
  return rows.map((row) => String(row['event']));
}

/** Reads the shapes of an event, day by day; what several relays counted is added up. */
export async function readShapes(sql: Sql, environment: string, event: string): Promise<DailyShape[]> {
  const rows = await sql.all(
    'SELECT * FROM shapes WHERE environment = $1 AND event = $2 ORDER BY day, source, slot',
    [environment, event],
  );
  const days = new Map<string, DailyShape>();
  for (const row of rows) {
    const shape = readShape(String(row['shape']));
    const id = idOf(row);
    const known = days.get(id);
    if (known) addShape(known, shape);
    else
      days.set(id, {
        day: dayOf(Number(row['day']) * dayMs),
        event,
        source: String(row['source']),
        ...shape,
      });
  }
  return [...days.values()];
}
