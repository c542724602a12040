import { expect, test } from 'vitest';
import { waitToDraw } from '../src/live/draw-pace.ts';

test('single events are drawn as they come', () => {
  expect([waitToDraw(0, 0), waitToDraw(1, 10), waitToDraw(29, 200)]).toEqual([0, 0, 0]);
});

test('a flood of events is drawn once a second', () => {
  expect([waitToDraw(200, 0), waitToDraw(200, 200), waitToDraw(400, 999), waitToDraw(800, 1_000)]).toEqual([
    1_000, 800, 1, 0,
  ]);
});

test('the first events of a stream are drawn at once, however many', () => {
  expect(waitToDraw(200, Date.now())).toBe(0);
});
