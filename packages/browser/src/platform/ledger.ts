import type { KeyValue } from '@tracklayer/core';
import {
  compareContent,
  contentText,
  type BusinessContent,
  type ContentText,
  type Ledger,
} from '@tracklayer/core/adapter';

const key = 'ledger';
const maxIds = 500;
const maxAgeMinutes = 43_200;

/** The minute of an id, the page that captured it last and sends it, and hashes of what it held. */
type Sighted = readonly [minute: number | string, owner: string, ...ContentText];

/** A {@link Ledger} that the tabs of this origin share: the newest 500 ids, for 30 days, as hashes of what they held. */
export interface PageLedger extends Required<Ledger> {
  /** Until the first `true`, sightings are remembered in this page only. */
  allow(isAllowed: boolean): void;
}

/**
 * One storage key with a line an id, oldest first. It is read again only when another tab has written it, and written
 * once for all sightings of a task, so that a burst of captures pays for one.
 */
export function createPageLedger(values: KeyValue, now: () => number, owner: string): PageLedger {
  let sighted = new Map<string, Sighted>();
  let text: string | undefined;
  let isAllowed = false;
  let isUnwritten = false;

  function refresh(): void {
    if (isUnwritten) return;
    const current = values.get(key);
    if (current === text) return;
    text = current;
    sighted = read(current ?? '', minuteOf(now()));
  }

  function write(): void {
    if (!isUnwritten || !isAllowed) return;
    isUnwritten = false;
    text = [...sighted].map((line) => line.flat().join(' ')).join('\n');
    values.set(key, text);
  }

  function changed(): void {
    if (!isUnwritten) queueMicrotask(write);
    isUnwritten = true;
  }

  return {
    see(event_id, given) {
      refresh();
      const content = hashesOf(given);
      const before = sighted.get(event_id);
      const recognition = before ? compareContent(contentOf(before), content) : 'new';
      if (recognition === 'same') return recognition;
      sighted.delete(event_id);
      sighted.set(event_id, [minuteOf(now()), owner, ...content]);
      for (const oldest of sighted.keys()) {
        if (sighted.size <= maxIds) break;
        sighted.delete(oldest);
      }
      changed();
      return recognition;
    },
    isElsewhere(event_id, given) {
      refresh();
      const last = sighted.get(event_id);
      return !!last && last[1] !== owner && String(contentOf(last)) === String(hashesOf(given));
    },
    forget(event_id) {
      refresh();
      if (sighted.delete(event_id)) changed();
    },
    clear() {
      sighted = new Map();
      text = undefined;
      isUnwritten = false;
      values.remove(key);
    },
    allow(allowed) {
      isAllowed = allowed;
      write();
    },
  };
}

const minuteOf = (ms: number): number => Math.floor(ms / 60_000);

const contentOf = ([, , ...content]: Sighted): ContentText => content;

function read(text: string, minute: number): Map<string, Sighted> {
  const sighted = new Map<string, Sighted>();
  for (const line of text.split('\n')) {
    const [id, ...seen] = line.split(' ');
    if (id && Number(seen[0]) > minute - maxAgeMinutes && seen.length === 5) sighted.set(id, seen as never);
  }
  return sighted;
}

function hashesOf(content: BusinessContent): ContentText {
  return contentText(content).map(hashOf) as unknown as ContentText;
}

/** FNV-1a, 32 bits; of nothing nothing. */
function hashOf(text: string): string {
  if (!text) return text;
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash >>> 0).toString(36);
}
