import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { TrackLayerError } from '@tracklayer/core';
import type { Command } from 'commander';
import type { CliIo } from '../io.ts';
import { planFiles, type InitPlan } from './plan-files.ts';
import { registryFile, type PlannedFile } from './planned-file.ts';
import { frameworks, readProject, type Framework, type Project } from './read-project.ts';

interface InitFlags {
  framework?: string;
  folder: string;
  dryRun?: boolean;
  yes?: boolean;
  quiet?: boolean;
}

/** Adds `tracklayer init`. */
export function addInitCommand(program: Command, io: CliIo): void {
  program
    .command('init')
    .description('write the files that turn calls of Heap into events; overwrites nothing')
    .option('--framework <name>', `one of ${frameworks.join(', ')}; default: found in package.json`)
    .option('--folder <path>', 'the folder of the project', '.')
    .option('--dry-run', 'show each file, but write none')
    .option('--yes', 'write without asking; required where there is no terminal')
    .option('--quiet', 'do not show the text of the files')
    .action((flags: InitFlags) => init(flags, io));
}

async function init(flags: InitFlags, io: CliIo): Promise<void> {
  const folder = resolve(flags.folder);
  if (!existsSync(folder))
    throw new TrackLayerError('invalid_options', `the folder ${flags.folder} does not exist`);
  const project = readProject(folder, frameworkOf(flags.framework));
  const plan = planFiles(project);
  const isNew = ({ path }: PlannedFile): boolean => !existsSync(join(folder, path));
  const fresh = plan.files.filter(isNew);

  describeProject(project, io);
  for (const { path, what, text } of fresh) {
    io.print(`\n+ ${path}  ${what}`);
    if (!flags.quiet) io.print(text.trimEnd().replace(/^(?=.)/gm, '    '));
  }
  for (const { path } of plan.files.filter((file) => !isNew(file)))
    io.print(`\n= ${path} exists and is kept`);
  if (flags.dryRun) return io.print('\nNothing was written (--dry-run).');
  if (fresh.length > 0 && !(flags.yes ?? false) && !(await isWanted(io, fresh.length)))
    return io.print('\nNothing was written. Pass --yes to write without being asked.');
  for (const { path, text } of fresh) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    // Fails when the file was made since we looked: it is not ours.
    writeFileSync(join(folder, path), text, { flag: 'wx' });
  }
  io.print(fresh.length === 0 ? '\nAll files exist already.' : `\n${fresh.length} files written.`);
  describeNext(plan, io);
}

function frameworkOf(given: string | undefined): Framework | undefined {
  if (given === undefined) return undefined;
  const known = frameworks.find((name) => name === given);
  if (!known)
    throw new TrackLayerError('invalid_options', `--framework must be one of ${frameworks.join(', ')}`);
  return known;
}

function describeProject({ framework, isTypeScript, heap }: Project, { print }: CliIo): void {
  print(`This project: ${framework}, ${isTypeScript ? 'TypeScript' : 'JavaScript'}`);
  print(
    heap
      ? `Heap (${heap.generation}) is in ${heap.file}. Its calls stay as they are.`
      : 'No file has the Heap snippet. A tag manager may load it.',
  );
}

async function isWanted({ isTerminal }: CliIo, count: number): Promise<boolean> {
  if (!isTerminal) return false;
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await lines.question(`\nWrite these ${count} files? [Y/n] `);
  lines.close();
  return /^\s*(y|yes)?\s*$/i.test(answer);
}

function describeNext({ byHand, install, start }: InitPlan, { print }: CliIo): void {
  print('\nNext:');
  const steps = [
    ...install,
    ...byHand.map(({ where, lines }) =>
      [`add this to ${where}:`, ...lines.map((line) => `       ${line}`)].join('\n'),
    ),
    'npx @tracklayer/relay    # it prints its key and the address of its console',
    'copy .env.example to .env and put that key in',
    start,
    'on your site, do what Heap calls "Order Completed", or run this in the developer tools of the page:\n' +
      `       heap.track('Order Completed', { order_id: 'ord_1', value: 1, currency: 'EUR' })`,
    'open the console of the relay: the purchase is there, with every step it took',
    `change ${registryFile} to the labels of your site, and check it: npx @tracklayer/relay registry check ${registryFile}`,
  ];
  steps.forEach((step, place) => print(`  ${place + 1}. ${step}`));
}
