/**
 * Moments and a zone's wall clock, one into the other. Calendars draw wall-clock stamps (`YYYY-MM-DD HH:mm:ss`); the API
 * speaks of moments.
 */
const formatters = new Map<string, Intl.DateTimeFormat>();

function findFormatter(zone: string): Intl.DateTimeFormat {
  const known = formatters.get(zone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit',
  });
  formatters.set(zone, made);
  return made;
}

/** The wall clock in a zone at a moment. */
export function toWallClock(moment: string | Date, zone: string): string {
  const parts = new Map(findFormatter(zone).formatToParts(new Date(moment)).map((part) => [part.type, part.value]));
  return `${parts.get('year')}-${parts.get('month')}-${parts.get('day')} ${parts.get('hour')}:${parts.get('minute')}:${parts.get('second')}`;
}

function offsetMs(moment: number, zone: string): number {
  const wall = toWallClock(new Date(moment), zone).replace(' ', 'T');
  return Date.parse(`${wall}Z`) - Math.floor(moment / 1000) * 1000;
}

/**
 * The moment at which a zone's wall clock shows a stamp. A stamp that the clock skips in spring is read as an hour later;
 * one that it shows twice in autumn is its first time.
 */
export function fromWallClock(stamp: string, zone: string): string {
  const asUtc = Date.parse(`${stamp.slice(0, 10)}T${stamp.slice(11) || '00:00:00'}Z`);
  const dayMs = 86_400_000;
  const before = asUtc - offsetMs(asUtc - dayMs, zone);
  if (offsetMs(before, zone) === asUtc - before) return new Date(before).toISOString();
  const after = asUtc - offsetMs(asUtc + dayMs, zone);
  return new Date(offsetMs(after, zone) === asUtc - after ? after : before).toISOString();
}

/** `YYYY-MM-DD`, some days on. Plain calendar arithmetic, no zone in it. */
export function addDays(day: string, count: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + count * 86_400_000).toISOString().slice(0, 10);
}

/** 1 is Monday, 7 is Sunday. */
export function weekdayOf(day: string): number {
  return new Date(`${day}T00:00:00Z`).getUTCDay() || 7;
}

/** The Monday of a day's week. */
export function mondayOf(day: string): string {
  return addDays(day, 1 - weekdayOf(day));
}
