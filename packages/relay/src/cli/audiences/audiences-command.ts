import type { Command } from 'commander';
import type { CliIo } from '../io.ts';
import { keyFlag, needRelayCall, urlFlag, type RelayCall, type RelayFlags } from '../relay-call.ts';
import { importMembers } from './import-members.ts';

interface Listed {
  audience: string;
  size: number;
  from?: string;
  source?: string;
  sync?: { state: string; pages: number; total_pages: number; at: string };
  to: readonly {
    destination: string;
    there: number;
    pending: number;
    waits: Record<string, number>;
    left_out: Record<string, number>;
    smallest?: number;
    list?: { size?: number; match_rate?: number; state?: string; problem?: string };
  }[];
}

interface ImportFlags extends RelayFlags {
  column?: string;
  empty?: boolean;
}

/** Adds `tracklayer audiences list|import|preview|sync`. */
export function addAudiencesCommand(program: Command, io: CliIo): void {
  const command = program
    .command('audiences')
    .description('the members of each audience, and the platforms that have them');
  const callOf = (flags: RelayFlags): RelayCall => needRelayCall(flags, io);

  command
    .command('list', { isDefault: true })
    .description('list audiences, their size, and how many members each platform has')
    .option(...urlFlag)
    .option(...keyFlag)
    .action(async (flags: RelayFlags) => {
      const { audiences } = (await callOf(flags)('api/audiences')) as { audiences: readonly Listed[] };
      for (const one of audiences) printAudience(one, io);
      if (audiences.length === 0) io.print('none; see docs/audiences.md');
    });

  command
    .command('import <audience> <file>')
    .description('replace the members of an audience with the people or accounts in a .csv or .ndjson file')
    .option('--column <name>', 'the column of the ids. Default: user_id, else account_id')
    .option(...urlFlag)
    .option(...keyFlag)
    .option('--empty', 'accept a file without members, which removes everybody')
    .action(async (audience: string, file: string, { column, empty = false, ...flags }: ImportFlags) => {
      await importMembers({ audience, file, column, mayBeEmpty: empty }, callOf(flags), io);
    });

  command
    .command('preview <audience>')
    .description('show how many members each platform would get, and why not the others; sends nothing')
    .option(...urlFlag)
    .option(...keyFlag)
    .action(async (audience: string, flags: RelayFlags) => {
      const path = `api/audiences/${encodeURIComponent(audience)}/preview`;
      const { members, accounts, is_cut, to, help } = (await callOf(flags)(path)) as {
        members: number;
        accounts: number;
        is_cut: boolean;
        to: readonly { destination: string; would: number; left_out: Record<string, number> }[];
        help: Record<string, string>;
      };
      const which = is_cut ? 'the first ' : '';
      io.print(
        `${which}${members} users of ${audience}${accounts > 0 ? ` and ${which}${accounts} accounts` : ''}`,
      );
      for (const { destination, would, left_out } of to) {
        io.print(`  ${destination.padEnd(14)} ${would} would be sent`);
        for (const [reason, count] of Object.entries(left_out))
          io.print(`  ${''.padEnd(14)} ${count} not: ${help[reason] ?? reason}`);
      }
    });

  command
    .command('sync <audience>')
    .description('compare every member with what the platforms have, and send the difference')
    .option('--full', 'send everybody again, even if they are there already')
    .option('--dry-run', 'count only')
    .option(...urlFlag)
    .option(...keyFlag)
    .action(
      async (
        audience: string,
        { full = false, dryRun = false, ...flags }: RelayFlags & { full?: boolean; dryRun?: boolean },
      ) => {
        const { rows } = (await callOf(flags)(`api/audiences/${encodeURIComponent(audience)}/sync`, {
          method: 'post',
          json: { full, dry: dryRun },
          // A million members take some minutes.
          withinMs: 3_600_000,
        })) as { rows: Record<string, number> };
        for (const [destination, count] of Object.entries(rows))
          io.print(
            `${destination.padEnd(14)} ${count} ${dryRun ? 'would be compared' : 'are being compared'}`,
          );
      },
    );
}

function printAudience({ audience, size, from, source, sync, to }: Listed, io: CliIo): void {
  const who = from ?? source;
  const waiting =
    sync && sync.state !== 'done' ? `  ${sync.state}: ${sync.pages} of ${sync.total_pages} pages` : '';
  io.print(`${audience}  members: ${size}${who ? `  from ${who}` : ''}${waiting}`);
  if (to.length === 0)
    io.print('  nobody is sent: the config names no destination for it in this environment');
  for (const { destination, there, pending, waits, left_out, smallest, list } of to) {
    const wordsOf = (counts: Record<string, number>): string[] =>
      Object.entries(counts).map(([reason, count]) => `${count} ${reason}`);
    const why = wordsOf(waits).join(', ');
    const small =
      smallest !== undefined && there < smallest ? [`reaches nobody below ${smallest} people`] : [];
    const said = [
      ...(list?.size === undefined ? [] : [`reaches ${list.size}`]),
      ...(list?.match_rate === undefined ? [] : [`${list.match_rate} % matched`]),
      ...(list?.problem === undefined ? [] : [list.problem]),
    ];
    const rest = [
      ...said,
      ...(pending > 0 ? [`${pending} pending${why && `: ${why}`}`] : []),
      ...wordsOf(left_out),
      ...small,
    ];
    io.print(`  ${destination.padEnd(14)} ${there} there${rest.length > 0 ? `  (${rest.join(', ')})` : ''}`);
  }
}
