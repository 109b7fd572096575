import { describe, expect, it } from 'vitest';
import { addDays, fromWallClock, mondayOf, toWallClock, weekdayOf } from './zone';

describe('wall clocks', () => {
  it('show a moment as the zone does', () => {
    expect(toWallClock('2027-05-15T07:00:00.000Z', 'Africa/Nairobi')).toBe('2027-05-15 10:00:00');
    expect(toWallClock('2027-05-15T21:30:00.000Z', 'Africa/Nairobi')).toBe('2027-05-16 00:30:00');
  });

  it.each(['Africa/Nairobi', 'Europe/Berlin', 'America/St_Johns', 'Asia/Kathmandu', 'Pacific/Auckland', 'UTC'])('give the moment back in %s', (zone) => {
    for (let hour = 0; hour < 24 * 365; hour += 7) {
      const moment = new Date(Date.UTC(2027, 0, 1, hour)).toISOString();
      const back = fromWallClock(toWallClock(moment, zone), zone);
      expect(toWallClock(back, zone)).toBe(toWallClock(moment, zone));
    }
  });

  it('read a time that the spring change skips as an hour later', () => {
    expect(toWallClock(fromWallClock('2027-03-28 02:30:00', 'Europe/Berlin'), 'Europe/Berlin')).toBe('2027-03-28 03:30:00');
  });

  it('take the first of a time that the autumn change shows twice', () => {
    expect(fromWallClock('2027-10-31 02:30:00', 'Europe/Berlin')).toBe('2027-10-31T00:30:00.000Z');
  });
});

describe('calendar days', () => {
  it('cross months and know their Monday', () => {
    expect(addDays('2027-02-28', 1)).toBe('2027-03-01');
    expect(mondayOf('2027-05-16')).toBe('2027-05-10');
    expect(weekdayOf('2027-05-16')).toBe(7);
  });
});
