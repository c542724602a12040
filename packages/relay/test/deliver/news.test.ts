import { expect, test } from 'vitest';
import { newsOfHealth, newsOfWatch } from '../../src/deliver/news.ts';
import type { QueueState } from '../../src/store/queue.ts';

const fine: QueueState = { paused: false, leases: [], pace: {} };
const held = { held: { class: 'auth_broken', detail: 'the token is not taken', since: 0 } };
const wordsOf = ({ said }: ReturnType<typeof newsOfHealth>): string[] =>
  said.map(({ kind, state }) => `${kind} ${state}`);

test('W-44 a destination that is held is reported once, with the reason, and once when it is not any more', () => {
  const began = newsOfHealth({ ...fine, pace: held });
  expect(began.said).toEqual([{ kind: 'auth_broken', state: 'began', detail: 'the token is not taken' }]);
  expect(wordsOf(newsOfHealth(began.state))).toEqual([]);
  expect(wordsOf(newsOfHealth({ ...began.state, pace: {} }))).toEqual(['auth_broken ended']);
});

test('W-44 one trouble that follows another ends it', () => {
  const down = newsOfHealth({ ...fine, pace: { failures: 5 } });
  expect(wordsOf(down)).toEqual(['down began']);
  expect(wordsOf(newsOfHealth({ ...down.state, pace: held }))).toEqual(['down ended', 'auth_broken began']);
});

test('W-44 an alert does not end because its destination was paused, and ends when a batch arrives after that', () => {
  const { state } = newsOfHealth({ ...fine, pace: held });
  const paused = newsOfHealth({ ...state, paused: true });
  expect(wordsOf(paused)).toEqual([]);
  // Resuming forgets the pace.
  const resumed = newsOfHealth({ ...paused.state, paused: false, pace: {} });
  expect(wordsOf(resumed)).toEqual(['auth_broken ended']);
});

test('W-44 reports of its health and of its backlog do not undo each other', () => {
  const facts = { oldest: 0, sunset: undefined, now: 3_600_000 };
  const late = newsOfWatch(newsOfHealth({ ...fine, pace: held }).state, facts);
  expect(wordsOf(late)).toEqual(['backlog began']);
  expect(wordsOf(newsOfHealth({ ...late.state, pace: {} }))).toEqual(['auth_broken ended']);
  expect(wordsOf(newsOfWatch(late.state, { ...facts, oldest: undefined }))).toEqual(['backlog ended']);
});
