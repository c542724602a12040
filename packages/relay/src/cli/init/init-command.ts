import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { TrackLayerError } from '@tracklayer/core';
import type { Command } from 'commander';
import type { CliIo } from '../io.ts';
import { defaultDb } from '../../config/resolve-config.ts';
import { keepDevelopmentKey } from '../../development-key.ts';
import { serve } from '../serve/serve-command.ts';
import { planFiles, type InitPlan } from './plan-files.ts';
import { keyPlace, registryFile, type PlannedFile } from './planned-file.ts';
import { frameworks, readProject, type Framework, type Project } from './read-project.ts';

interface InitFlags {
  framework?: string;
  folder: string;
  dryRun?: boolean;
  yes?: boolean;
  quiet?: boolean;
  start?: boolean;
  port: string;
}

const defaultPort = '8787';

/** Adds `tracklayer init`. */
export function addInitCommand(program: Command, io: CliIo): void {
  program
    .command('init')
    .description('write the files that turn calls of Heap into events; overwrites nothing')
    .option('--framework <name>', `one of ${frameworks.join(', ')}; default: found in package.json`)
    .option('--folder <path>', 'the folder of the project', '.')
    .option('--dry-run', 'show each file, but write none')
    .option('--yes', 'write without asking; required if there is no terminal')
    .option('--quiet', 'do not show the text of the files')
    .option('--start', 'start the relay at the end; on a terminal you are asked')
    .option('--port <port>', 'of the relay on this machine', defaultPort)
    .action((flags: InitFlags) => init(flags, io));
}

async function init(flags: InitFlags, io: CliIo): Promise<void> {
  const folder = resolve(flags.folder);
  if (!existsSync(folder))
    throw new TrackLayerError('invalid_options', `the folder ${flags.folder} does not exist`);
  if (!/^[1-9]\d*$/.test(flags.port) || Number(flags.port) > 65_535)
    throw new TrackLayerError('invalid_options', '--port must be a whole number from 1 to 65535');
  const project = readProject(folder, frameworkOf(flags.framework));
  const plan = planFiles(project, `http://127.0.0.1:${flags.port}`);
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
  if (
    fresh.length > 0 &&
    !(flags.yes ?? false) &&
    !(await isWanted(io, `\nWrite these ${fresh.length} files?`))
  )
    return io.print('\nNothing was written. Pass --yes to write without being asked.');
  const withKey = keyed(plan, folder);
  for (const { path, text } of fresh) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    // Fails when the file was made since we looked: it is not ours.
    writeFileSync(join(folder, path), withKey(text), {
      flag: 'wx',
      mode: text.includes(keyPlace) ? 0o600 : 0o666,
    });
  }
  io.print(fresh.length === 0 ? '\nAll files exist already.' : `\n${fresh.length} files written.`);

  const isStarting =
    flags.start ?? (!flags.yes && (await isWanted(io, '\nStart the relay in this terminal now?')));
  const setUp = setUpSteps(plan, withKey);
  if (!isStarting)
    return printSteps(io, '\nNext:', [...setUp, relayStep(flags.port), plan.start, ...clickSteps]);
  printSteps(io, '\nNext, in another terminal:', [...setUp, plan.start]);
  io.print('');
  // Its database, its key and its config file are those of the project.
  process.chdir(folder);
  await serve({ port: flags.port }, io);
  printSteps(io, '\nThen:', clickSteps);
}

/** Puts the development key of the project's relay where a text has a place for it. It is made only when one has. */
function keyed({ files, byHand }: InitPlan, folder: string): (text: string) => string {
  const texts = [...files.map(({ text }) => text), ...byHand.flatMap(({ lines }) => lines)];
  if (!texts.some((text) => text.includes(keyPlace))) return (text) => text;
  const key = keepDevelopmentKey(join(folder, defaultDb));
  return (text) => text.replace(keyPlace, () => key);
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

async function isWanted({ isTerminal }: CliIo, question: string): Promise<boolean> {
  if (!isTerminal) return false;
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await lines.question(`${question} [Y/n] `);
  lines.close();
  return /^\s*(y|yes)?\s*$/i.test(answer);
}

/** What is left for the developer before the site runs. */
const setUpSteps = ({ byHand, install }: InitPlan, withKey: (text: string) => string): string[] => [
  ...install,
  ...byHand.flatMap(({ command, where, lines }) => [
    ...(command === undefined ? [] : [command]),
    [`add this to ${where}:`, ...lines.map((line) => `       ${withKey(line)}`)].join('\n'),
  ]),
];

const relayStep = (port: string): string =>
  `npx @tracklayer/relay${port === defaultPort ? '' : ` --port ${port}`}    # it prints the address of its console`;

/** What shows that it works, once site and relay run. */
const clickSteps = [
  'on your site, do what Heap calls "Order Completed", or run this in the developer tools of the page:\n' +
    `       heap.track('Order Completed', { order_id: 'ord_1', value: 1, currency: 'EUR' })`,
  'open the console of the relay: the purchase is there, with every step it took',
  `change ${registryFile} to the labels of your site, and check it: npx @tracklayer/relay registry check ${registryFile}`,
];

function printSteps({ print }: CliIo, title: string, steps: readonly string[]): void {
  print(title);
  steps.forEach((step, place) => print(`  ${place + 1}. ${step}`));
}
