import type { JsonObject } from '@tracklayer/core';

/** The queue of an environment's notices. */
export const noticeQueueOf = (environment: string): string => `${environment}//notices`;

export const noticeTypes = ['alert', 'event.failed', 'event.delivered', 'trait.changed'] as const;
export type NoticeType = (typeof noticeTypes)[number];

export interface NewNotice {
  type: NoticeType;
  /** When it happened, in milliseconds since 1970. */
  at: number;
  /** Ids, names, reasons and computed traits; never a personal value. */
  data: JsonObject;
  /** Whom it is about, as `u:` + user id: it goes with them. */
  person?: string | undefined;
}

/** A notice with its environment. */
export interface QueuedNotice extends NewNotice {
  environment: string;
}
