import { describe, expect, it } from 'vitest';
import { calendarBounds, checkMonth, firstFreeDay, isDayFree, turnMonth } from './calendarDays';

const bounds = calendarBounds(new Date('2026-11-21T22:30:00Z'), 'Africa/Nairobi');

describe('the booking calendar', () => {
  it('starts on the business day that is running there', () => {
    expect(bounds.first).toBe('2026-11-22');
    expect(calendarBounds(new Date('2026-11-21T22:30:00Z'), 'America/New_York').first).toBe('2026-11-21');
  });

  it('ends with the horizon', () => {
    expect(bounds.last).toBe('2027-11-22');
    expect(turnMonth('2027-11', 1, bounds)).toBe('2027-11');
    expect(turnMonth('2026-12', 1, bounds)).toBe('2027-01');
    expect(turnMonth('2026-11', -1, bounds)).toBe('2026-11');
  });

  it.each(['2026-13', 'soon', '1999-01'])('brings the month %j back to the present', (month) => {
    expect(checkMonth(month, bounds)).toBe('2026-11');
  });

  it('lets only free days inside the bounds be tapped', () => {
    const free = new Set(['2026-11-21', '2026-11-23', '2028-01-03']);
    expect(['2026-11-21', '2026-11-22', '2026-11-23', '2028-01-03'].filter((day) => isDayFree(day, free, bounds))).toEqual(['2026-11-23']);
  });

  it('opens the first free day of the month on screen', () => {
    expect(firstFreeDay('2026-11', ['2026-11-30', '2026-11-24', '2026-12-01', '2026-11-02'], bounds)).toBe('2026-11-24');
    expect(firstFreeDay('2027-01', ['2026-11-24'], bounds)).toBeNull();
  });
});
