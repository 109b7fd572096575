import { describe, expect, it } from 'vitest';
import { addStretch, checkDay, copyToWeekdays, replaceDay, stretchesOf } from './weekly';

const monday = { day: 1, start: '09:00', end: '12:00' };

describe('weekly hours', () => {
  it('name what is wrong with a day', () => {
    expect(checkDay([monday, { day: 1, start: '13:00', end: '18:00' }])).toBeNull();
    expect(checkDay([monday, { day: 1, start: '12:00', end: '18:00' }])).toBeNull();
    expect(checkDay([monday, { day: 1, start: '11:30', end: '18:00' }])).toBe('overlap');
    expect(checkDay([{ day: 1, start: '18:00', end: '09:00' }])).toBe('endBeforeStart');
  });

  it('open a closed day and lengthen an open one', () => {
    expect(addStretch([], 3)).toEqual([{ day: 3, start: '09:00', end: '18:00' }]);
    expect(stretchesOf(addStretch([monday], 1), 1)).toEqual([monday, { day: 1, start: '12:00', end: '14:00' }]);
    expect(checkDay(addStretch([{ day: 1, start: '09:00', end: '23:30' }], 1))).toBeNull();
  });

  it('copy one day to all weekdays and leave the weekend', () => {
    const weekly = copyToWeekdays([monday, { day: 6, start: '10:00', end: '14:00' }], 1);
    expect(weekly.map((entry) => entry.day)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(replaceDay(weekly, 2, []).map((entry) => entry.day)).toEqual([1, 3, 4, 5, 6]);
  });
});
