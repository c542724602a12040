import { expect, test } from 'vitest';
import { createJsonLog } from '../../src/cli/serve/serve-log.ts';

test('a log for machines is one JSON object per line, and holds no stack', () => {
  const lines: string[] = [];
  const print = (line: string) => void lines.push(line);
  const log = createJsonLog({ env: {}, print, printError: print, fetch, now: () => 1_764_000_000_000 });
  log.started(['not printed'], { url: 'http://127.0.0.1:8787' });
  log.refused({ method: 'GET', path: '/api/events', status: 401, detail: 'send a key' });
  log.failed(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }));
  log.stopped();
  expect(lines.map((line) => JSON.parse(line) as object)).toEqual([
    { level: 30, time: '2025-11-24T16:00:00.000Z', url: 'http://127.0.0.1:8787', msg: 'started' },
    {
      level: 40,
      time: '2025-11-24T16:00:00.000Z',
      method: 'GET',
      path: '/api/events',
      status: 401,
      detail: 'send a key',
      msg: 'refused',
    },
    {
      level: 50,
      time: '2025-11-24T16:00:00.000Z',
      error: { name: 'Error', message: 'connect ECONNREFUSED', code: 'ECONNREFUSED' },
      msg: 'failed',
    },
    { level: 30, time: '2025-11-24T16:00:00.000Z', msg: 'stopped' },
  ]);
});
