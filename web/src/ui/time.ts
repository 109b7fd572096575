/** Times as people say them: relative up to a day, then a date; a zone is named only where it differs from the viewer's. */
import { i18next } from '~/i18n';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const formatters = new Map<string, Intl.DateTimeFormat>();

function findFormatter(zone: string | undefined, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${zone ?? ''}:${JSON.stringify(options)}`;
  const known = formatters.get(key);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-GB', { ...options, ...(zone ? { timeZone: zone } : {}) });
  formatters.set(key, made);
  return made;
}

export function viewerZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** "14:30" */
export function formatClock(iso: string, zone?: string): string {
  return findFormatter(zone, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(new Date(iso));
}

/** "Fri 15 May", with the year when it is not this one. */
export function formatDay(iso: string, zone?: string, now = new Date()): string {
  const date = new Date(iso);
  const sameYear = findFormatter(zone, { year: 'numeric' }).format(date) === findFormatter(zone, { year: 'numeric' }).format(now);
  return findFormatter(zone, { weekday: 'short', day: 'numeric', month: 'short', ...(sameYear ? {} : { year: 'numeric' }) })
    .format(date)
    .replace(/,/g, '');
}

/** "Tuesday, 12 May" */
export function formatLongDay(iso: string, zone?: string): string {
  const date = new Date(iso);
  return `${findFormatter(zone, { weekday: 'long' }).format(date)}, ${findFormatter(zone, { day: 'numeric', month: 'long' }).format(date)}`;
}

/** "Fri 15 May, 10:00" */
export function formatDayAndClock(iso: string, zone?: string, now = new Date()): string {
  return `${formatDay(iso, zone, now)}, ${formatClock(iso, zone)}`;
}

/** The calendar day a moment falls on in a zone, as `YYYY-MM-DD`. */
export function dayKey(iso: string | Date, zone?: string): string {
  const parts = findFormatter(zone, { year: 'numeric', month: '2-digit', day: '2-digit' }).formatToParts(new Date(iso));
  const part = (type: string) => parts.find((entry) => entry.type === type)?.value ?? '';
  return `${part('year')}-${part('month')}-${part('day')}`;
}

/** "now", "9 min", "2 h", then "Mon", then "12 May". */
export function formatAgo(iso: string, zone?: string, now = new Date()): string {
  const age = now.getTime() - new Date(iso).getTime();
  if (age < MINUTE_MS) return i18next.t('ui:justNow');
  if (age < HOUR_MS) return i18next.t('ui:minutesShort', { count: Math.floor(age / MINUTE_MS) });
  if (age < DAY_MS) return i18next.t('ui:hoursShort', { count: Math.floor(age / HOUR_MS) });
  if (age < 6 * DAY_MS) return findFormatter(zone, { weekday: 'short' }).format(new Date(iso));
  return formatDay(iso, zone, now).replace(/^\S+ /, '');
}

/** "45 min", "3 h", "1 h 30" */
export function formatDuration(minutes: number): string {
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  if (hours === 0) return i18next.t('ui:durationMinutes', { minutes: rest });
  if (rest === 0) return i18next.t('ui:durationHours', { hours });
  return i18next.t('ui:durationBoth', { hours, minutes: String(rest).padStart(2, '0') });
}

/** "Nairobi time" */
export function zoneName(zone: string): string {
  const city = zone.split('/').pop()?.replace(/_/g, ' ') ?? zone;
  return i18next.t('ui:zoneOf', { city });
}

/** The zone's name when its clock differs from the viewer's at that moment, otherwise null. */
export function foreignZoneName(zone: string, at = new Date()): string | null {
  const here = findFormatter(undefined, { dateStyle: 'short', timeStyle: 'short' }).format(at);
  const there = findFormatter(zone, { dateStyle: 'short', timeStyle: 'short' }).format(at);
  return here === there ? null : zoneName(zone);
}
