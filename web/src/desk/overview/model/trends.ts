/** What the charts of the overview show: days of the present period beside those of the one before. Pure. */
import type { Appointment, Delivery } from '~/api';
import { addDays, dayKey } from '~/ui';
import { isStanding } from '../../model/appointments';

export interface Period {
  /** The first day, as YYYY-MM-DD in the business's zone. */
  from: string;
  days: number;
}

/** One day of a chart: `now`, and `before` on the day as many days earlier. */
export interface DayPair {
  day: string;
  now: number;
  before: number;
}

/** The period that ends today, and the one before it. */
export function decidePeriods(today: string, days: number): { now: Period; before: Period } {
  return { now: { from: addDays(today, 1 - days), days }, before: { from: addDays(today, 1 - 2 * days), days } };
}

export function daysOf({ from, days }: Period): string[] {
  return Array.from({ length: days }, (_, nth) => addDays(from, nth));
}

/** Per day what `measure` says of the appointments that stand; those outside of both periods count nowhere. */
export function pairByDay(appointments: readonly Appointment[], { now, before }: { now: Period; before: Period }, zone: string, measure: (appointment: Appointment) => number): DayPair[] {
  const sums = new Map<string, number>();
  for (const appointment of appointments) {
    if (!isStanding(appointment)) continue;
    const day = dayKey(appointment.start, zone);
    sums.set(day, (sums.get(day) ?? 0) + measure(appointment));
  }
  const earlier = daysOf(before);
  return daysOf(now).map((day, nth) => ({ day, now: sums.get(day) ?? 0, before: sums.get(earlier[nth] ?? '') ?? 0 }));
}

export function sumPairs(pairs: readonly DayPair[]): { now: number; before: number } {
  return pairs.reduce((sum, pair) => ({ now: sum.now + pair.now, before: sum.before + pair.before }), { now: 0, before: 0 });
}

/** In whole percent; null where there was nothing to compare with. */
export function decideChange(now: number, before: number): number | null {
  return before === 0 ? null : Math.round(((now - before) / before) * 100);
}

export interface StaffHours {
  id: string;
  name: string;
  now: number;
  before: number;
}

/** Booked minutes of each person in both periods, the busiest first. */
export function sumByStaff(appointments: readonly Appointment[], { now, before }: { now: Period; before: Period }, zone: string): StaffHours[] {
  const [nowDays, beforeDays] = [new Set(daysOf(now)), new Set(daysOf(before))];
  const people = new Map<string, StaffHours>();
  for (const appointment of appointments) {
    if (!isStanding(appointment) || appointment.status === 'no_show') continue;
    const day = dayKey(appointment.start, zone);
    const person = people.get(appointment.staffId) ?? { id: appointment.staffId, name: appointment.staffName, now: 0, before: 0 };
    if (nowDays.has(day)) person.now += appointment.durationMinutes;
    else if (beforeDays.has(day)) person.before += appointment.durationMinutes;
    people.set(appointment.staffId, person);
  }
  return [...people.values()].filter((person) => person.now + person.before > 0).sort((a, b) => b.now - a.now || a.name.localeCompare(b.name));
}

export interface DeliveryDay {
  day: string;
  first: number;
  retried: number;
  failed: number;
}

const ARRIVED: readonly Delivery['status'][] = ['sent', 'delivered'];

/** Deliveries that came to an end, by the day they were planned on; what still waits or was called off is not among them. */
export function countDeliveries(deliveries: readonly Delivery[], days: readonly string[], zone: string): DeliveryDay[] {
  const counts = new Map(days.map((day) => [day, { day, first: 0, retried: 0, failed: 0 }]));
  for (const delivery of deliveries) {
    const count = counts.get(dayKey(delivery.created_at, zone));
    if (!count) continue;
    if (delivery.status === 'dead') count.failed += 1;
    else if (ARRIVED.includes(delivery.status)) count[delivery.attempts > 1 ? 'retried' : 'first'] += 1;
  }
  return [...counts.values()];
}

/** "98.6" of all that came to an end; null when none did. */
export function decideArrivedShare(days: readonly DeliveryDay[]): string | null {
  const failed = days.reduce((sum, day) => sum + day.failed, 0);
  const all = days.reduce((sum, day) => sum + day.first + day.retried, failed);
  // Never 100 while one failed.
  return all === 0 ? null : failed === 0 ? '100' : (Math.floor(((all - failed) / all) * 1000) / 10).toFixed(1);
}
