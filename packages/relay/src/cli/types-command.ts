import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { CliIo } from './io.ts';
import { readOwnTable } from './own-events.ts';

interface TypesFlags {
  out?: string;
  import: string;
}

/** Adds `tracklayer types <file>`. */
export function addTypesCommand(program: Command, io: CliIo): void {
  program
    .command('types <file>')
    .description(
      'write a TypeScript module that defines the events of a file, for the types at your call sites',
    )
    .option('--out <module>', 'write to this file instead of printing')
    .option('--import <package>', 'the package that your app has', '@tracklayer/core')
    .action((file: string, flags: TypesFlags) => {
      const module = moduleOf(file, flags.import, readOwnTable(file).table);
      if (flags.out === undefined) return io.print(module.trimEnd());
      writeFileSync(flags.out, module);
      io.print(`${flags.out}: the events of ${file}`);
    });
}

/** The types of a table are inferred by `defineEvents` itself, so that they cannot differ from what is checked. */
function moduleOf(file: string, from: string, table: unknown): string {
  return `// Made by \`tracklayer types ${file}\`. Change the file, and run the command again.
import { defineEvents } from '${from}';

/** The built-in events and your own, for the option \`events\` of clients, handlers and registries. */
export const events = defineEvents(${JSON.stringify(table, undefined, 2)});
`;
}
