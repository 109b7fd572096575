import { describe, expect, it } from 'vitest';
import { isCancellable, splitByTime } from './model';

const now = new Date('2026-11-21T08:00:00Z');
const visit = (status: 'pending' | 'confirmed' | 'in_progress' | 'cancelled' | 'completed', start: string, end: string) => ({ status, start, end });

describe('visits', () => {
  it('are split into what comes, soonest first, and what is over, latest first', () => {
    const soon = visit('confirmed', '2026-11-22T08:00:00Z', '2026-11-22T09:00:00Z');
    const running = visit('in_progress', '2026-11-21T07:30:00Z', '2026-11-21T08:30:00Z');
    const called = visit('cancelled', '2026-11-25T08:00:00Z', '2026-11-25T09:00:00Z');
    const done = visit('completed', '2026-10-01T08:00:00Z', '2026-10-01T09:00:00Z');
    expect(splitByTime([done, soon, called, running], now)).toEqual({ upcoming: [running, soon], past: [called, done] });
  });

  it('can be given up until they begin', () => {
    expect(isCancellable(visit('pending', '2026-11-21T08:00:01Z', '2026-11-21T09:00:00Z'), now)).toBe(true);
    expect(isCancellable(visit('confirmed', '2026-11-21T08:00:00Z', '2026-11-21T09:00:00Z'), now)).toBe(false);
    expect(isCancellable(visit('cancelled', '2026-11-22T08:00:00Z', '2026-11-22T09:00:00Z'), now)).toBe(false);
  });
});
