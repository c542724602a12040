import { TrackLayerError } from '@tracklayer/core';
import type { Command } from 'commander';
import packageJson from '../../../package.json' with { type: 'json' };
import { resolveConfig, type GivenSettings } from '../../config/resolve-config.ts';
import { hasConsole } from '../../console/serve-console.ts';
import { developmentKeyPath } from '../../development-key.ts';
import { serveRelay } from '../../server.ts';
import { describeDb, openStore } from '../../store/open-store.ts';
import type { CliIo } from '../io.ts';
import { portFault } from '../port-fault.ts';
import { describeAlert, describeSunsets } from './describe-alert.ts';
import { createJsonLog, createTextLog, type ServeLog } from './serve-log.ts';
import { readOwnEvents } from '../own-events.ts';

const collect = (value: string, known: readonly string[] = []): readonly string[] => [...known, value];

/** Adds `tracklayer serve`, which is also what `tracklayer` alone does. */
export function addServeCommand(program: Command, io: CliIo): void {
  program
    .command('serve')
    .description('receive events; `tracklayer` alone does the same')
    .option('--port <port>', 'default 8787; 0 picks a free one')
    .option('--host <address>', 'default 127.0.0.1; any other address needs a key')
    .option(
      '--db <file>',
      'SQLite file, default .tracklayer/relay.db; or postgres://user:password@host/database',
    )
    .option(
      '--key <environment:secret>',
      'may be repeated; default: a development key, kept beside the database. environment:secret:scope,scope grants other scopes than events:write,events:read',
      collect,
    )
    .option('--events <file>', 'your own events, JSON or YAML, as defineEvents takes them')
    .option(
      '--config <file>',
      'a module, JSON or YAML with settings as defineRelay takes them; default: tracklayer.config.ts|js|json|yaml',
    )
    .option('--quiet', 'print no line per event; on a terminal there is one by default')
    .option('--log <format>', 'text (default), or json for machines; or TRACKLAYER_LOG')
    .addHelpText('after', variables)
    .action((flags: ServeFlags) => serve(flags, io));
}

export interface ServeFlags extends GivenSettings {
  quiet?: boolean;
  log?: string;
}

const variables = `
Each flag has a variable too: TRACKLAYER_PORT, _HOST, _DB, _EVENTS, _CONFIG, and _KEYS (several, by spaces). Flags win.
Other users of this machine can read flags: give secrets by TRACKLAYER_KEYS, or name their variables in the config file.`;

/** How long a stop may take, in milliseconds; what is not final by then is sent again by whoever sent it. */
const stopTimeoutMs = 10_000;

/** Starts a relay until a signal ends the process. Resolves when it listens. */
export async function serve({ quiet, log: format, ...flags }: ServeFlags, io: CliIo): Promise<void> {
  const config = await resolveConfig(flags, io.env);
  const { host, port, db, events, keys, developmentSecret, retention, limits, destinations } = config;
  const { audiences, traits, heap, notify } = config;
  const log = createServeLog(io, { format: format ?? io.env['TRACKLAYER_LOG'], quiet });
  const own = typeof events === 'string' ? readOwnEvents(events) : events;
  const store = await openStore(db);
  const server = await serveRelay({
    store,
    keys,
    events: own,
    host,
    port,
    retention,
    limits,
    destinations,
    audiences,
    traits,
    heap,
    notify,
    onAlert: (alert) => log.warned(describeAlert(alert), { alert }),
    onError: log.failed,
    onAnswered: log.answered,
    onRefused: log.refused,
  }).catch(async (cause: unknown) => {
    await store.close();
    throw portFault(cause, host, port) ?? cause;
  });

  const environments = [...new Set(keys.map((key) => key.environment))];
  const keyPath = developmentKeyPath(db);
  const names = Object.keys(destinations);
  // What stands behind # is never sent: the page takes it, and takes it out of the address.
  const consoleKey = developmentSecret === undefined ? '' : `#key=${developmentSecret}`;
  log.started(
    [
      `TrackLayer relay ${packageJson.version} listens on ${server.url}`,
      `  store  ${describeDb(db)}`,
      ...(typeof events === 'string' ? [`  events ${events}`] : []),
      developmentSecret === undefined
        ? `  keys   ${keys.length}, for ${environments.join(', ')}`
        : `  key    ${developmentSecret}  (development${keyPath === undefined ? '' : `; kept in ${keyPath}`})`,
      ...(names.length > 0 ? [`  sends  to ${names.join(', ')}`] : []),
      ...(hasConsole() ? [`  console ${server.url}/console${consoleKey}`] : []),
    ],
    {
      version: packageJson.version,
      url: server.url,
      store: describeDb(db),
      keys: keys.length,
      environments,
      destinations: names,
    },
  );

  for (const warning of describeSunsets(io.now())) log.warned(warning);

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      setTimeout(() => process.exit(1), stopTimeoutMs).unref();
      // A second signal finds no listener of ours, and ends the process at once.
      server.close().then(log.stopped, (error: unknown) => {
        log.failed(error);
        process.exitCode = 1;
      });
    });
  }
}

function createServeLog(
  io: CliIo,
  { format = 'text', quiet }: { format?: string | undefined; quiet?: boolean | undefined },
): ServeLog {
  if (format === 'json') return createJsonLog(io);
  if (format === 'text') return createTextLog(io, { quiet });
  throw new TrackLayerError('invalid_options', '--log must be text or json');
}
