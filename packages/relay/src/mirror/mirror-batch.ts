import { noteOf, decide } from './decide.ts';
import type { BatchSign } from '../deliver/pace.ts';
import type { LeasedMirror, SettledMirror } from '../store/mirrors.ts';
import type { Taken } from '../store/queue.ts';
import { createMirrorCalls, type Group, type MirrorSurroundings } from './mirror-calls.ts';
import { createMirroredRows } from './mirrored-rows.ts';
import { readLooks } from './read-looks.ts';

const notMadeMs = 10_000;
const noLists =
  'unsupported: this destination has no such lists; name another one in the config, or remove the list there';

/** Brings the lists of one destination to what they should hold, for the rows of one lease. */
export async function mirrorBatch(
  { rows, until }: Pick<Taken<LeasedMirror>, 'rows' | 'until'>,
  lease: string,
  surroundings: MirrorSurroundings,
): Promise<{ settled: readonly SettledMirror[]; sign: BatchSign }> {
  const mirrored = createMirroredRows(surroundings.now, surroundings.random);
  const { settled, sign, settle, wait, rest } = mirrored;
  const calls = createMirrorCalls(mirrored, lease, until, surroundings);

  const looks = await readLooks(rows, surroundings);
  const looked = new Set(looks.map(({ row }) => row));
  for (const row of rows)
    if (!looked.has(row)) {
      const isThere = noteOf(row).sent !== undefined;
      settle(row, { status: 'failed', isThere, reason: noLists }, noteOf(row));
    }
  const asked = Map.groupBy(
    looks.filter(({ row }) => noteOf(row).ask),
    ({ row }) => noteOf(row).ask?.ref ?? '',
  );
  for (const [ref, those] of asked) {
    const [first] = those;
    if (first) await calls.confirm(first.mirror, ref, those);
  }
  const groups = new Map<string, Group>();
  for (const look of looks) {
    const { row, mirror, wish, noted, waits, isGone = false } = look;
    if (noteOf(row).ask) continue;
    if (waits !== undefined) {
      wait(row, notMadeMs, waits, noteOf(row));
      continue;
    }
    if (isGone) {
      settle(row, { status: 'done', isThere: false }, {});
      continue;
    }
    const intent = decide(row, wish, mirror);
    if (intent.do === 'nothing') {
      const note = { ...noteOf(row), ...noted, tries: undefined };
      if (intent.isThere) rest(look, note);
      else settle(row, intent, note);
      continue;
    }
    const { do: action, entry, sent } = intent;
    const key = JSON.stringify([action, sent.target, mirror.title]);
    const group = groups.get(key) ?? { mirror, target: sent.target, action, items: [] };
    groups.set(key, group);
    group.items.push({ look, entry, sent });
  }
  for (const group of groups.values()) await calls.send(group);
  return { settled, sign };
}
