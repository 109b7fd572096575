import { describe, expect, it } from 'vitest';
import { findStaffChoices, groupSlots } from './slots';

function slotAt(start: string, staffId = 'user_1', staffName: string | null = 'Staff 1') {
  return { start, end: start, staffId, staffName };
}

describe('free times', () => {
  it('fall into the parts of the business day, not of the viewer or of UTC', () => {
    const slots = [slotAt('2027-05-14T08:30:00Z'), slotAt('2027-05-14T09:00:00Z'), slotAt('2027-05-14T14:00:00Z')];
    const nairobi = groupSlots(slots, 'Africa/Nairobi').map(({ part, slots: { length } }) => [part, length]);
    expect(nairobi).toEqual([['morning', 1], ['afternoon', 1], ['evening', 1]]);
    const newYork = groupSlots(slots, 'America/New_York').map(({ part, slots: { length } }) => [part, length]);
    expect(newYork).toEqual([['morning', 3]]);
  });

  it('follow the clock across a change to summer time', () => {
    // On 28 March 2027 Berlin jumps from 2:00 to 3:00, so 10:00 UTC is noon that day and was 11:00 the day before.
    expect(groupSlots([slotAt('2027-03-28T10:00:00Z')], 'Europe/Berlin')[0]?.part).toBe('afternoon');
    expect(groupSlots([slotAt('2027-03-27T10:00:00Z')], 'Europe/Berlin')[0]?.part).toBe('morning');
  });

  it('show one button per start however many staff are free, earliest first', () => {
    const slots = [slotAt('2027-05-14T07:00:00Z', 'user_2'), slotAt('2027-05-14T06:00:00Z'), slotAt('2027-05-14T06:00:00.000Z', 'user_2')];
    const [morning] = groupSlots(slots, 'Africa/Nairobi');
    expect(morning?.slots.map((slot) => slot.start)).toEqual(['2027-05-14T06:00:00Z', '2027-05-14T07:00:00Z']);
  });

  it('leave out empty parts and unreadable moments', () => {
    expect(groupSlots([slotAt('later')], 'Africa/Nairobi')).toEqual([]);
  });

  it('name the people who can be asked for', () => {
    const slots = [slotAt('2027-05-14T07:00:00Z', 'user_2', 'Wanjiru'), slotAt('2027-05-14T07:00:00Z'), slotAt('x', 'user_3', null)];
    expect(findStaffChoices(slots).map((choice) => choice.name)).toEqual(['Staff 1', 'Wanjiru']);
  });
});
