import { pino } from 'pino';
import type { Answered, Refused } from '../../answered.ts';
import type { CliIo } from '../io.ts';
import { describeArrival, describeRefused } from './describe-arrival.ts';

/** What `tracklayer serve` prints while it runs. */
export interface ServeLog {
  started(lines: readonly string[], fields: Readonly<Record<string, unknown>>): void;
  answered: ((answered: Answered) => void) | undefined;
  refused(refused: Refused): void;
  /** Something that an operator should look at: a destination that takes no events, a version that ends. */
  warned(text: string, fields?: object): void;
  failed(error: unknown): void;
  stopped(): void;
}

/** Lines for people; one per message where a person watches. */
export function createTextLog(io: CliIo, { quiet = false }: { quiet?: boolean | undefined }): ServeLog {
  return {
    started: (lines) => lines.forEach((line) => io.print(line)),
    answered: io.isTerminal && !quiet ? (answered) => io.print(describeArrival(answered)) : undefined,
    refused: (refused) => io.printError(describeRefused(refused, io.now())),
    warned: (text) => io.printError(`tracklayer: ${text}`),
    failed: (error) => io.printError(`tracklayer: ${String(error)}`),
    stopped: () => {},
  };
}

/** JSON lines for machines: what the relay does, what it refuses and what fails, and no personal value. */
export function createJsonLog(io: CliIo): ServeLog {
  const log = pino(
    { base: null, timestamp: () => `,"time":"${new Date(io.now()).toISOString()}"` },
    {
      write: (line: string) => io.print(line.trimEnd()),
    },
  );
  return {
    started: (_, fields) => log.info(fields, 'started'),
    answered: undefined,
    refused: (refused) => log.warn(refused, 'refused'),
    warned: (text, fields) => log.warn({ ...fields }, text),
    failed: (error) => log.error({ error: errorOf(error) }, 'failed'),
    stopped: () => log.info('stopped'),
  };
}

/** The name and message of an error, and its code; a stack could hold what a message does not. */
function errorOf(error: unknown): { name: string; message: string; code?: unknown } {
  if (!(error instanceof Error)) return { name: 'unknown', message: String(error) };
  const { name, message } = error;
  return { name, message, ...('code' in error && { code: error.code }) };
}
