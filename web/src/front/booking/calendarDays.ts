/** Which days of the booking calendar can be tapped, and which months can be turned to. */
import { addDays, addMonths, monthOf, zonedParts } from '../format/zone';

/** The server plans this far ahead; later days can only answer "nothing free". */
export const HORIZON_DAYS = 365;

export interface CalendarBounds {
  /** Today on the business's calendar. */
  first: string;
  last: string;
}

export function calendarBounds(now: Date, zone: string): CalendarBounds {
  const first = zonedParts(now, zone).day;
  return { first, last: addDays(first, HORIZON_DAYS) };
}

export function isDayFree(day: string, freeDays: ReadonlySet<string>, bounds: CalendarBounds): boolean {
  return day >= bounds.first && day <= bounds.last && freeDays.has(day);
}

/** Keeps a wanted month inside the bounds, so that a stale draft or a crafted one cannot leave the calendar. */
export function checkMonth(month: string, bounds: CalendarBounds): string {
  const first = monthOf(bounds.first);
  const last = monthOf(bounds.last);
  if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(month) || month < first) return first;
  return month > last ? last : month;
}

export function turnMonth(month: string, step: 1 | -1, bounds: CalendarBounds): string {
  return checkMonth(addMonths(month, step), bounds);
}

/** The day shown when none is chosen yet: the first free one of the month on screen. */
export function firstFreeDay(month: string, freeDays: Iterable<string>, bounds: CalendarBounds): string | null {
  const ofMonth = [...freeDays].filter((day) => monthOf(day) === month && day >= bounds.first && day <= bounds.last);
  return ofMonth.sort()[0] ?? null;
}
