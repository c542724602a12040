import type { DailyShape } from '../store/drift.ts';
import type { AddedField, ChangedField, VanishedField } from './drift.ts';
import type { TypeCounts } from '../store/shape.ts';

interface FieldDrift {
  added: AddedField[];
  vanished: VanishedField[];
  type_changed: ChangedField[];
}

/** A rare field may stay away by chance: below e^-5 that is less than one in a hundred. */
const expectedBeforeVanished = 5;

/**
 * Compares the days of one event and source with each other. A change counts from its own day, not from `since`: what
 * vanished yesterday is reported today, though the week as a whole still shows it.
 *
 * @param days - oldest first.
 * @param since - changes of earlier days are left out.
 */
export function findFieldDrift(days: readonly DailyShape[], since: string): FieldDrift {
  const drift: FieldDrift = { added: [], vanished: [], type_changed: [] };
  const withCopies = days.filter(({ copies }) => copies > 0);
  const paths = new Set(withCopies.flatMap(({ keys }) => Object.keys(keys)));
  for (const path of [...paths].toSorted((a, b) => a.localeCompare(b))) {
    const added = findAdded(path, withCopies);
    const vanished = findVanished(path, withCopies);
    const changed = findChanged(path, withCopies);
    if (added && added.since >= since) drift.added.push(added);
    if (vanished && goneSince(vanished, withCopies) >= since) drift.vanished.push(vanished);
    if (changed && changed.since >= since) drift.type_changed.push(changed);
  }
  return drift;
}

function findAdded(path: string, days: readonly DailyShape[]): AddedField | undefined {
  const first = days.findIndex(({ keys }) => keys[path]);
  const after = days.slice(first);
  // On the first day of all, everything is new and nothing is.
  if (first <= 0) return undefined;
  const types = Object.keys(typesIn(path, after));
  return { path, types, share: rounded(seen(path, after) / copiesIn(after)), since: after[0]?.day ?? '' };
}

function findVanished(path: string, days: readonly DailyShape[]): VanishedField | undefined {
  const last = days.findLastIndex(({ keys }) => keys[path]);
  const [before, after] = [days.slice(0, last + 1), days.slice(last + 1)];
  const share = seen(path, before) / copiesIn(before);
  const isSure = after.length > 0 && (share === 1 || share * copiesIn(after) >= expectedBeforeVanished);
  return isSure ? { path, share: rounded(share), last_seen: before.at(-1)?.day ?? '' } : undefined;
}

/** The day of the first copies without the field. */
function goneSince({ last_seen }: VanishedField, days: readonly DailyShape[]): string {
  return days.find(({ day }) => day > last_seen)?.day ?? last_seen;
}

function findChanged(path: string, days: readonly DailyShape[]): ChangedField | undefined {
  const known = new Set<string>();
  let newest: number | undefined;
  days.forEach(({ keys }, place) => {
    const types = Object.keys(keys[path] ?? {}).filter((type) => type !== 'null');
    if (known.size > 0 && types.some((type) => !known.has(type))) newest = place;
    for (const type of types) known.add(type);
  });
  if (newest === undefined) return undefined;
  return {
    path,
    from: sharesOf(typesIn(path, days.slice(0, newest))),
    to: sharesOf(typesIn(path, days.slice(newest))),
    since: days[newest]?.day ?? '',
  };
}

const countsOf = (types: TypeCounts): number => Object.values(types).reduce((sum, count) => sum + count, 0);
const copiesIn = (days: readonly DailyShape[]): number => days.reduce((sum, { copies }) => sum + copies, 0);
const seen = (path: string, days: readonly DailyShape[]): number => countsOf(typesIn(path, days));

function typesIn(path: string, days: readonly DailyShape[]): Record<string, number> {
  const sum: Record<string, number> = {};
  for (const { keys } of days) {
    for (const [type, count] of Object.entries(keys[path] ?? {})) sum[type] = (sum[type] ?? 0) + count;
  }
  return sum;
}

const sharesOf = (types: Record<string, number>): Record<string, number> =>
  Object.fromEntries(Object.entries(types).map(([type, count]) => [type, rounded(count / countsOf(types))]));

/** To a tenth of a percent. */
const rounded = (share: number): number => Math.round(share * 1_000) / 1_000;
