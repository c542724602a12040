import { isTrackLayerError, TrackLayerError, type EventMap, type Events } from '@tracklayer/core';
import { readEventsTable } from '../registry/read-events-file.ts';
import type { CliIo } from './io.ts';
import { readText } from './read-text.ts';

/** Flag of every command that reads events or registries. */
export interface EventsFlag {
  events?: string | undefined;
}

export const eventsFlag = [
  '--events <file>',
  'your own events, JSON or YAML, as defineEvents takes them; or TRACKLAYER_EVENTS',
] as const;

/** The events of `--events`, else of TRACKLAYER_EVENTS; nothing when none are given. */
export function ownEvents({ events }: EventsFlag, { env }: CliIo): Events<EventMap> | undefined {
  const path = events ?? env['TRACKLAYER_EVENTS'];
  return path === undefined ? undefined : readOwnEvents(path);
}

/** The events of a file. @throws TrackLayerError `invalid_options`, naming the file, the event and the field. */
export const readOwnEvents = (path: string): Events<EventMap> => readOwnTable(path).events;

/** The same, with the table as it is written in the file. */
export function readOwnTable(path: string): ReturnType<typeof readEventsTable> {
  const text = readText(path);
  try {
    return readEventsTable(text);
  } catch (cause) {
    if (!isTrackLayerError(cause)) throw cause;
    const { detail, problems } = cause;
    throw new TrackLayerError('invalid_options', `${path}: ${detail}`, { cause, problems });
  }
}
