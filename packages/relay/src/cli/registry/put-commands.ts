import { TrackLayerError, type EventMap, type Events, type Registry } from '@tracklayer/core';
import type { Command } from 'commander';
import { exitCodes, type CliIo, type ExitCode } from '../io.ts';
import { ownEvents, type EventsFlag } from '../own-events.ts';
import type { RelayFlags } from '../relay-call.ts';
import { needRemote, type Remote } from '../remote.ts';
import { describeDiff } from './describe-diff.ts';
import { codeOf, compareRegistries, type RegistryDiff } from './registry-diff.ts';
import { registryOf } from './registry-file.ts';

interface PutFlags extends RelayFlags, EventsFlag {
  dryRun?: string;
  strict?: boolean;
  allowBreaking?: boolean;
  json?: boolean;
}

/** What `push` and `rollback` print with `--json`. */
interface PutReport extends RegistryDiff {
  /** The version in force now. */
  version: number;
  /** Nothing was put, because of the severity. */
  refused: boolean;
}

interface PutContext {
  io: CliIo;
  end(code: ExitCode): void;
  withRelay(command: Command): Command;
  withDiff(command: Command): Command;
}

/** Adds `push` and `rollback`: both put a registry in force, and are refused when it breaks something. */
export function addPutCommands(registry: Command, { io, end, withRelay, withDiff }: PutContext): void {
  withDiff(withRelay(registry.command('push <file>')))
    .description('put a file in force, unless it is a breaking change; --dry-run only checks')
    .option(...allowBreaking)
    .action(async (file: string, flags: PutFlags) => {
      const events = ownEvents(flags, io);
      await put(needRemote(flags, io), async () => registryOf(file, events), flags, events);
    });

  withRelay(registry.command('rollback <version>'))
    .description('put an earlier version in force again, unless that is a breaking change')
    .option(...allowBreaking)
    .action(async (version: string, flags: PutFlags) => {
      const number = /^[1-9]\d{0,14}$/.test(version) ? Number(version) : undefined;
      if (number === undefined) {
        const detail = 'the version must be a whole number, as `tracklayer registry history` lists them';
        throw new TrackLayerError('invalid_options', detail);
      }
      const events = ownEvents(flags, io);
      const relay = needRemote(flags, io);
      await put(relay, () => relay.registryVersion(number, events), flags, events);
    });

  async function put(
    relay: Remote,
    read: () => Promise<Registry>,
    flags: PutFlags,
    events: Events<EventMap> | undefined,
  ): Promise<void> {
    const { version, registry: before } = await relay.registry(events);
    const after = await read();
    const diff = compareRegistries(before, after, { recording: flags.dryRun, events, now: io.now() });
    const code = codeOf(diff, flags);
    const isRefused = code !== exitCodes.safe && !flags.allowBreaking;
    const isPut = flags.dryRun === undefined && !isRefused && diff.changes.length > 0;
    if (!flags.json) io.print(describeDiff(diff));
    const current = isPut ? await relay.putRegistry(after.entries, version) : version;
    if (flags.json) {
      const report: PutReport = { ...diff, version: current, refused: isRefused };
      io.print(JSON.stringify(report, undefined, 2));
    } else io.print(outcomeOf({ isPut, isRefused, version: current, diff, flags }));
    if (!isPut) end(code);
  }
}

const allowBreaking = ['--allow-breaking', 'put it in force even if it is a breaking change'] as const;

interface Outcome {
  isPut: boolean;
  isRefused: boolean;
  version: number;
  diff: RegistryDiff;
  flags: PutFlags;
}

function outcomeOf({ isPut, isRefused, version, diff, flags }: Outcome): string {
  if (isPut) return `version ${version} is in force`;
  const stays = version === 0 ? 'no registry is in force' : `version ${version} stays in force`;
  if (flags.dryRun !== undefined) return `${stays}: --dry-run changes nothing`;
  if (!isRefused) return stays;
  const cause = diff.severity === 'breaking' ? 'a breaking change' : '--strict, and a careful change';
  return `not put in force because of ${cause}: ${stays}. To do it anyway, pass --allow-breaking`;
}
