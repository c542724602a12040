#!/usr/bin/env node
import { parseArgs } from 'node:util';
import packageJson from '../package.json' with { type: 'json' };
import { resolveConfig } from './config.ts';
import { digest, generateSecret } from './keys.ts';
import { serveRelay } from './server.ts';
import { createSqliteStore } from './store/sqlite.ts';

const help = `tracklayer ${packageJson.version}: accepts events durably, each event_id once

  tracklayer [serve]            serve POST /api/capture and /api/identify
    --port <port>               default 8787; 0 takes a free one
    --host <address>            default 127.0.0.1; others need a key
    --db <file>                 SQLite file, default .tracklayer/relay.db
    --key <environment:secret>  may be repeated; default: one for development, made at the start
                                environment:secret:scope,scope grants less than events:write,events:read
    --config <file>             JSON: { "host", "port", "db", "keys": [{ "environment", "secret" or "sha256", "scopes"? }] }
  tracklayer key [environment]  print a new key, and its SHA-256 for the config file
  --help, --version

Each flag has a variable too: TRACKLAYER_PORT, _HOST, _DB, _CONFIG, and _KEYS (several, by spaces). Flags win.
Other users of this machine can read flags: give secrets by TRACKLAYER_KEYS or the config file.
`;

const options = {
  port: { type: 'string' },
  host: { type: 'string' },
  db: { type: 'string' },
  key: { type: 'string', multiple: true },
  config: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
} as const;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const [command = 'serve', ...rest] = positionals;
  if (values.help) return void process.stdout.write(help);
  if (values.version) return console.log(packageJson.version);
  if (command === 'key' && rest.length < 2) return printKey(rest[0] ?? 'production');
  if (command === 'serve' && rest.length === 0) return serve(values);
  throw new Error(`there is no command "${positionals.join(' ')}"; see tracklayer --help`);
}

async function serve(flags: Parameters<typeof resolveConfig>[0]): Promise<void> {
  const { host, port, db, keys, generatedSecret } = resolveConfig(flags, process.env);
  const store = createSqliteStore({ path: db });
  const server = await serveRelay({ store, keys, host, port, onError });

  console.log(`TrackLayer relay ${packageJson.version} listens on ${server.url}`);
  console.log(`  store  ${db}`);
  if (generatedSecret === undefined) {
    console.log(
      `  keys   ${keys.length}, for ${[...new Set(keys.map((key) => key.environment))].join(', ')}`,
    );
  } else {
    console.log(`  key    ${generatedSecret}  (development; made for this run, shown once)`);
  }

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      // A second signal finds no listener of ours, and ends the process at once.
      server.close().catch((error: unknown) => {
        onError(error);
        process.exitCode = 1;
      });
    });
  }
}

const onError = (error: unknown): void => console.error('tracklayer:', error);

function printKey(environment: string): void {
  const secret = generateSecret();
  console.log(`key     ${environment}:${secret}`);
  console.log(`sha256  ${digest(secret).toString('hex')}`);
}

main().catch((error: unknown) => {
  console.error(`tracklayer: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 2;
});
