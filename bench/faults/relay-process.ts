// Forked by relay-stage.ts: a relay on a database and a port, until it is killed. argv: database, port, sink.
// With a sink, every event is delivered to it: a POST of `[{ event_id, person }]`. Other options are JSON of the variable
// BENCH_RELAY.
import { createPostgresStore, createSqliteStore, serveRelay, type ServeOptions } from '@tracklayer/relay';
import { benchKey } from './relay-stage.ts';

interface Arrived {
  event_id: string;
  person: string;
}

const [db = '', port = '0', sink = ''] = process.argv.slice(2);
const store = db.startsWith('postgres:')
  ? await createPostgresStore({ url: db })
  : createSqliteStore({ path: db });

const toSink = {
  type: 'sink',
  title: 'Sink',
  api: { version: '1' },
  settings: {},
  limits: { perRequest: 100 },
  consent: [],
  events: 'all',
  deduplicates: 'event_id',
  map: ({ event_id }: { event_id: string }, { user_id = '' }: { user_id?: string }) => ({
    payload: { event_id, person: user_id },
  }),
  request: (payloads: readonly Arrived[]) => ({
    method: 'POST',
    url: sink,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(payloads),
  }),
  read: ({ status }: { status: number }) => ({ all: { class: status === 200 ? 'ok' : 'retry' } }),
};

const options = JSON.parse(process.env['BENCH_RELAY'] ?? '{}') as Partial<ServeOptions>;

const { url } = await serveRelay({
  store,
  port: Number(port),
  keys: [
    {
      environment: 'production',
      secret: benchKey,
      scopes: ['events:write', 'events:read', 'people:write', 'audiences:write', 'destinations:write'],
    },
  ],
  ...options,
  // JSON holds no function.
  ...(options.traits && { traits: { is_vip: ({ audiences }) => audiences.includes('vip') } }),
  ...(sink !== '' && { destinations: { sink: { destination: toSink, holdMs: 0 } } }),
});
process.send?.(url);
process.on('disconnect', () => process.exit());
