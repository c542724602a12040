import { TrackLayerError } from '@tracklayer/core';
import { signedPost, webhook, type Outcome } from '@tracklayer/destinations';
import { callDestination, isNearlyOver, type Calls } from '../deliver/call-destination.ts';
import { waitAfter } from '../deliver/outcome.ts';
import type { BatchSign } from '../deliver/pace.ts';
import type { LeasedNotice, SettledNotice } from '../store/notices.ts';
import type { Taken } from '../store/queue.ts';
import type { Hook } from './configure-notify.ts';

const lanes = 8;
const longestMs = 3 * 86_400_000;

/** Posts each notice; one that nobody takes for three days is dropped, and that is reported. */
export async function sendNotices(
  { rows, until }: Pick<Taken<LeasedNotice>, 'rows' | 'until'>,
  hook: Hook,
  calls: Calls & { onError: (error: unknown) => void },
): Promise<{ settled: readonly SettledNotice[]; sign: BatchSign }> {
  const { now, random, signal, onError } = calls;
  const settled: SettledNotice[] = [];
  const sign: BatchSign = { arrived: false, failed: false };

  async function send(notice: LeasedNotice): Promise<void> {
    const { environment, notice_id, type, at, data, attempts } = notice;
    const id = { environment, notice_id };
    if (signal.aborted || isNearlyOver(until, now())) return void settled.push({ ...id, due_at: now() });
    const body = { id: notice_id, type, at: new Date(at).toISOString(), environment, data };
    const { reading } = await callDestination(
      hook.configured,
      calls,
      (access) => signedPost(body, hook, access.now),
      (answer) => webhook.read(answer, [], hook.configured.settings as never),
    );
    const outcome: Outcome = 'all' in reading ? reading.all : { class: 'retry' };
    if (outcome.class === 'ok') {
      sign.arrived = true;
      return void settled.push(id);
    }
    sign.failed = true;
    if (now() - at > longestMs) {
      onError(
        new TrackLayerError(
          'undelivered',
          `a notice (${type}) was not accepted for three days and is dropped: ${outcome.detail}`,
        ),
      );
      return void settled.push(id);
    }
    // Whatever its server says is a reason to try again: the settings there can be mended.
    const { afterMs } = waitAfter({ ...outcome, class: 'retry' }, attempts, random);
    settled.push({ ...id, due_at: Math.ceil(now() + afterMs) });
  }

  const waiting = [...rows];
  const lane = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) await send(next);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return { settled, sign };
}
