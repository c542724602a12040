import type { Tracer } from '@opentelemetry/api';
import packageJson from '../package.json' with { type: 'json' };
import type { Metrics } from './metrics.ts';

/** Measures requests, and makes a span of each where OpenTelemetry is there. */
export type RequestWatch = <Answer extends { status: number }>(
  operation: string,
  answer: () => Promise<Answer>,
) => Promise<Answer>;

export function createRequestWatch(metrics: Metrics, tracer: Tracer | undefined): RequestWatch {
  const timed: RequestWatch = async (operation, answer) => {
    const started = performance.now();
    const answered = await answer();
    metrics.time(operation, answered.status, (performance.now() - started) / 1_000);
    return answered;
  };
  if (!tracer) return timed;
  return (operation, answer) =>
    tracer.startActiveSpan(operation, async (span) => {
      try {
        const answered = await timed(operation, answer);
        span.setAttribute('http.response.status_code', answered.status);
        return answered;
      } finally {
        span.end();
      }
    });
}

/** Finds the tracer of the process; nothing where `@opentelemetry/api` is not installed. */
export async function findTracer(): Promise<Tracer | undefined> {
  try {
    const { trace } = await import('@opentelemetry/api');
    return trace.getTracer('@tracklayer/relay', packageJson.version);
  } catch {
    return undefined;
  }
}
