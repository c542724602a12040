import { TrackLayerError } from '@tracklayer/core';
import { Command, CommanderError } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import { digest, environmentFault, generateSecret } from '../keys.ts';
import { addAudiencesCommand } from './audiences/audiences-command.ts';
import { addChangesCommand } from './changes/changes-command.ts';
import { addDatabaseCommands } from './database/database-command.ts';
import { addDeliveriesCommand, addDestinationsCommand } from './deliver/deliveries-command.ts';
import { addSandboxCommand } from './deliver/sandbox-command.ts';
import { addDriftCommand } from './drift/drift-command.ts';
import { addHeapCommand } from './heap/heap-command.ts';
import { addInitCommand } from './init/init-command.ts';
import { exitCodes, type CliIo, type ExitCode } from './io.ts';
import { addRegistryCommand } from './registry/registry-command.ts';
import { addSchemaCommand } from './schema-command.ts';
import { addEventsCommand } from './events/export-command.ts';
import { addReportCommand } from './report/report-command.ts';
import { addVerifyCommand } from './verify/verify-command.ts';
import { addTypesCommand } from './types-command.ts';
import { addServeCommand } from './serve/serve-command.ts';

/** Runs one command line; resolves with its exit code and never rejects. */
export async function runCli(argv: readonly string[], io: CliIo): Promise<ExitCode> {
  let code: ExitCode = exitCodes.safe;
  const program = new Command('tracklayer')
    .description('accepts events durably, each event_id once')
    .version(packageJson.version, '-v, --version')
    .addHelpText('after', endings)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.print(text.trimEnd()),
      writeErr: (text) => io.printError(text.trimEnd()),
      outputError: (text, write) => write(text.replace(/^error: /, 'tracklayer: ')),
    });
  addServeCommand(program, io);
  addInitCommand(program, io);
  addSandboxCommand(program, io);
  addDeliveriesCommand(program, io);
  addDestinationsCommand(program, io);
  addAudiencesCommand(program, io);
  addChangesCommand(program, io);
  program
    .command('key [environment]')
    .description('print a new key, and its SHA-256 for the config file')
    .action((environment = 'production') => printKey(String(environment), io));
  addRegistryCommand(program, io, (ending) => (code = ending));
  addDriftCommand(program, io);
  addHeapCommand(program, io, (ending) => (code = ending));
  addVerifyCommand(program, io, (ending) => (code = ending));
  addDatabaseCommands(program, io, (ending) => (code = ending));
  addReportCommand(program, io);
  addEventsCommand(program, io);
  addSchemaCommand(program, io);
  addTypesCommand(program, io);

  try {
    await program.parseAsync(withCommand(argv), { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.safe : exitCodes.error;
    io.printError(`tracklayer: ${error instanceof Error ? error.message : String(error)}`);
    return exitCodes.error;
  }
}

/**
 * `tracklayer` alone, or with flags only, is `tracklayer serve`. Commander's own default command would take a mistyped
 * command for an argument of `serve`, and could not say what was probably meant.
 */
function withCommand(argv: readonly string[]): readonly string[] {
  const [first] = argv;
  const isOfProgram = first !== undefined && ['-h', '--help', '-v', '--version'].includes(first);
  return first === undefined || (first.startsWith('-') && !isOfProgram) ? ['serve', ...argv] : argv;
}

const endings = `
Exit codes: 0 safe, 1 careful (with --strict), 2 breaking, 3 an error.`;

function printKey(environment: string, { print }: CliIo): void {
  // Better refused now than when a relay starts with it.
  const fault = environmentFault(environment);
  if (fault) throw new TrackLayerError('invalid_options', `a key ${fault}`);
  const secret = generateSecret();
  print(`key     ${environment}:${secret}`);
  print(`sha256  ${digest(secret).toString('hex')}`);
}
