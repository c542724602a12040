import type { JsonObject } from '@tracklayer/core';
import type { SettleRequest, Taken, TakeRequest } from './queue.ts';

/** What a server of yours is to hear, one row each until it heard it; a queue as that of deliveries. */
export interface NoticeStore {
  addNotice(environment: string, notice: NewNotice): Promise<void>;
  /** Leases the notices that are due, in order of time. */
  takeNotices(request: TakeRequest): Promise<Taken<LeasedNotice>>;
  /** Notes what came of leased notices. Returns how many were still this lease's to settle. */
  settleNotices(request: SettleRequest<SettledNotice>): Promise<number>;
}

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

export interface LeasedNotice extends NewNotice {
  environment: string;
  notice_id: string;
  /** Takes before this one. */
  attempts: number;
}

export interface SettledNotice {
  environment: string;
  notice_id: string;
  /** When it is due again, in milliseconds since 1970; without it the notice goes. */
  due_at?: number | undefined;
}
