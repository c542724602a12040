import { writeFileSync } from 'node:fs';
import { TrackLayerError, type EventMap, type Events, type Registry } from '@tracklayer/core';
import type { Command } from 'commander';
import { diffRegistries, worstOf, type RegistryChange, type Severity } from '../registry/diff-registries.ts';
import { dryRun, type DryRun } from '../registry/dry-run.ts';
import { readRecording } from '../registry/read-recording.ts';
import { readRegistryFile } from '../registry/read-registry-file.ts';
import { exitCodes, type CliIo, type ExitCode } from './io.ts';
import { describeDeprecated } from './describe-deprecated.ts';
import { describeDiff } from './describe-diff.ts';
import { eventsFlag, ownEvents, type EventsFlag } from './own-events.ts';
import { readText } from './read-text.ts';
import { remoteOf, type Remote, type RemoteFlags } from './remote.ts';

interface CheckFlags extends EventsFlag {
  json?: boolean;
}

interface PullFlags extends RemoteFlags, EventsFlag {}

interface DiffFlags extends PullFlags {
  against?: string;
  dryRun?: string;
  json?: boolean;
  strict?: boolean;
}

interface PushFlags extends DiffFlags {
  allowBreaking?: boolean;
}

/** What `diff` and `push` tell with `--json`. */
export interface RegistryDiff {
  severity: Severity;
  changes: readonly RegistryChange[];
  dry_run?: DryRun;
  /** Of `push`: the version in force now. */
  version?: number;
}

/** Adds `tracklayer registry check | diff | push | pull`. */
export function addRegistryCommand(program: Command, io: CliIo, end: (code: ExitCode) => void): void {
  const registry = program.command('registry').description('check, compare and exchange registries');
  const withRelay = (command: Command): Command =>
    command
      .option('--url <url>', 'the relay; or TRACKLAYER_URL')
      .option('--key <key>', 'its key; better by TRACKLAYER_KEY, since others can read flags')
      .option(...eventsFlag)
      .option('--json', 'print JSON');
  const withDiff = (command: Command): Command =>
    withRelay(command)
      .option('--dry-run <recording>', 'recorded Heap calls, one JSON a line, to run through both registries')
      .option('--strict', 'end with 1 when a change is careful');

  registry
    .command('check <file>')
    .description('read a registry file (JSON or YAML) and say what is wrong')
    .option(...eventsFlag)
    .option('--json', 'print JSON')
    .action((file: string, { json, ...flags }: CheckFlags) => {
      const { entries } = readFile(file, ownEvents(flags, io));
      if (json) return io.print(JSON.stringify({ entries: entries.length }));
      io.print(
        [`${file}: ${entries.length} entries, all good`, ...describeDeprecated(entries, io.now())].join('\n'),
      );
    });

  withDiff(registry.command('diff <file>'))
    .description('compare a file with another one or with the relay')
    .option('--against <file>', 'the registry in force, as a file')
    .action(async (file: string, flags: DiffFlags) => {
      const events = ownEvents(flags, io);
      const before =
        flags.against === undefined
          ? (await needRemote(flags).registry(events)).registry
          : readFile(flags.against, events);
      const diff = compare(before, readFile(file, events), flags, events);
      print(diff, flags);
      end(codeOf(diff, flags));
    });

  withDiff(registry.command('push <file>'))
    .description('put a file in force; refused when it breaks something. With --dry-run nothing is put')
    .option('--allow-breaking', 'put it in force all the same')
    .action(async (file: string, flags: PushFlags) => {
      const relay = needRemote(flags);
      const events = ownEvents(flags, io);
      const { version, registry: before } = await relay.registry(events);
      const after = readFile(file, events);
      const diff = compare(before, after, flags, events);
      const code = codeOf(diff, flags);
      const isRefused = code !== exitCodes.safe && !flags.allowBreaking;
      const isPut = flags.dryRun === undefined && !isRefused && diff.changes.length > 0;
      if (!flags.json) print(diff, flags);
      const put = isPut ? await relay.putRegistry(after.entries, version) : undefined;
      if (flags.json) print({ ...diff, version: put ?? version }, flags);
      else if (put !== undefined) io.print(`version ${put} is in force`);
      if (!isPut) end(code);
    });

  withRelay(registry.command('pull [file]'))
    .description('write the registry in force to a JSON file, or print it')
    .action(async (file: string | undefined, flags: PullFlags) => {
      const current = await needRemote(flags).registry(ownEvents(flags, io));
      const text = JSON.stringify(
        { version: current.version, entries: current.registry.entries },
        undefined,
        2,
      );
      if (file === undefined) return io.print(text);
      writeFileSync(file, `${text}\n`);
      io.print(`${file}: version ${current.version}, ${current.registry.entries.length} entries`);
    });

  function needRemote(flags: RemoteFlags): Remote {
    const relay = remoteOf(flags, io);
    if (!relay) throw new TrackLayerError('invalid_options', 'name the relay with --url or TRACKLAYER_URL');
    return relay;
  }

  function compare(
    before: Registry,
    after: Registry,
    { dryRun: recording }: DiffFlags,
    events: Events<EventMap> | undefined,
  ): RegistryDiff {
    const changes = diffRegistries(before, after, io.now(), events);
    const severities = changes.map(({ severity }) => severity);
    if (recording === undefined) return { severity: worstOf(severities), changes };
    const dry_run = dryRun(before, after, readRecording(readText(recording)), events);
    return { severity: worstOf([...severities, dry_run.severity]), changes, dry_run };
  }

  const print = (diff: RegistryDiff, { json }: DiffFlags): void =>
    io.print(json ? JSON.stringify(diff, undefined, 2) : describeDiff(diff));

  const codeOf = ({ severity }: RegistryDiff, { strict }: DiffFlags): ExitCode =>
    severity === 'careful' && !strict ? exitCodes.safe : exitCodes[severity];
}

const readFile = (path: string, events: Events<EventMap> | undefined): Registry =>
  readRegistryFile(readText(path), events);
