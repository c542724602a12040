import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { TrackLayerError } from '@tracklayer/core';
import type { Command } from 'commander';
import type { CliIo } from '../io.ts';
import { planFiles, type InitPlan, type PlannedFile } from './plan-files.ts';
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
    .description('write what a project needs to turn calls of Heap into events; overwrites nothing')
    .option('--framework <name>', `one of ${frameworks.join(', ')}; default: what the project has`)
    .option('--folder <path>', "the project's", '.')
    .option('--dry-run', 'show each file, and write none')
    .option('--yes', 'do not ask; needed where no person watches')
    .option('--quiet', 'do not show the text of the files')
    .action((flags: InitFlags) => init(flags, io));
}

async function init(flags: InitFlags, io: CliIo): Promise<void> {
  const folder = resolve(flags.folder);
  if (!existsSync(folder)) throw new TrackLayerError('invalid_options', `${flags.folder} is not there`);
  const found = readProject(folder);
  const project = { ...found, framework: frameworkOf(flags.framework) ?? found.framework };
  const plan = planFiles(project);
  const isNew = ({ path }: PlannedFile): boolean => !existsSync(join(folder, path));
  const fresh = plan.files.filter(isNew);

  describeProject(project, io);
  for (const { path, what, text } of fresh) {
    io.print(`\n+ ${path}  ${what}`);
    if (!flags.quiet) io.print(text.trimEnd().replace(/^/gm, '    '));
  }
  for (const { path } of plan.files.filter((file) => !isNew(file)))
    io.print(`\n= ${path} is there, and stays as it is`);
  if (flags.dryRun) return io.print('\nNothing was written (--dry-run).');
  if (fresh.length > 0 && !(flags.yes ?? false) && !(await isWanted(io, fresh.length)))
    return io.print('\nNothing was written. Pass --yes to write without being asked.');
  for (const { path, text } of fresh) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    // Somebody may have made it meanwhile: it stays.
    writeFileSync(join(folder, path), text, { flag: 'wx' });
  }
  io.print(fresh.length === 0 ? '\nEverything was there already.' : `\n${fresh.length} files written.`);
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
      ? `Heap (${heap.generation}) is in ${heap.file}; no call of it changes.`
      : 'Heap was not found in its files; it may come by a tag manager.',
  );
}

async function isWanted({ isTerminal }: CliIo, count: number): Promise<boolean> {
  if (!isTerminal) return false;
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await lines.question(`\nWrite these ${count} files? [Y/n] `);
  lines.close();
  return /^\s*(y|yes)?\s*$/i.test(answer);
}

function describeNext({ byHand, install, serverCommand }: InitPlan, { print }: CliIo): void {
  print('\nNext:');
  const steps = [
    ...install,
    ...byHand.map(({ where, lines }) =>
      [`put this into ${where}:`, ...lines.map((line) => `    ${line}`)].join('\n'),
    ),
    'npx tracklayer    # the relay: it prints its key and the address of its console. Copy .env.example to .env, with that key',
    ...(serverCommand
      ? [`${serverCommand}    # the endpoint; then your page as always`]
      : ['start your app as always, with the two variables of .env']),
    'click what Heap knows as "Order Completed" on your site, or call heap.track in its console; it appears in the console of the relay',
    'change tracklayer.registry.json to the labels of your site; npx tracklayer registry check tracklayer.registry.json says what is wrong',
  ];
  steps.forEach((step, place) => print(`  ${place + 1}. ${step}`));
}
