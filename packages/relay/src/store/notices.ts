import type { QueuedNotice } from './notice.ts';
import type { SettleRequest, Taken, TakeRequest } from './queue.ts';

/**
 * What a server of yours is to hear, one row each until it heard it; a queue as that of deliveries. A row is written with
 * what it tells of: a delivery that is settled, a queue's state that changes.
 */
export interface NoticeStore {
  /** Leases the notices that are due, in order of time. */
  takeNotices(request: TakeRequest): Promise<Taken<LeasedNotice>>;
  /** Notes what came of leased notices. Returns how many were still this lease's to settle. */
  settleNotices(request: SettleRequest<SettledNotice>): Promise<number>;
}

export interface LeasedNotice extends QueuedNotice {
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
