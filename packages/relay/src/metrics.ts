import type { MessageKind } from '@tracklayer/core';

/** What this process has answered, for `GET /metrics` (docs/wire.md W-35). */
export interface Metrics {
  count(environment: string, kind: MessageKind, status: string, isConflict?: boolean): void;
  /** Prometheus text of one environment; `dropped` is what its clients reported, by reason. */
  text(environment: string, dropped: Readonly<Record<string, number>>): string;
}

export function createMetrics(): Metrics {
  const counts = new Map<string, number>();
  const add = (series: string) => counts.set(series, (counts.get(series) ?? 0) + 1);

  return {
    count(environment, kind, status, isConflict) {
      add(`tracklayer_messages_total{environment="${environment}",kind="${kind}",status="${status}"}`);
      if (isConflict) add(`tracklayer_conflicts_total{environment="${environment}"}`);
    },
    text(environment, dropped) {
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
        '',
      ].join('\n');
    },
  };
}
