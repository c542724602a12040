import { writeFileSync } from 'node:fs';
import { TrackLayerError } from '@tracklayer/core';
import type { Contract } from '@tracklayer/core/adapter';
import { jsonSchemas } from '@tracklayer/core/schema';
import type { Command } from 'commander';
import { openApi } from '../openapi/open-api.ts';
import { operations } from '../operations.ts';
import type { CliIo } from './io.ts';
import { eventsFlag, ownEvents, type EventsFlag } from './own-events.ts';

interface SchemaFlags extends EventsFlag {
  out?: string;
}

/** Adds `tracklayer schema [name]`. */
export function addSchemaCommand(program: Command, io: CliIo): void {
  program
    .command('schema [name]')
    .description(
      'the JSON Schema of an event, of capture, identify or registry; openapi; or everything that /api/schema returns',
    )
    .option(...eventsFlag)
    .option('--out <file>', 'write to this file instead of printing')
    .action((name: string | undefined, flags: SchemaFlags) => {
      const schema = JSON.stringify(schemaOf(name, ownEvents(flags, io)), undefined, 2);
      if (flags.out === undefined) return io.print(schema);
      writeFileSync(flags.out, `${schema}\n`);
      io.print(`${flags.out}: ${name ?? 'all schemas'}`);
    });
}

function schemaOf(name: string | undefined, events: Contract | undefined): unknown {
  const all = jsonSchemas({ events });
  if (name === undefined) return all;
  const { events: byEvent, ...documents } = all;
  if (name === 'openapi') return openApi(operations, events);
  if (Object.hasOwn(documents, name)) return documents[name as keyof typeof documents];
  if (Object.hasOwn(byEvent, name)) return byEvent[name];
  const known = [...Object.keys(documents), 'openapi', ...Object.keys(byEvent)].join(', ');
  throw new TrackLayerError(
    'invalid_options',
    `there is no schema ${JSON.stringify(name)}; the schemas are ${known}`,
  );
}
