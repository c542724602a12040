import { writeFileSync } from 'node:fs';
import type { Registry } from '@tracklayer/core';
import type { Command } from 'commander';
import { readRegistryFile } from '../../registry/read-registry-file.ts';
import { exitCodes, type CliIo, type ExitCode } from '../io.ts';
import { eventsFlag, ownEvents, type EventsFlag } from '../own-events.ts';
import { readText } from '../read-text.ts';
import { keyFlag, urlFlag, type RelayFlags } from '../relay-call.ts';
import { needRemote } from '../remote.ts';
import { describeDeprecated } from './describe-deprecated.ts';
import { describeDiff } from './describe-diff.ts';
import { addPutCommands } from './put-commands.ts';
import { codeOf, compareRegistries } from './registry-diff.ts';
import { describeProblems, registryOf } from './registry-file.ts';

interface CheckFlags extends EventsFlag {
  json?: boolean;
}

interface PullFlags extends RelayFlags, EventsFlag {
  json?: boolean;
}

interface DiffFlags extends PullFlags {
  against?: string;
  dryRun?: string;
  strict?: boolean;
}

interface HistoryFlags extends RelayFlags {
  limit: string;
  json?: boolean;
}

/** Adds `tracklayer registry check | diff | push | pull | history | rollback`. */
export function addRegistryCommand(program: Command, io: CliIo, end: (code: ExitCode) => void): void {
  const registry = program.command('registry').description('check, compare and exchange registries');

  registry
    .command('check <file>')
    .description('read a registry file (JSON or YAML) and list all its problems')
    .option(...eventsFlag)
    .option('--json', 'print JSON')
    .action((file: string, { json, ...flags }: CheckFlags) => {
      const events = ownEvents(flags, io);
      const read = readRegistryFile(readText(file), events);
      if ('problems' in read) {
        if (json) io.print(JSON.stringify({ problems: read.problems }, undefined, 2));
        else io.printError(`tracklayer: [invalid_registry] ${describeProblems(file, read.problems)}`);
        return end(exitCodes.error);
      }
      const { entries } = read.registry;
      if (json) return io.print(JSON.stringify({ entries: entries.length, problems: [] }, undefined, 2));
      const deprecated = describeDeprecated(entries, io.now());
      io.print(
        [`${file}: ${counted(entries.length, 'entry', 'entries')}, all good`, ...deprecated].join('\n'),
      );
    });

  withDiff(withRelay(registry.command('diff <file>')))
    .description('compare a file with another one or with the relay')
    .option('--against <file>', 'compare with this file instead of the registry in force')
    .action(async (file: string, flags: DiffFlags) => {
      const events = ownEvents(flags, io);
      const before: Registry =
        flags.against === undefined
          ? (await needRemote(flags, io).registry(events)).registry
          : registryOf(flags.against, events);
      const circumstances = { recording: flags.dryRun, events, now: io.now() };
      const diff = compareRegistries(before, registryOf(file, events), circumstances);
      io.print(flags.json ? JSON.stringify(diff, undefined, 2) : describeDiff(diff));
      end(codeOf(diff, flags));
    });

  withRelay(registry.command('pull [file]'))
    .description('write the registry in force to a JSON file, or print it')
    .action(async (file: string | undefined, flags: PullFlags) => {
      const current = await needRemote(flags, io).registry(ownEvents(flags, io));
      const { entries } = current.registry;
      const text = JSON.stringify({ version: current.version, entries }, undefined, 2);
      if (file === undefined) return io.print(text);
      writeFileSync(file, `${text}\n`);
      io.print(`${file}: version ${current.version}, ${counted(entries.length, 'entry', 'entries')}`);
    });

  registry
    .command('history')
    .description('list the versions of the registry, newest first')
    .option(...urlFlag)
    .option(...keyFlag)
    .option('--limit <count>', 'how many, 1 to 100', '20')
    .option('--json', 'print JSON')
    .action(async (flags: HistoryFlags) => {
      const versions = await needRemote(flags, io).registryVersions(Number(flags.limit));
      if (flags.json) return io.print(JSON.stringify({ versions }, undefined, 2));
      const lines = versions.map(
        ({ version, at, entries }) =>
          `version ${String(version).padEnd(3)} ${at}  ${counted(entries, 'entry', 'entries')}`,
      );
      io.print(lines.length > 0 ? lines.join('\n') : 'no registry has been put in force yet');
    });

  addPutCommands(registry, { io, end, withRelay, withDiff });
}

const withRelay = (command: Command): Command =>
  command
    .option(...urlFlag)
    .option(...keyFlag)
    .option(...eventsFlag)
    .option('--json', 'print JSON');

const withDiff = (command: Command): Command =>
  command
    .option(
      '--dry-run <recording>',
      'recorded Heap calls, one JSON object per line, to run through both registries',
    )
    .option('--strict', 'exit with 1 for a careful change');

const counted = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;
