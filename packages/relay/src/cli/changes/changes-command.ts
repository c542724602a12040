import type { Command } from 'commander';
import type { ChangePage } from '../../store/changes.ts';
import type { CliIo } from '../io.ts';
import { keyFlag, needRelayCall, urlFlag, type RelayFlags } from '../relay-call.ts';

interface ChangesFlags extends RelayFlags {
  action?: string;
  limit: string;
  json?: boolean;
}

/** Adds `tracklayer changes`. */
export function addChangesCommand(program: Command, io: CliIo): void {
  program
    .command('changes')
    .description('who changed what, and when, newest first')
    .option('--action <action>', 'such as destination.paused')
    .option('--limit <count>', 'at most', '50')
    .option('--json', 'print JSON')
    .option(...urlFlag)
    .option(...keyFlag)
    .action(async ({ url, key, json, ...query }: ChangesFlags) => {
      const searched = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== undefined));
      const call = needRelayCall({ url, key }, io);
      const page = (await call(`api/changes?${searched.toString()}`)) as ChangePage;
      if (json) return io.print(JSON.stringify(page, undefined, 2));
      for (const { at, key: fingerprint, action, subject, detail } of page.changes) {
        const more = Object.entries(detail).map(([name, value]) => `${name} ${value}`);
        io.print(
          `${at}  ${fingerprint}  ${action.padEnd(20)} ${subject.padEnd(14)} ${more.join(', ')}`.trimEnd(),
        );
      }
      if (page.changes.length === 0) io.print('no changes yet');
      else if (page.next_cursor !== null) io.print('there are more; raise --limit');
    });
}
