import { describe, expect, it } from 'vitest';
import { decideOpenState } from './openingHours';

const weekdays = [1, 2, 3, 4, 5, 6].map((day) => ({ day, start: '09:00', end: '18:00' }));
const zone = 'Africa/Nairobi';

describe('open or closed', () => {
  it('is decided on the business clock', () => {
    // Saturday 2026-11-21, 14:30 in Nairobi.
    expect(decideOpenState(weekdays, new Date('2026-11-21T11:30:00Z'), zone)).toEqual({ kind: 'open', until: '18:00' });
    expect(decideOpenState(weekdays, new Date('2026-11-21T15:00:00Z'), zone)).toEqual({ kind: 'closed', opensAt: '09:00', weekday: 1, inDays: 2 });
  });

  it('names the opening later today, and tomorrow', () => {
    expect(decideOpenState(weekdays, new Date('2026-11-20T05:00:00Z'), zone)).toEqual({ kind: 'closed', opensAt: '09:00', weekday: 5, inDays: 0 });
    expect(decideOpenState(weekdays, new Date('2026-11-20T16:00:00Z'), zone)).toEqual({ kind: 'closed', opensAt: '09:00', weekday: 6, inDays: 1 });
  });

  it('opens again after lunch, and runs through spans that touch', () => {
    const lunch = [{ day: 6, start: '13:00', end: '18:00' }, { day: 6, start: '09:00', end: '12:00' }];
    expect(decideOpenState(lunch, new Date('2026-11-21T09:30:00Z'), zone)).toEqual({ kind: 'closed', opensAt: '13:00', weekday: 6, inDays: 0 });
    const touching = [{ day: 6, start: '09:00', end: '12:00' }, { day: 6, start: '12:00', end: '18:00' }];
    expect(decideOpenState(touching, new Date('2026-11-21T07:00:00Z'), zone)).toEqual({ kind: 'open', until: '18:00' });
  });

  it('finds next week when the only day of opening is over', () => {
    const saturdays = [{ day: 6, start: '09:00', end: '12:00' }];
    expect(decideOpenState(saturdays, new Date('2026-11-21T10:00:00Z'), zone)).toEqual({ kind: 'closed', opensAt: '09:00', weekday: 6, inDays: 7 });
  });

  it('claims nothing without hours', () => {
    expect(decideOpenState([], new Date('2026-11-21T10:00:00Z'), zone)).toEqual({ kind: 'unknown' });
    expect(decideOpenState([{ day: 6, start: '9 am', end: 'late' }], new Date('2026-11-21T10:00:00Z'), zone)).toEqual({ kind: 'unknown' });
  });
});
