import type { MessageKind, Problem } from '@tracklayer/core';

/** One message that the relay answered, for who watches: `tracklayer serve` on a terminal, the console. */
export interface Answered {
  environment: string;
  kind: MessageKind;
  /** Nothing when it cannot be shown, or when an identify had none. */
  event_id: string | null;
  /** The event's name; of an identify nothing. */
  event?: string | undefined;
  source?: string | undefined;
  status: 'accepted' | 'duplicate' | 'rejected' | 'retry';
  /** It contradicts the first copy (docs/wire.md W-4). */
  conflict: boolean;
  /** Why it was rejected. */
  errors: readonly Problem[];
  /** When it came, in milliseconds since 1970. */
  received_at: number;
}

/** One request that was refused because of its key. */
export interface Refused {
  method: string;
  /** As in docs/wire.md, without the values of the request: `/api/events/:event_id`. */
  path: string;
  status: 401 | 403;
  /** Why, as the caller was answered; names the scope that is missing. */
  detail: string;
}
