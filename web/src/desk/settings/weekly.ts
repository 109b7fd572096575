/** Weekly hours as the editor handles them: stretches per day, checked before they are sent. Pure. */
import type { WeeklyHours } from '~/api';

export type HoursFault = 'overlap' | 'endBeforeStart';

export const DAYS = [1, 2, 3, 4, 5, 6, 7] as const;
const WEEKDAYS = [1, 2, 3, 4, 5] as const;

export function stretchesOf(weekly: readonly WeeklyHours[], day: number): WeeklyHours[] {
  return weekly.filter((entry) => entry.day === day).sort((a, b) => a.start.localeCompare(b.start));
}

/** What is wrong with a day's stretches, or null. Times are `HH:MM`, which compare as text. */
export function checkDay(stretches: readonly WeeklyHours[]): HoursFault | null {
  const sorted = [...stretches].sort((a, b) => a.start.localeCompare(b.start));
  if (sorted.some((entry) => entry.end <= entry.start)) return 'endBeforeStart';
  return sorted.some((entry, at) => at > 0 && entry.start < sorted[at - 1]!.end) ? 'overlap' : null;
}

export function replaceDay(weekly: readonly WeeklyHours[], day: number, stretches: readonly WeeklyHours[]): WeeklyHours[] {
  return [...weekly.filter((entry) => entry.day !== day), ...stretches.map((entry) => ({ ...entry, day }))].sort((a, b) => a.day - b.day || a.start.localeCompare(b.start));
}

/** A first stretch for a closed day, or one after the last of an open day. */
export function addStretch(weekly: readonly WeeklyHours[], day: number): WeeklyHours[] {
  const known = stretchesOf(weekly, day);
  const last = known.at(-1);
  const next = last ? { day, start: last.end, end: laterBy(last.end, 120) } : { day, start: '09:00', end: '18:00' };
  return replaceDay(weekly, day, [...known, next]);
}

export function copyToWeekdays(weekly: readonly WeeklyHours[], day: number): WeeklyHours[] {
  const pattern = stretchesOf(weekly, day);
  return WEEKDAYS.reduce<WeeklyHours[]>((all, other) => replaceDay(all, other, pattern), [...weekly]);
}

function laterBy(clock: string, minutes: number): string {
  const total = Math.min(Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5)) + minutes, 23 * 60 + 59);
  return `${String(Math.floor(total / 60)).padStart(2, '0')}:${String(total % 60).padStart(2, '0')}`;
}
