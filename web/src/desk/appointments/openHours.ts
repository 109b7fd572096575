/** What part of a day the calendar shows, and which of it is open, from everybody's weekly hours. Pure. */
import type { Appointment, Provider, WeeklyHours } from '~/api';
import { toWallClock } from '~/ui';

const DAY_START_HOUR = 8;
const DAY_END_HOUR = 18;

function hourOf(clock: string): number {
  return Number(clock.slice(0, 2));
}

function lastHourOf(clock: string): number {
  return hourOf(clock) + (clock.slice(3, 5) === '00' ? 0 : 1);
}

function twoDigits(hour: number): string {
  return String(hour).padStart(2, '0');
}

/** From an hour before the first opening or appointment to the hour after the last. */
export function decideDayFrame(providers: readonly Provider[], appointments: readonly Appointment[], zone: string): { start: string; end: string } {
  const weekly = providers.flatMap((provider) => provider.weekly);
  const clocks = appointments.map((entry) => ({ from: toWallClock(entry.start, zone), to: toWallClock(entry.end, zone) }));
  const starts = [...weekly.map((hours) => hourOf(hours.start)), ...clocks.map(({ from }) => hourOf(from.slice(11)))];
  // One that ends on another day runs to midnight on its first.
  const ends = [...weekly.map((hours) => lastHourOf(hours.end)), ...clocks.map(({ from, to }) => (from.slice(0, 10) === to.slice(0, 10) ? lastHourOf(to.slice(11)) : 24))];
  const start = Math.max(Math.min(DAY_START_HOUR, ...starts), 0);
  const end = Math.min(Math.max(DAY_END_HOUR, ...ends), 24);
  return { start: `${twoDigits(start)}:00:00`, end: end === 24 ? '23:59:59' : `${twoDigits(end)}:00:00` };
}

type DayRange = [string, string] | null;

/** Per day of the week (0 is Sunday) from the earliest opening to the latest closing of anybody; null when all are away. */
export function decideBusinessHours(providers: readonly Provider[]): Record<number, DayRange> {
  const all = providers.filter((provider) => provider.bookable).flatMap((provider) => provider.weekly);
  const rangeOf = (day: number): DayRange => {
    const hours: WeeklyHours[] = all.filter((entry) => entry.day === day);
    if (hours.length === 0) return null;
    const start = hours.map((entry) => entry.start).sort()[0]!;
    const end = hours.map((entry) => entry.end).sort().at(-1)!;
    return [`${start}:00`, end === '24:00' ? '23:59:59' : `${end}:00`];
  };
  return Object.fromEntries([1, 2, 3, 4, 5, 6, 7].map((day) => [day % 7, rangeOf(day)]));
}
