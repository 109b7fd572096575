/**
 * Calendar arithmetic in a named IANA zone, on plain values.
 *
 * The browser's own zone never decides anything here: a customer in London who books a salon in Nairobi sees
 * Nairobi's days. Days travel as `YYYY-MM-DD`, times of day as minutes since midnight, moments as RFC 3339 strings.
 */

const MINUTES_PER_DAY = 24 * 60;
const MILLISECONDS_PER_DAY = 86_400_000;

export interface ZonedParts {
  /** `YYYY-MM-DD` on the zone's calendar. */
  day: string;
  /** Minutes since that zone's midnight, by the clock on the wall. */
  minuteOfDay: number;
  /** 1 is Monday, 7 is Sunday, as in the API's opening hours. */
  weekday: number;
}

const formatters = new Map<string, Intl.DateTimeFormat>();

/** Building a formatter is the slow part of Intl, so one is kept per zone; the zones met in one visit are few. */
function findFormatter(zone: string): Intl.DateTimeFormat {
  const known = formatters.get(zone);
  if (known) return known;
  const options: Intl.DateTimeFormatOptions = {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  };
  const made = new Intl.DateTimeFormat('en-GB', { ...options, timeZone: checkZone(zone) });
  formatters.set(zone, made);
  return made;
}

/** A zone this browser does not know falls back to UTC, which is at least named as such on the screen. */
export function checkZone(zone: string): string {
  try {
    new Intl.DateTimeFormat('en-GB', { timeZone: zone });
    return zone;
  } catch {
    return 'UTC';
  }
}

export function zonedParts(instant: Date | string, zone: string): ZonedParts {
  const parts: Record<string, string> = {};
  for (const part of findFormatter(zone).formatToParts(new Date(instant))) parts[part.type] = part.value;
  const day = `${parts.year}-${parts.month}-${parts.day}`;
  return { day, minuteOfDay: Number(parts.hour) * 60 + Number(parts.minute), weekday: weekdayOf(day) };
}

export function weekdayOf(day: string): number {
  const sundayFirst = new Date(`${day}T00:00:00Z`).getUTCDay();
  return sundayFirst === 0 ? 7 : sundayFirst;
}

export function addDays(day: string, count: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + count * MILLISECONDS_PER_DAY).toISOString().slice(0, 10);
}

export function monthOf(day: string): string {
  return day.slice(0, 7);
}

export function addMonths(month: string, count: number): string {
  const [year = 0, number = 1] = month.split('-').map(Number);
  const index = year * 12 + (number - 1) + count;
  return `${Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, '0')}`;
}

/** Reads `09:30` as minutes since midnight; `24:00` is the end of the day. Anything else is `null`. */
export function parseTimeOfDay(text: string): number | null {
  const match = /^(\d{1,2}):(\d{2})/.exec(text);
  if (!match) return null;
  const minutes = Number(match[1]) * 60 + Number(match[2]);
  return Number(match[2]) < 60 && minutes <= MINUTES_PER_DAY ? minutes : null;
}
