import { TrackLayerError, type ConsentSnapshot, type JsonObject } from '@tracklayer/core';
import type { Command } from 'commander';
import type { PageWalk } from '../../verify/page/walk-page.ts';
import type { Verification } from '../../verify/verification.ts';
import { exitCodes, type CliIo, type ExitCode } from '../io.ts';
import { eventsFlag, ownEvents, type EventsFlag } from '../own-events.ts';
import { keyFlag, relayOf, urlFlag, type RelayFlags } from '../relay-call.ts';
import { describeVerification } from './describe-verification.ts';

interface VerifyFlags extends RelayFlags, EventsFlag {
  event: string;
  user: string;
  order?: string;
  lead?: string;
  properties?: string;
  watch?: boolean;
  page?: string;
  click?: readonly string[];
  storage?: string;
  headed?: boolean;
  chromium?: string;
  record?: string;
  destination?: string;
  consent?: string;
  live?: boolean;
  timeout: string;
  json?: boolean;
}

const codes: Record<Verification['status'], ExitCode> = {
  good: exitCodes.safe,
  waiting: exitCodes.careful,
  failed: exitCodes.breaking,
};

/** Adds `tracklayer verify`. */
export function addVerifyCommand(program: Command, io: CliIo, end: (code: ExitCode) => void): void {
  program
    .command('verify')
    .description('follow one event of one user all the way, and say where it stops')
    .requiredOption('--event <name>', 'such as purchase')
    .requiredOption('--user <user_id>', 'the known user whom the event is about')
    .option('--order <order_id>', 'the order; an existing event of it is followed, and nothing is sent')
    .option('--lead <lead_id>', 'the same for a lead')
    .option('--properties <json>', 'further properties, as JSON')
    .option('--watch', 'send nothing, and wait for an event that the app captures')
    .option('--page <url>', 'open the page in Chromium, record its calls of Heap, and wait for the event')
    .option('--click <selector>', 'with --page: click there; may be repeated', collect)
    .option('--storage <file>', 'with --page: a storage state of Playwright, with a logged-in user')
    .option('--headed', 'with --page: show the browser, so that you can continue in it')
    .option('--chromium <file>', 'with --page: the executable; or CHROMIUM_PATH')
    .option('--record <file>', 'with --page: where to write the recording, default heap-recording.json')
    .option(
      '--destination <name>',
      'only this one; none stops at the relay. Default: all that receive the event',
    )
    .option('--consent <choice>', 'of the controlled event: granted or denied', 'granted')
    .option('--live', 'send the controlled event on to destinations, where it counts')
    .option('--timeout <seconds>', 'how long to wait', '30')
    .option(...urlFlag)
    .option(...keyFlag)
    .option(...eventsFlag)
    .option('--json', 'print JSON')
    .addHelpText('after', ending)
    .action(async (flags: VerifyFlags) => {
      const relay = relayOf(flags, io);
      if (!relay) throw invalid('name the relay with --url or TRACKLAYER_URL');
      // Loaded here, as it is nothing for a server's start.
      const { verifyPath } = await import('../../verify/verify-path.ts');
      const interrupted = new AbortController();
      // A second Ctrl-C finds no listener of ours, and ends the process at once.
      const interrupt = (): void => interrupted.abort();
      process.once('SIGINT', interrupt);
      try {
        const verification = await verifyPath({
          ...relay,
          event: flags.event,
          user_id: flags.user,
          properties: propertiesOf(flags),
          watch: flags.watch,
          page: pageOf(flags, io),
          destination: flags.destination,
          consent: consentOf(flags.consent),
          live: flags.live,
          timeoutMs: secondsOf(flags.timeout) * 1_000,
          events: ownEvents(flags, io),
          signal: interrupted.signal,
          fetch: (request) => io.fetch(request),
          now: io.now,
        });
        io.print(
          flags.json ? JSON.stringify(verification, undefined, 2) : describeVerification(verification),
        );
        end(codes[verification.status]);
      } finally {
        process.removeListener('SIGINT', interrupt);
      }
    });
}

const ending = `
Exit codes: 0 all good, 1 still waiting, 2 a check failed, 3 the relay could not be asked.
A controlled event is marked with context.test: reports leave it out.`;

const collect = (value: string, known: readonly string[] = []): readonly string[] => [...known, value];

function propertiesOf({ order, lead, properties = '{}' }: VerifyFlags): JsonObject {
  let given: unknown;
  try {
    given = JSON.parse(properties);
  } catch {
    given = undefined;
  }
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw invalid(`--properties must be a JSON object, such as '{"value": 10}'`);
  }
  return {
    ...(given as JsonObject),
    ...(order !== undefined && { order_id: order }),
    ...(lead !== undefined && { lead_id: lead }),
  };
}

function pageOf(flags: VerifyFlags, { env }: CliIo): PageWalk | undefined {
  const { page, click, storage, headed, record } = flags;
  if (page === undefined) return undefined;
  if (!URL.canParse(page)) throw invalid('--page must be an http(s) URL');
  return {
    url: page,
    clicks: click,
    storageState: storage,
    headed,
    chromium: flags.chromium ?? env['CHROMIUM_PATH'],
    recording: record,
  };
}

function consentOf(choice: string | undefined): ConsentSnapshot {
  if (choice !== 'granted' && choice !== 'denied') throw invalid('--consent must be granted or denied');
  return { ad_user_data: choice, ad_personalization: choice, analytics: choice };
}

function secondsOf(text: string): number {
  if (/^\d{1,5}$/.test(text)) return Number(text);
  throw invalid('--timeout must be a whole number of seconds');
}

const invalid = (detail: string): TrackLayerError => new TrackLayerError('invalid_options', detail);
