import { TrackLayerError } from '@tracklayer/core';
import type { Command } from 'commander';
import type { DestinationState } from '../../deliver/destination-states.ts';
import type { DeliveryPage } from '../../store/deliveries.ts';
import type { CliIo } from '../io.ts';
import { keyFlag, needRelayCall, urlFlag, type RelayCall, type RelayFlags } from '../relay-call.ts';

interface ListFlags extends RelayFlags {
  status?: string;
  destination?: string;
  reason?: string;
  limit: string;
  json?: boolean;
}
interface ReplayFlags extends RelayFlags {
  destination: string;
  since: string;
  status: string;
  reason?: string;
  yes?: boolean;
}

/** Adds `tracklayer deliveries list|preview|replay`. */
export function addDeliveriesCommand(program: Command, io: CliIo): void {
  const command = program
    .command('deliveries')
    .description('the outcomes of accepted events, by destination');
  const callOf = (flags: RelayFlags): RelayCall => needRelayCall(flags, io);

  command
    .command('list', { isDefault: true })
    .description('list the deliveries of a relay')
    .option('--status <status>', 'pending, accepted, failed or skipped')
    .option('--destination <name>', 'of one destination')
    .option('--reason <word>', 'such as consent_denied')
    .option('--limit <count>', 'at most', '50')
    .option('--json', 'print JSON')
    .option(...urlFlag)
    .option(...keyFlag)
    .action(async ({ url, key, json, limit, ...query }: ListFlags) => {
      const page = await readDeliveries(callOf({ url, key }), readLimit(limit), query);
      if (json) return io.print(JSON.stringify(page, undefined, 2));
      for (const { event_id, destination, status, attempts, reason = '' } of page.deliveries)
        io.print(
          `${status.padEnd(8)} ${destination.padEnd(12)} ${event_id}  ${attempts} ${attempts === 1 ? 'try' : 'tries'}  ${reason}`.trimEnd(),
        );
      io.print(
        page.deliveries.length === 0
          ? 'none'
          : page.next_cursor === null
            ? `${page.deliveries.length} in all`
            : 'there are more; raise --limit',
      );
    });

  command
    .command('preview <event_id>')
    .description('show what would be sent for an event, or why nothing would; sends nothing')
    .requiredOption('--destination <name>', 'to which destination')
    .option(...urlFlag)
    .option(...keyFlag)
    .action(async (event_id: string, { destination, ...flags }: RelayFlags & { destination: string }) => {
      const query = new URLSearchParams({ event_id, destination });
      const { status, payload, reason } = (await callOf(flags)(
        `api/deliveries/preview?${query.toString()}`,
      )) as {
        status: string;
        payload?: object;
        reason?: string;
      };
      io.print(payload ? JSON.stringify(payload, undefined, 2) : `${status}: ${reason}`);
    });

  command
    .command('replay')
    .description('send again what failed or was skipped, or what a new destination never got')
    .requiredOption('--destination <name>', 'to which destination')
    .requiredOption('--since <time>', '7d, 12h, or a day such as 2026-11-16')
    .option('--status <status>', 'failed, skipped or never', 'failed')
    .option('--reason <word>', 'only those with this reason')
    .option('--yes', 'send; without it, only the count is shown')
    .option(...urlFlag)
    .option(...keyFlag)
    .action(async ({ destination, since, status, reason, yes = false, ...flags }: ReplayFlags) => {
      const call = callOf(flags);
      const body = {
        destination,
        since: readSince(since, io.now()),
        status,
        ...(reason !== undefined && { reason }),
      };
      const ask = async (dry: boolean): Promise<number> =>
        (
          (await call('api/deliveries/replay', { method: 'post', json: { ...body, dry } })) as {
            count: number;
          }
        ).count;
      const count = await ask(true);
      const what = `${count} ${count === 1 ? 'delivery' : 'deliveries'} to ${destination} (${status})`;
      if (count === 0 || !yes)
        return io.print(
          count === 0 ? `${what}: nothing to do` : `${what} would be sent again; pass --yes to send`,
        );
      io.print(`${await ask(false)} of ${what} will be sent again`);
    });
}

/** Adds `tracklayer destinations status|pause|resume`. */
export function addDestinationsCommand(program: Command, io: CliIo): void {
  const command = program.command('destinations').description('the state of each destination');
  const show = ({ destinations }: { destinations: readonly DestinationState[] }): void => {
    for (const one of destinations) {
      const { destination, state, version, detail = '', in_flight, waits_until, counts } = one;
      const { accepted, failed, skipped, pending } = counts;
      const parts = [
        `${destination.padEnd(14)} ${state.padEnd(12)}`,
        ...(version === '' ? [] : [`API ${version}`]),
        `${accepted} accepted, ${failed} failed, ${skipped} skipped, ${pending} pending`,
        ...(in_flight === 0 ? [] : [`${in_flight} in flight`]),
        ...(waits_until === undefined ? [] : [`waits until ${waits_until}`]),
        ...(detail === '' ? [] : [detail]),
      ];
      io.print(parts.join('  '));
    }
    if (destinations.length === 0) io.print('this relay has no destinations; see docs/destinations.md');
  };
  command
    .command('status', { isDefault: true })
    .description('of all destinations')
    .option(...urlFlag)
    .option(...keyFlag)
    .action(async (flags: RelayFlags) => show((await needRelayCall(flags, io)('api/destinations')) as never));
  for (const action of ['pause', 'resume'] as const)
    command
      .command(`${action} <destination>`)
      .description(
        action === 'pause' ? 'hold it, on all relays; its events wait' : 'resume it, and send at once',
      )
      .option(...urlFlag)
      .option(...keyFlag)
      .action(async (destination: string, flags: RelayFlags) => {
        const path = `api/destinations/${encodeURIComponent(destination)}/${action}`;
        show((await needRelayCall(flags, io)(path, { method: 'post' })) as never);
      });
}

const mostAPage = 500;

/** Reads page after page until there are so many, or no more. */
async function readDeliveries(
  call: RelayCall,
  limit: number,
  query: Readonly<Record<string, string | undefined>>,
): Promise<DeliveryPage> {
  const deliveries: DeliveryPage['deliveries'][number][] = [];
  let after: string | null = null;
  do {
    const asked = {
      ...query,
      after: after ?? undefined,
      limit: String(Math.min(mostAPage, limit - deliveries.length)),
    };
    const given = Object.entries(asked).filter((pair): pair is [string, string] => pair[1] !== undefined);
    const page = (await call(`api/deliveries?${new URLSearchParams(given).toString()}`)) as DeliveryPage;
    deliveries.push(...page.deliveries);
    after = page.next_cursor;
  } while (after !== null && deliveries.length < limit);
  return { deliveries, next_cursor: after };
}

function readLimit(text: string): number {
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1) return limit;
  throw new TrackLayerError('invalid_options', '--limit must be a whole number from 1');
}

/** `7d`, `12h` or a day, as a time. */
function readSince(text: string, now: number): string {
  const [, count, unit] = /^(\d{1,4})([dh])$/.exec(text) ?? [];
  const at =
    count === undefined ? Date.parse(text) : now - Number(count) * (unit === 'h' ? 3_600_000 : 86_400_000);
  if (Number.isNaN(at))
    throw new TrackLayerError('invalid_options', '--since must be 7d, 12h, or a day such as 2026-11-16');
  return new Date(at).toISOString();
}
