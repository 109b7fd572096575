import { expect, test } from 'vitest';
import { sharesOf } from './shares';

test('what was called off is neither sent nor failed', () => {
  const cancelled = { status: 'cancelled' as const, progress: 100, deliveries: { total: 200, done: 200, failed: 20, cancelled: 150 } };
  expect(sharesOf(cancelled)).toEqual({ done: 15, lost: 10, calledOff: 75 });
  expect(sharesOf({ status: 'processing', progress: 50, deliveries: { total: 2, done: 1, failed: 0, cancelled: 0 } })).toEqual({ done: 50, lost: 0, calledOff: 0 });
});

test('an event without deliveries has no part of another colour', () => {
  expect(sharesOf({ status: 'completed', progress: 100, deliveries: { total: 0, done: 0, failed: 0, cancelled: 0 } })).toEqual({ done: 100, lost: 0, calledOff: 0 });
});
