import { describe, expect, it } from 'vitest';
import type { Appointment, Delivery } from '~/api';
import { countDeliveries, decideArrivedShare, decideChange, decidePeriods, daysOf, pairByDay, sumByStaff, sumPairs } from './trends';

const ZONE = 'Africa/Nairobi';
const periods = decidePeriods('2026-11-21', 7);
const visit = (start: string, more: Partial<Appointment> = {}) =>
  ({ id: start, start, status: 'completed', staffId: 'user_1', staffName: 'Faith', durationMinutes: 90, price: { amount: 1_000, currency: 'KES' }, ...more }) as Appointment;
const delivery = (created_at: string, status: Delivery['status'], attempts: number) => ({ created_at, status, attempts }) as Delivery;

describe('the charts of the overview', () => {
  it('compare the period that ends today with as many days before it', () => {
    expect(daysOf(periods.now)).toEqual(['2026-11-15', '2026-11-16', '2026-11-17', '2026-11-18', '2026-11-19', '2026-11-20', '2026-11-21']);
    expect(daysOf(periods.before).at(-1)).toBe('2026-11-14');
  });

  it("put a visit on its day in the business's zone, and leave out those that were called off", () => {
    // 22:30 in London is the next day in Nairobi.
    const visits = [visit('2026-11-20T22:30:00Z'), visit('2026-11-13T22:30:00Z'), visit('2026-11-21T08:00:00Z', { status: 'cancelled' }), visit('2026-10-01T08:00:00Z')];
    const pairs = pairByDay(visits, periods, ZONE, () => 1);
    expect(pairs.at(-1)).toEqual({ day: '2026-11-21', now: 1, before: 1 });
    expect(sumPairs(pairs)).toEqual({ now: 1, before: 1 });
  });

  it('say no change where there was nothing before', () => {
    expect(decideChange(12, 0)).toBeNull();
    expect(decideChange(114, 100)).toBe(14);
    expect(decideChange(50, 100)).toBe(-50);
  });

  it('count the booked time of each person, the busiest first', () => {
    const visits = [visit('2026-11-20T08:00:00Z'), visit('2026-11-20T08:00:00Z', { staffId: 'user_2', staffName: 'Kevin', durationMinutes: 120 }), visit('2026-11-20T08:00:00Z', { status: 'no_show', durationMinutes: 600 }), visit('2026-11-10T08:00:00Z')];
    expect(sumByStaff(visits, periods, ZONE)).toEqual([
      { id: 'user_2', name: 'Kevin', now: 120, before: 0 },
      { id: 'user_1', name: 'Faith', now: 90, before: 90 },
    ]);
  });

  it('tell first tries from later ones, and never call it all while one failed', () => {
    const days = daysOf(periods.now);
    const sent = [delivery('2026-11-21T06:00:00Z', 'sent', 1), delivery('2026-11-21T06:00:00Z', 'delivered', 3), delivery('2026-11-21T06:00:00Z', 'failed', 2), delivery('2026-11-21T06:00:00Z', 'dead', 8)];
    expect(countDeliveries(sent, days, ZONE).at(-1)).toEqual({ day: '2026-11-21', first: 1, retried: 1, failed: 1 });
    const many = [...Array.from({ length: 5_000 }, () => delivery('2026-11-21T06:00:00Z', 'sent', 1)), delivery('2026-11-21T06:00:00Z', 'dead', 8)];
    expect(decideArrivedShare(countDeliveries(many, days, ZONE))).toBe('99.9');
    expect(decideArrivedShare(countDeliveries([], days, ZONE))).toBeNull();
  });
});
