import { TrackLayerError } from '@tracklayer/core';
import type { Command } from 'commander';
import type { Report } from '../../report/report.ts';
import type { CliIo } from '../io.ts';
import { keyFlag, needRelayCall, urlFlag, type RelayFlags } from '../relay-call.ts';
import { csvReport } from './csv-report.ts';
import { describeReport } from './describe-report.ts';

interface ReportFlags extends RelayFlags {
  since: string;
  event?: string;
  format: string;
}

const formats: Readonly<Record<string, (report: Report) => string>> = {
  table: describeReport,
  json: (report) => JSON.stringify(report, undefined, 2),
  csv: csvReport,
};

/** Adds `tracklayer report`. */
export function addReportCommand(program: Command, io: CliIo): void {
  program
    .command('report')
    .description(
      'why counts differ: what arrives at each step from Heap to each destination, and what does not',
    )
    .option('--since <days>', '1d to 90d, or a day such as 2026-11-16', '30d')
    .option('--event <name>', 'only this one')
    .option('--format <format>', Object.keys(formats).join(', '), 'table')
    .option(...urlFlag)
    .option(...keyFlag)
    .action(async ({ since, event, format, ...flags }: ReportFlags) => {
      const print = Object.hasOwn(formats, format) ? formats[format] : undefined;
      if (!print) {
        const known = Object.keys(formats).join(', ');
        throw new TrackLayerError('invalid_options', `--format must be one of ${known}`);
      }
      const query = new URLSearchParams({ since, ...(event !== undefined && { event }) });
      io.print(print((await needRelayCall(flags, io)(`api/report?${query.toString()}`)) as Report));
    });
}
