import { expect, test } from 'vitest';
import { createMetrics } from '../src/metrics.ts';
import { createRequestWatch, findTracer } from '../src/request-watch.ts';

test('W-35 requests are timed by operation and status', async () => {
  const metrics = createMetrics();
  const watch = createRequestWatch(metrics, await findTracer());
  expect(await watch('GET /api/events', async () => ({ status: 200 }))).toEqual({ status: 200 });
  const text = await metrics.text('production', { dropped: {}, destinations: [], now: 0 });
  expect(text).toContain(
    'tracklayer_request_duration_seconds_count{operation="GET /api/events",status="200"} 1',
  );
});

test('a request is a span where OpenTelemetry is there', async () => {
  const spans: unknown[] = [];
  const span = {
    setAttribute: (name: string, value: unknown) => spans.push([name, value]),
    end: () => spans.push('end'),
  };
  const tracer = {
    startActiveSpan: (name: string, work: (started: typeof span) => unknown) => {
      spans.push(name);
      return work(span);
    },
  };
  const watch = createRequestWatch(createMetrics(), tracer as never);
  await watch('POST /api/capture', async () => ({ status: 503 }));
  await expect(watch('GET /', () => Promise.reject(new Error('cut')))).rejects.toThrow('cut');
  expect(spans).toEqual(['POST /api/capture', ['http.response.status_code', 503], 'end', 'GET /', 'end']);
});
