import type { MessageKind } from '@tracklayer/core';
import { Histogram, Registry } from 'prom-client';
import type { DestinationState } from './deliver/destination-states.ts';

/** What this process has answered, for `GET /metrics` (docs/wire.md W-35). */
export interface Metrics {
  count(environment: string, kind: MessageKind, status: string, isConflict?: boolean): void;
  /** A request that was refused because of its key: 401 names no environment. */
  countRefused(status: 401 | 403): void;
  /** An operation such as `POST /api/capture` that was answered after so many seconds. */
  time(operation: string, status: number, seconds: number): void;
  /** Prometheus text of one environment. */
  text(environment: string, known: Known): Promise<string>;
}

/** What the store knows, for all relays. */
interface Known {
  /** What clients reported as dropped, by reason. */
  dropped: Readonly<Record<string, number>>;
  destinations: readonly DestinationState[];
  /** Milliseconds since 1970. */
  now: number;
}

export function createMetrics(): Metrics {
  const counts = new Map<string, number>();
  const add = (series: string) => counts.set(series, (counts.get(series) ?? 0) + 1);

  const refused = { 401: 0, 403: 0 };
  const registry = new Registry();
  const durations = new Histogram({
    name: 'tracklayer_request_duration_seconds',
    help: 'How long requests took to be answered, of all environments.',
    labelNames: ['operation', 'status'] as const,
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  });

  return {
    time: (operation, status, seconds) => durations.observe({ operation, status }, seconds),
    countRefused: (status) => void refused[status]++,
    count(environment, kind, status, isConflict) {
      add(`tracklayer_messages_total{environment="${environment}",kind="${kind}",status="${status}"}`);
      if (isConflict) add(`tracklayer_conflicts_total{environment="${environment}"}`);
    },
    async text(environment, { dropped, destinations, now }) {
      const own = [...counts].filter(([series]) => series.includes(`{environment="${environment}"`));
      const named = (name: string) =>
        own.filter(([series]) => series.startsWith(name)).map((pair) => pair.join(' '));
      return [
        '# HELP tracklayer_messages_total Messages answered since this process started.',
        '# TYPE tracklayer_messages_total counter',
        ...named('tracklayer_messages_total'),
        '# HELP tracklayer_conflicts_total Copies that contradict the first of their event_id.',
        '# TYPE tracklayer_conflicts_total counter',
        ...named('tracklayer_conflicts_total'),
        '# HELP tracklayer_client_dropped_total Messages that clients say they dropped.',
        '# TYPE tracklayer_client_dropped_total counter',
        ...Object.entries(dropped).map(
          ([reason, count]) =>
            `tracklayer_client_dropped_total{environment="${environment}",reason="${reason}"} ${count}`,
        ),
        '# HELP tracklayer_refused_requests_total Requests refused because of their key, of all environments.',
        '# TYPE tracklayer_refused_requests_total counter',
        ...Object.entries(refused).map(
          ([status, count]) => `tracklayer_refused_requests_total{status="${status}"} ${count}`,
        ),
        ...destinationLines(environment, destinations, now),
        await registry.metrics(),
      ].join('\n');
    },
  };
}

function destinationLines(
  environment: string,
  destinations: readonly DestinationState[],
  now: number,
): string[] {
  const labels = ({ destination }: DestinationState, more = ''): string =>
    `{environment="${environment}",destination="${destination}"${more}}`;
  return [
    '# HELP tracklayer_destination_up Whether a destination accepts events: 0 when it is paused, down, removed, or needs somebody.',
    '# TYPE tracklayer_destination_up gauge',
    ...destinations.map((one) => `tracklayer_destination_up${labels(one)} ${one.state === 'ok' ? 1 : 0}`),
    '# HELP tracklayer_deliveries Deliveries of the last 90 days, of all relays.',
    '# TYPE tracklayer_deliveries gauge',
    ...destinations.flatMap((one) =>
      (['accepted', 'failed', 'skipped', 'pending'] as const).map(
        (status) => `tracklayer_deliveries${labels(one, `,status="${status}"`)} ${one.counts[status]}`,
      ),
    ),
    '# HELP tracklayer_delivery_lag_seconds How long the oldest pending event has been due.',
    '# TYPE tracklayer_delivery_lag_seconds gauge',
    ...destinations.map((one) => {
      const due = one.oldest_due_at === undefined ? now : Date.parse(one.oldest_due_at);
      return `tracklayer_delivery_lag_seconds${labels(one)} ${Math.max(0, now - due) / 1_000}`;
    }),
  ];
}
