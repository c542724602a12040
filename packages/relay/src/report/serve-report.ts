import { refusal } from '../problem.ts';
import { readSince } from '../read/read-since.ts';
import { dayOf } from '../store/days.ts';
import type { Store } from '../store/store.ts';
import { makeReport } from './make-report.ts';
import type { Report } from './report.ts';

interface ReportContext {
  store: Store;
  environment: string;
  /** Milliseconds since 1970. */
  now: () => number;
}

const defaultSince = '30d';

/** `GET /api/report?since=&event=` (docs/wire.md W-40). @throws 400 `invalid_query` when `since` cannot be read. */
export async function getReport(
  { store, environment, now }: ReportContext,
  query: URLSearchParams,
): Promise<Response> {
  const since = readSince(query.get('since') || defaultSince, now());
  if (since === undefined) {
    throw refusal(400, 'invalid_query', 'since must be 1d to 90d, or a day such as 2026-11-16');
  }
  const event = query.get('event') || undefined;
  const [steps, labels, { entries }, clients_dropped] = await Promise.all([
    store.steps(environment, { since, event }),
    store.labelDays(environment, since),
    store.registry(environment),
    store.dropped(environment),
  ]);
  const rows = makeReport({ steps, labels, entries, event });
  const report: Report = { since, until: dayOf(now()), rows, clients_dropped };
  return Response.json(report);
}
