import type { BeforeSend } from './before-send.ts';
import type { CaptureInput } from './contract/capture-input.ts';
import { jsonText } from './event/json-text.ts';
import type { Preparation } from './prepare.ts';
import type { Prepared } from './prepared.ts';

/** What the app makes of a prepared event, checked again: its name and id never change (docs/wire.md W-3). */
export function applyBeforeSend(
  made: Prepared,
  beforeSend: BeforeSend,
  prepare: Preparation['event'],
  onThrow: (cause: unknown) => void,
): Prepared {
  if ('reason' in made) return made;
  const { content, event_id } = made.message;
  const copy = JSON.parse(jsonText(content)) as CaptureInput & { event_id: string };
  const { event } = copy;
  let kept: CaptureInput | null | undefined | void;
  try {
    kept = beforeSend(copy);
  } catch (cause) {
    onThrow(cause);
    return made;
  }
  if (kept === null) return { reason: 'before_send', detail: 'beforeSend returned null', name: event };
  const again = prepare({ ...(kept ?? copy), event, event_id } as CaptureInput, true);
  return 'message' in again ? { ...again, isNamed: made.isNamed } : again;
}
