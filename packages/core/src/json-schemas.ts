import { TrackLayerError } from './errors.ts';
import { builtIn, type Contract } from './contract/contract.ts';
import { definitions, draft, eventSchema, ref } from './contract/json-schema/event-schema.ts';
import type { JsonSchema } from './event/json-schema.ts';
import { entrySchema } from './registry/json-schema.ts';

/** JSON Schemas (draft 2020-12) of all that travels. */
export interface JsonSchemas {
  /** By the event's name. */
  events: Readonly<Record<string, JsonSchema>>;
  /** Body of `POST /api/capture`: one event, or a batch (docs/wire.md W-10, W-12). */
  capture: JsonSchema;
  /** Body of `POST /api/identify` (docs/wire.md W-16). */
  identify: JsonSchema;
  /** Answer of `GET /api/registry`, and what `parseRegistry` reads (docs/wire.md W-32). */
  registry: JsonSchema;
}

interface SchemaOptions {
  /** Yours, by `defineEvents`. Default: the built-in ones. */
  events?: Contract | undefined;
}

/**
 * The JSON Schema of one event as it travels, by itself. It says what JSON Schema can: `parseEvent` is stricter on bytes,
 * depth, control characters, ids that are no person and the hash of the empty text, and takes times without seconds.
 * An event with a Standard Schema shows it where its library can.
 *
 * @throws TrackLayerError `invalid_event` for an unknown name.
 */
export function eventJsonSchema(event: string, { events = builtIn }: SchemaOptions = {}): JsonSchema {
  const row = Object.hasOwn(events.rows, event) ? events.rows[event] : undefined;
  if (!row) throw new TrackLayerError('invalid_event', 'it is not a canonical event');
  return { $schema: draft, ...eventSchema(event, row), $defs: definitions };
}

/** The JSON Schemas of every event, of both requests and of the registry (docs/wire.md W-38). */
export function jsonSchemas({ events = builtIn }: SchemaOptions = {}): JsonSchemas {
  const names = Object.keys(events.rows);
  const parts = Object.entries(events.rows).map(([event, row]) => [
    `event.${event}`,
    eventSchema(event, row),
  ]);
  return {
    events: Object.fromEntries(names.map((event) => [event, eventJsonSchema(event, { events })])),
    capture: request('event', {
      ...Object.fromEntries(parts),
      event: { anyOf: names.map((event) => ref(`event.${event}`)) },
    }),
    identify: request('identify', {
      identify: {
        type: 'object',
        properties: {
          event_id: ref('event_id'),
          traits: {
            type: 'object',
            patternProperties: { _sha256$: { anyOf: [ref('hash'), { type: 'null' }] } },
          },
        },
        allOf: [ref('message')],
      },
    }),
    registry: {
      $schema: draft,
      title: 'registry',
      type: 'object',
      required: ['entries'],
      properties: {
        version: { type: ['string', 'number'] },
        entries: { type: 'array', items: entrySchema(names) },
      },
    },
  };
}

/** A body that holds one message or a batch of them. */
const request = (message: string, parts: Readonly<Record<string, JsonSchema>>): JsonSchema => ({
  $schema: draft,
  title: message,
  anyOf: [ref(message), ref('batch')],
  $defs: {
    ...definitions,
    ...parts,
    batch: {
      type: 'object',
      required: ['batch'],
      properties: {
        batch: { type: 'array', minItems: 1, maxItems: 500, items: ref(message) },
        sent_at: { type: 'string', format: 'date-time' },
        client_report: {
          type: 'object',
          properties: { dropped: { type: 'object', additionalProperties: { type: 'integer', minimum: 0 } } },
        },
      },
    },
  },
});
