import { TrackLayerError } from '@tracklayer/core';
import type { Command } from 'commander';
import { defaultDb } from '../../config/resolve-config.ts';
import { copyDatabase } from '../../store/copy-database.ts';
import { describeDb, isPostgres, openDatabase } from '../../store/open-store.ts';
import { backUp, restore } from '../../store/sqlite/backup.ts';
import { exitCodes, type CliIo, type ExitCode } from '../io.ts';

const dbFlag = '--db <file>';
const dbText = `SQLite file, default ${defaultDb} or TRACKLAYER_DB`;

/** Adds `tracklayer backup`, `restore` and `copy`. */
export function addDatabaseCommands(program: Command, io: CliIo, end: (code: ExitCode) => void): void {
  program
    .command('backup <file>')
    .description('write a consistent copy of the database, also while the relay runs')
    .option(dbFlag, dbText)
    .action((file: string, flags: { db?: string }) => {
      const db = sqliteOf(flags, io, 'pg_dump');
      backUp(db, file);
      io.print(`copied ${db} to ${file}`);
    });

  program
    .command('restore <file>')
    .description('replace the rows of the database with those of a backup, also while the relay runs')
    .option(dbFlag, dbText)
    .option('--yes', 'replace the existing rows')
    .action((file: string, flags: { db?: string; yes?: boolean }) => {
      const db = sqliteOf(flags, io, 'pg_restore');
      if (!flags.yes) {
        throw new TrackLayerError('invalid_options', `this replaces everything in ${db}; confirm with --yes`);
      }
      restore(file, db);
      io.print(`restored ${db} from ${file}`);
    });

  program
    .command('copy')
    .description('copy a database to another one, such as from SQLite to Postgres; stop the relays first')
    .requiredOption('--from <db>', 'a SQLite file, or postgres://user:password@host/database')
    .requiredOption('--to <db>', 'the same; existing rows stay, so that an interrupted copy can be resumed')
    .action(async ({ from, to }: { from: string; to: string }) => end(await copy(from, to, io)));
}

async function copy(from: string, to: string, { print }: CliIo): Promise<ExitCode> {
  const source = await openDatabase(from);
  try {
    const target = await openDatabase(to);
    try {
      let isSame = true;
      for await (const { table, from: had, to: has } of copyDatabase(source, target)) {
        print(`${has === had ? '✓' : '✗'} ${table.padEnd(12)} ${had} rows, ${has} in ${describeDb(to)}`);
        isSame &&= has === had;
      }
      return isSame ? exitCodes.safe : exitCodes.breaking;
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

function sqliteOf({ db }: { db?: string }, { env }: CliIo, instead: string): string {
  const path = db ?? env['TRACKLAYER_DB'] ?? defaultDb;
  if (isPostgres(path)) {
    throw new TrackLayerError(
      'invalid_options',
      `${describeDb(path)} is a Postgres database; use ${instead}`,
    );
  }
  return path;
}
