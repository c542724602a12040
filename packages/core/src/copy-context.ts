import { copyJson, plainSlot, type Allowed, type Copied } from './contract/light/copy-json.ts';
import { certainlyFits, fit } from './contract/light/fit.ts';
import type { EventContext } from './event/event.ts';

/** Copies what a message says of its circumstances: its own words over those of the client, where it has any. */
export type CopyContext = (
  own: EventContext | undefined,
  base: EventContext | undefined,
) => Copied | undefined;

/** A page's own context is one frozen object for a burst of captures, and is looked at once. */
export function createContextCopy(allowed: Allowed | undefined): CopyContext {
  let lastBase: EventContext | undefined;
  let lastCopy: Copied | undefined;
  return (own, base) => {
    if (!own && base && base === lastBase) return lastCopy;
    const given = base && own ? { ...base, ...own } : (own ?? base);
    if (given === undefined) return undefined;
    const copied = copyJson(given, 'context', plainSlot, allowed);
    if (copied.size > certainlyFits) fit(copied, 'context', () => false);
    if (!own && Object.isFrozen(base)) {
      lastBase = base;
      lastCopy = copied;
    }
    return copied;
  };
}
