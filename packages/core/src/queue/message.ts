import type { StoredMessage } from '../platform.ts';
import type { Outcome } from './stats.ts';

/** A message on its way: what is stored of it, and what became of it. */
export interface Message extends StoredMessage {
  /** The event's name, for reports; `identify` for an identify. */
  name: string;
  /** UTF-8 bytes of `json`. */
  bytes: number;
  /** A store holds it: it survives the process or page. */
  isStored?: boolean | undefined;
  /** It carries a consent snapshot of its own. */
  hasConsent: boolean;
  outcome?: Outcome | undefined;
  /** Resolvers of `settled()`, made when asked. */
  told?: ((outcome: Outcome) => void)[] | undefined;
  /** Captures that wait for this identify (docs/wire.md W-20). */
  later?: Message[] | undefined;
}
