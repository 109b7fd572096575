import { describe, expect, it } from 'vitest';
import { crossesMidnight, sameClock, setWay } from './model';

describe('preferences', () => {
  it('know a night from a day', () => {
    expect(crossesMidnight('22:00', '07:00')).toBe(true);
    expect(crossesMidnight('12:00', '13:30')).toBe(false);
    expect(sameClock('22:00', '22:00:00')).toBe(true);
  });

  it('change one box and leave the others', () => {
    const row = { inapp: true, push: true, email: true, sms: false, whatsapp: false };
    const next = setWay({ orders: row, team: row }, 'orders', 'sms', true);
    expect(next.orders?.sms).toBe(true);
    expect(next.team).toBe(row);
    expect(setWay({ team: row }, 'calls', 'sms', true)).toEqual({ team: row });
  });
});
