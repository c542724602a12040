import { readInstant } from '@tracklayer/core/adapter';
import { TrackLayerError, type SourceEvent } from '@tracklayer/core';

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads recorded calls: one `{ source, source_event, properties, at }` a line, where `source` is `heap` when absent and
 * `at` a time in milliseconds or ISO-8601; or a recording of `recordHeap` in `@tracklayer/testing`.
 *
 * @throws TrackLayerError `invalid_options`, naming the line.
 */
export function readRecording(text: string): SourceEvent[] {
  const whole = tryParse(text);
  if (isFields(whole) && Array.isArray(whole['calls'])) return readHeapRecording(whole, whole['calls']);
  return text.split('\n').flatMap((line, place) => {
    if (!line.trim()) return [];
    const call = tryParse(line);
    if (!isFields(call) || typeof call['source_event'] !== 'string') {
      throw new TrackLayerError('invalid_options', `line ${place + 1} of the recording is not a call`);
    }
    const { source, source_event, properties, at } = call;
    return [
      { source: typeof source === 'string' ? source : 'heap', source_event, properties, at: timeOf(at) },
    ];
  });
}

function readHeapRecording({ started_at }: Fields, calls: readonly unknown[]): SourceEvent[] {
  return calls.flatMap((call) => {
    const { method, args, at } = isFields(call) ? call : {};
    const [source_event, properties] = Array.isArray(args) ? (args as unknown[]) : [];
    if (method !== 'track' || typeof source_event !== 'string') return [];
    return [{ source: 'heap', source_event, properties, at: Number(started_at) + Number(at) }];
  });
}

function timeOf(at: unknown): number | undefined {
  return at === undefined ? undefined : readInstant(at).at;
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
